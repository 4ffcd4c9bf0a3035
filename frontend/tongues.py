"""The languages that words of the market's own may be said in."""

from frontend import pseudo
from marketplace.accounts.languages import Tongue, tongues


def other_tongues() -> tuple[Tongue, ...]:
    """Return the languages besides that in which things are first written."""
    return tuple(one for one in tongues()[1:] if one.code != pseudo.CODE)
