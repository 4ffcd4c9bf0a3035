"""Say what came of putting many things into the basket at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import formats
from marketplace.core.money import Money
from marketplace.shop.basket.filling import Filled


def say(request: HttpRequest, filled: Sequence[Filled]) -> None:
    """Say how much lies in the basket, and what is missing or costs otherwise."""
    added = [each for each in filled if each.got]
    if added:
        messages.success(
            request,
            ngettext(
                "%(n)d thing is in your basket.",
                "%(n)d things are in your basket.",
                len(added),
            )
            % {"n": len(added)},
        )
    sentences = [words for each in filled for words in _otherwise(each)]
    if sentences:
        lines = format_html_join("", "<span class='block'>{}</span>", zip(sentences))
        messages.warning(request, lines)


def _otherwise(each: Filled) -> list[str]:
    title = each.wanted.title
    if not each.got:
        return [_("“%(title)s”: %(why)s") % {"title": title, "why": each.why}]
    found = []
    if each.is_short:
        found.append(
            _("“%(title)s”: %(got)d of %(wanted)d, there are no more.")
            % {"title": title, "got": each.got, "wanted": each.wanted.quantity}
        )
    elif each.got > each.wanted.quantity:
        found.append(
            _("“%(title)s”: %(got)d, the least that its seller sells.")
            % {"title": title, "got": each.got}
        )
    if each.change is not None and each.price is not None:
        found.append(_changed(title, before=each.price - each.change, now=each.price))
    return found


def _changed(title: str, *, before: Money, now: Money) -> str:
    words = {
        "title": title,
        "before": formats.amount(before),
        "now": formats.amount(now),
    }
    if now > before:
        return _("“%(title)s” costs %(now)s now, %(before)s then.") % words
    return _("“%(title)s” costs only %(now)s now, %(before)s then.") % words
