"""What a browser says of itself, in the words of whoever uses it."""

import re

from django.utils.translation import gettext as _

# In this order: many claim to be those below them as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)

_ROBOTS = re.compile(r"bot|crawl|spider|preview|lighthouse|monitor", re.IGNORECASE)


def browser_words(user_agent: str) -> str:
    """Return “Firefox on Windows”, or less where it says less."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("An unknown browser")


def is_robot(user_agent: str) -> bool:
    """Say whether no person looks: a crawler, a preview, a program without a name.

    A courtesy to figures, no guard: whoever wants to passes for a browser.
    """
    return not _first(_BROWSERS, user_agent) or bool(_ROBOTS.search(user_agent))


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
