"""The languages that words of the market's own may be said in."""

from frontend import pseudo
from marketplace.accounts.languages import Tongue, tongues


def written_tongues() -> tuple[Tongue, ...]:
    """Return the languages, first that in which things are first written."""
    return tuple(one for one in tongues() if one.code != pseudo.CODE)


def other_tongues() -> tuple[Tongue, ...]:
    """Return the languages besides that in which things are first written."""
    return written_tongues()[1:]
