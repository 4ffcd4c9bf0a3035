"""Texts at the foot of shelves, which tell a buyer how to choose there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.languages import current_language
from marketplace.core.errors import RefusedError
from marketplace.shop.catalogue.models import Category, CategoryGuide

LONGEST = 4000
_HEADING = "# "


class GuideTooLongError(RefusedError):
    """A text at the foot of a shelf is longer than `LONGEST`."""

    code = "category.guide"
    field = "guide"


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
def write_guides(*, category: Category, texts: Mapping[str, str]) -> list[str]:
    """Let this stand at the foot of a shelf, by language; empty is nothing.

    Returns the languages in which anything changed. Locks the shelf. Raises
    GuideTooLongError.
    """
    if any(len(text) > LONGEST for text in texts.values()):
        words = _("Write at most %(most)d characters.")
        raise GuideTooLongError(words % {"most": LONGEST})
    Category.objects.select_for_update().get(pk=category.pk)
    said = guides_of(category)
    changed = [code for code, text in texts.items() if said.get(code, "") != text]
    category.guides.filter(language__in=changed).delete()
    CategoryGuide.objects.bulk_create(
        CategoryGuide(category=category, language=code, text=texts[code])
        for code in changed
        if texts[code]
    )
    return changed
