"""Row by row, whatever becomes of one of them."""

import logging
from typing import Self

from marketplace.core.errors import RefusedError

log = logging.getLogger(__name__)


class Going:
    """Go on to the next row whatever became of this one; the next time tries again."""

    def __init__(self, row: object) -> None:
        self.row = row
        self.has_failed = False

    def __enter__(self) -> Self:
        """Begin with a row."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> bool:
        """Swallow what went wrong with one row after saying it."""
        if isinstance(error, RefusedError):
            # Somebody was faster than the sweep, or something has to come first, as
            # money that is on its way to the buyer: no fault, and it is due again.
            log.info("%s: %s", self.row, error)
            return True
        if isinstance(error, Exception):
            self.has_failed = True
            log.error("%s failed", self.row, exc_info=error)
            return True
        return False
