"""Texts at the foot of shelves, which tell a buyer how to choose there."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.languages import current_language
from marketplace.core.errors import RefusedError
from marketplace.shop.catalogue.models import Category, CategoryGuide

LONGEST = 4000
_HEADING = "# "


class GuideRefusedError(RefusedError):
    """A text at the foot of a shelf cannot be kept; `language` tells which."""

    code = "category.guide"

    def __init__(self, message: object, *, language: str) -> None:
        super().__init__(message)
        self.language = language


class GuideTooLongError(GuideRefusedError):
    """A text at the foot of a shelf is longer than `LONGEST`."""


class GuideChangedError(GuideRefusedError):
    """Somebody else has written a text since its writer saw it."""

    code = "category.guide.changed"


class GuideChange(NamedTuple):
    """What stood at the foot of a shelf in a language, and what stands there now."""

    language: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, empty if the text begins without one, and what is told below it."""

    title: str
    paragraphs: tuple[str, ...]


def guide_of(category: Category) -> list[Section]:
    """Return what stands at the foot of a shelf, in the reader's language.

    What that does not have is said as it was first written. One query.
    """
    code = current_language()
    said = guides_of(category)
    return sections_of(said.get(code) or said.get(settings.LANGUAGE_CODE, ""))


def guides_of(category: Category) -> dict[str, str]:
    """Map languages to the text at the foot of a shelf, as it was written."""
    return dict(category.guides.values_list("language", "text"))


def sections_of(text: str) -> list[Section]:
    """Part a text at its headings; lines without an empty one between go together."""
    sections: list[Section] = []
    for block in _blocks(text):
        title = block.removeprefix(_HEADING).strip() if _is_heading(block) else ""
        if title or not sections:
            sections.append(Section(title, ()))
        if not title:
            last = sections.pop()
            sections.append(replace(last, paragraphs=(*last.paragraphs, block)))
    return sections


def _blocks(text: str) -> Iterator[str]:
    """Yield headings and paragraphs in order, each as one line."""
    for is_heading, lines in groupby(text.splitlines(), key=_is_heading):
        if is_heading:
            yield from lines
            continue
        for is_said, said in groupby(lines, key=lambda line: bool(line.strip())):
            if is_said:
                yield " ".join(line.strip() for line in said)


def _is_heading(line: str) -> bool:
    return line.startswith(_HEADING) and bool(line.removeprefix(_HEADING).strip())


@transaction.atomic
def write_guides(
    *, category: Category, texts: Mapping[str, str], seen: Mapping[str, str]
) -> list[GuideChange]:
    """Let this stand at the foot of a shelf, by language; empty is nothing.

    `seen` maps languages to the `mark_of` what the writer had before them: what they
    left as it was is left, whatever it is now. Locks the shelf. Raises
    GuideTooLongError, GuideChangedError.
    """
    Category.objects.select_for_update().get(pk=category.pk)
    said = guides_of(category)
    changed = [
        GuideChange(code, said.get(code, ""), text)
        for code, text in texts.items()
        if mark_of(text) != seen.get(code) and said.get(code, "") != text
    ]
    for each in changed:
        _check(each, seen.get(each.language))
    languages = [each.language for each in changed]
    category.guides.filter(language__in=languages).delete()
    CategoryGuide.objects.bulk_create(
        CategoryGuide(category=category, language=each.language, text=each.after)
        for each in changed
        if each.after
    )
    return changed


def mark_of(text: str) -> str:
    """Return a short mark of a text, by which it is known again."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _check(wanted: GuideChange, seen: str | None) -> None:
    if len(wanted.after) > LONGEST:
        words = _("Write at most %(most)d characters.") % {"most": LONGEST}
        raise GuideTooLongError(words, language=wanted.language)
    if mark_of(wanted.before) != seen:
        words = _(
            "Somebody else has changed this text meanwhile. Save again to put yours in"
            " its place."
        )
        raise GuideChangedError(words, language=wanted.language)
