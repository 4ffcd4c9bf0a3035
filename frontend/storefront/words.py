"""Sentences of the buying pages."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.shop.partner.offers import BuyBox, Reason

REASONS: dict[Reason, Promise] = {
    Reason.CHEAPEST: gettext_lazy("the lowest price with delivery"),
    Reason.EARLIEST: gettext_lazy("the earliest date"),
    Reason.BEST_SCORE: gettext_lazy("the best seller score"),
}


def why_first(box: BuyBox, country: str) -> str:
    """Say why the offer in the buy box comes first."""
    if Reason.ONLY in box.reasons:
        return _("It is the only offer that can be delivered to %(country)s.") % {
            "country": country
        }
    if Reason.BALANCE in box.reasons:
        return _(
            "No other offer to %(country)s is better in price with delivery, date and"
            " seller score taken together."
        ) % {"country": country}
    rivals = _("%(count)d offers") % {"count": len(box.offers)}
    return _("Of %(rivals)s to %(country)s it has %(reasons)s.") % {
        "rivals": rivals,
        "country": country,
        "reasons": _listed(REASONS[reason] for reason in box.reasons),
    }


def _listed(words: Iterable[Promise]) -> str:
    return get_text_list([str(word) for word in words], _("and"))
