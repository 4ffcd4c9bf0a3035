"""What waits for a moderator before anybody reads it: ways to reach somebody."""

import re

# An address of a page or of a mail, or nine digits as a telephone number has them;
# a date, a price and "600 km" have fewer.
_WAYS = re.compile(
    r"https?://|\bwww\.|\w@\w|\b[a-z0-9-]+\.(?:com|net|org|shop|io|eu|info|be|fr|de|nl)\b"
    r"|(?:\+|\b)\d(?:[\s./()-]{0,2}\d){8,}",
    re.IGNORECASE,
)


def must_wait(*texts: str) -> bool:
    """Say whether a text leads elsewhere: a link, a mail address, a telephone."""
    return any(_WAYS.search(text) for text in texts)
