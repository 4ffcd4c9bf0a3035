"""The fields for what stands at the foot of a category, one for each language."""

from dataclasses import dataclass, replace

from frontend.middleware import ViewerRequest
from frontend.tongues import written_tongues
from marketplace.accounts.languages import Tongue
from marketplace.shop.catalogue.guides import (
    GuideChangedError,
    GuideRefusedError,
    guides_of,
    mark_of,
)
from marketplace.shop.catalogue.models import Category


@dataclass(frozen=True, slots=True)
class GuideField:
    """A text to write; `seen` marks what it was, `now` is what another has written."""

    tongue: Tongue
    text: str
    seen: str
    refusal: str = ""
    now: str | None = None


def guides_for(shelf: Category) -> list[GuideField]:
    """Return the fields, filled with what stands there."""
    said = guides_of(shelf)
    return [_as_it_is(each, said.get(each.code, "")) for each in written_tongues()]


def refused_guides(
    request: ViewerRequest, shelf: Category, refusal: GuideRefusedError
) -> list[GuideField]:
    """Return the fields with what was typed, and why one of them was not kept."""
    said, typed, seen = guides_of(shelf), typed_guides(request), seen_guides(request)
    fields = []
    for tongue in written_tongues():
        code = tongue.code
        shown = _as_it_is(tongue, said.get(code, ""))
        if code in typed and mark_of(typed[code]) != seen[code]:
            # What another wrote counts as seen only where it is shown now.
            shown = replace(shown, text=typed[code], seen=seen[code])
        if refusal.language == code:
            shown = replace(shown, refusal=refusal.message)
            if isinstance(refusal, GuideChangedError):
                now = said.get(code, "")
                shown = replace(shown, seen=mark_of(now), now=now)
        fields.append(shown)
    return fields


def _as_it_is(tongue: Tongue, text: str) -> GuideField:
    return GuideField(tongue, text, mark_of(text))


def typed_guides(request: ViewerRequest) -> dict[str, str]:
    """Return what was typed in each language, uncut."""
    return {
        tongue.code: _lines(request.POST[f"guide-{tongue.code}"])
        for tongue in written_tongues()
        if f"guide-{tongue.code}" in request.POST
    }


def seen_guides(request: ViewerRequest) -> dict[str, str]:
    """Return the mark of what stood in each field when the page was drawn."""
    return {
        tongue.code: request.POST.get(f"seen-{tongue.code}", "")
        for tongue in written_tongues()
    }


def _lines(typed: str) -> str:
    # A browser sends two signs for the end of a line that it counts as one.
    return typed.replace("\0", "").replace("\r\n", "\n").strip()
