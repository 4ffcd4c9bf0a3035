"""Checks of a page's markup: what the server wrote, no browser needed."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib

# Compressed as a proxy does it.
MOST_HTML, MOST_CSS, MOST_JS = 60_000, 30_000, 40_000
_SPACE = "{http://www.w3.org/1999/xhtml}"
_HEADINGS = [f"{_SPACE}h{level}" for level in range(1, 7)]
# What axe cannot see from outside, and the policy would refuse only when it is drawn.
_HANDLER = re.compile(r"on[a-z]+")


def faults_of(markup: str) -> list[str]:
    """Return what is wrong with a page's markup, in words."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    root = parser.parse(markup)
    return [
        *(f"HTML: {code} at {where}" for where, code, _ in parser.errors),
        *_head_faults(root),
        *_heading_faults(root),
        *_id_faults(root),
        *_inline_faults(root),
        *_data_faults(root),
    ]


def compressed(content: bytes) -> int:
    """Return how many bytes a visitor's browser fetches for `content`."""
    return len(gzip.compress(content, 6))


def weight_faults(markup: str) -> list[str]:
    """Tell when the page itself is too heavy."""
    weight = compressed(markup.encode())
    return [f"{weight} bytes of HTML"] if weight > MOST_HTML else []


def _all(root: Element, name: str) -> Iterator[Element]:
    return root.iter(_SPACE + name)


def _head_faults(root: Element) -> Iterator[str]:
    if not root.get("lang"):
        yield "no language"
    titles = ["".join(each.itertext()).strip() for each in _all(root, "title")]
    # A drawing has a title of its own, in its own namespace.
    if len(titles) != 1 or not titles[0]:
        yield f"titles: {titles}"
    links = [each.get("rel") for each in _all(root, "link")]
    if links.count("canonical") > 1:
        yield "two canonical addresses"


def _heading_faults(root: Element) -> Iterator[str]:
    levels = [_HEADINGS.index(e.tag) + 1 for e in root.iter() if e.tag in _HEADINGS]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} follows one of {before}"


def _id_faults(root: Element) -> Iterator[str]:
    found = Counter(each.get("id") for each in root.iter() if each.get("id"))
    for name, many in found.items():
        if many > 1:
            yield f"{many} things are called {name}"


def _inline_faults(root: Element) -> Iterator[str]:
    for each in root.iter():
        for name in each.attrib:
            if name == "style" or _HANDLER.fullmatch(name):
                yield f"{each.tag.removeprefix(_SPACE)} has {name}="
    for script in _all(root, "script"):
        if script.get("src") is None and "json" not in script.get("type", ""):
            yield "a script without an address"
    if any(True for _ in _all(root, "style")):
        yield "a style sheet within the page"


def _data_faults(root: Element) -> Iterator[str]:
    for script in _all(root, "script"):
        if script.get("type") == "application/ld+json":
            try:
                json.loads(script.text or "")
            except ValueError as error:
                yield f"structured data: {error}"
