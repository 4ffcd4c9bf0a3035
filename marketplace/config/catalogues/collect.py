"""Find every word that pages, mails, forms and refusals show, in the sources."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

from marketplace.config.catalogues.files import ROOT

# What only developers read has no words: tests, docs.
PACKAGES = (
    "frontend",
    "loyalty",
    "marketplace",
    "payouts",
    "reviews",
    "search",
    "support",
    "vendors",
)
_LEFT_OUT = {"migrations", "stripe_sandbox", "static", "locale", "__pycache__"}
_ENDINGS = {".py", ".html", ".txt"}
_PLAIN, _PLURAL = None, (1, 2)
_IN_CONTEXT, _PLURAL_IN_CONTEXT = ((1, "c"), 2), ((1, "c"), 2, 3)
_KEYWORDS: dict[str, Any] = {
    "_": _PLAIN,
    "gettext": _PLAIN,
    "gettext_lazy": _PLAIN,
    "gettext_noop": _PLAIN,
    "ngettext": _PLURAL,
    "ngettext_lazy": _PLURAL,
    "pgettext": _IN_CONTEXT,
    "pgettext_lazy": _IN_CONTEXT,
    "npgettext": _PLURAL_IN_CONTEXT,
    "npgettext_lazy": _PLURAL_IN_CONTEXT,
}
_MARKED = re.compile(r"gettext|_\(|translate|trans ")
_COMMENTS = ["Translators"]


class ClashingWordsError(Exception):
    """The same words stand in two places with different plurals."""


def collected() -> Catalog:
    """Return all words of the product with the files they stand in.

    Raises ClashingWordsError where a catalogue could not hold what the sources say.
    """
    catalog = Catalog(fuzzy=False)
    plurals: dict[tuple[str, str], tuple[str, str]] = {}
    for path in sources():
        place = path.relative_to(ROOT).as_posix()
        for function, message, comments in _words_in(path):
            context, text = _parted(function, message)
            if not all(text if isinstance(text, tuple) else (text,)):
                continue  # of a function that hands words on
            _compare(plurals, context, text, place)
            catalog.add(
                text,
                locations=[(place, 0)],
                auto_comments=comments,
                context=context,
            )
    return catalog


def sources() -> Iterator[Path]:
    """Yield the files that may have words, in a fixed order."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            parts = set(path.relative_to(ROOT).parts)
            if path.suffix in _ENDINGS and not parts & _LEFT_OUT and path.is_file():
                yield path


def _words_in(path: Path) -> Iterator[tuple[str, Any, list[str]]]:
    text = path.read_text(encoding="utf-8")
    if not _MARKED.search(text):
        return
    if path.suffix != ".py":
        text = templatize(text, origin=str(path))
        # Left over are Xs in place of markup; set in, they are no Python.
        text = "\n".join(line.strip() for line in text.split("\n"))
    found: Any = extract_python(
        BytesIO(text.encode()), _KEYWORDS, _COMMENTS, {"encoding": "utf-8"}
    )
    for _line, function, message, comments in found:
        yield function, message, comments


def _parted(function: str, message: Any) -> tuple[str | None, Any]:
    """Return the context and the words of a call: one text, or one and its plural."""
    spec = _KEYWORDS[function]
    given = message if isinstance(message, tuple) else (message,)
    context, places = None, spec or (1,)
    if isinstance(places[0], tuple):
        context, places = given[0], places[1:]
    words = tuple(given[place - 1] for place in places)
    return context, words if len(words) > 1 else words[0]


def _compare(
    plurals: dict[tuple[str, str], tuple[str, str]],
    context: str | None,
    text: Any,
    place: str,
) -> None:
    one, many = text if isinstance(text, tuple) else (text, "")
    many_of, where = plurals.get((context or "", one), ("", ""))
    if many and many_of and many != many_of:
        raise ClashingWordsError(
            f"“{one}” has the plural “{many_of}” in {where}, “{many}” in {place}: "
            "give both the same, or one of them a context."
        )
    if many or not where:
        plurals[context or "", one] = many, place
