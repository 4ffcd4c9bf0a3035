"""How a line of the log is written."""

import logging
import re

# To the end of what an error says: a row may have lines of its own.
_ROW = re.compile(
    r"(?:\n|\\n)DETAIL: .*?(?=\n\nThe above exception|\n\nDuring handling|\Z)",
    re.DOTALL,
)


class DiscreetFormatter(logging.Formatter):
    """Leave out the row that PostgreSQL shows with what it refuses.

    A row has people in it, and secrets; which rule it breaks is said before.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write a line, with the traceback that belongs to it."""
        return _ROW.sub("", super().format(record))
