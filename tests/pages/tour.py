"""The tour of a market: every page that links lead to, one or two of each kind."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]*)', re.DOTALL)
# Where a visit changes something, or leads out of the market's own pages.
_LEFT_OUT = re.compile(
    r"^/(admin|api|media|static|styleguide|accounts/logout|fr|de|en-xa)\b"
)
MOST_OF_A_KIND = 2
MOST_PAGES = 600
# The kind of an address that leads nowhere.
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Stop:
    """A page of the tour: its kind is the name of its route."""

    kind: str
    path: str
    markup: str


# The markup of a page at an address, or None where there is no page.
Fetch = Callable[[str], str | None]


def kind_of(path: str) -> str | None:
    """Return the name of the route of an address; None for what is not looked at."""
    if _LEFT_OUT.match(path):
        return None
    try:
        return resolve(urlsplit(path).path).url_name
    except Resolver404:
        return MISSING


def walk(fetch: Fetch, starts: Iterable[str], *, world: str = "") -> Iterator[Stop]:
    """Follow links from `starts`, breadth first, and yield two pages of each kind.

    Links lead only to kinds that begin with the pattern `world`. Every start that is
    a page is visited.
    """
    seen: Counter[str] = Counter()
    asked: set[str] = set()
    waiting = deque((path, True) for path in starts)
    while waiting and len(asked) < MOST_PAGES:
        path, is_start = waiting.popleft()
        kind = kind_of(path)
        if kind is None or path in asked:
            continue
        if not is_start and (seen[kind] >= MOST_OF_A_KIND or not re.match(world, kind)):
            continue
        asked.add(path)
        markup = fetch(path)
        if markup is None:
            continue
        seen[kind] += 1
        yield Stop(kind, path, markup)
        waiting.extend((link, False) for link in links_of(markup, path))


def links_of(markup: str, path: str) -> Iterator[str]:
    """Yield the addresses within the site to which a page links."""
    for found in _LINK.findall(markup):
        place = urlsplit(urljoin(path, unescape(found)))
        if not place.netloc and place.scheme == "":
            yield place.path + (f"?{place.query}" if place.query else "")
