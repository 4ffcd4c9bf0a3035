"""Sentences of the buying pages."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frontend import formats
from marketplace.shop.partner.offers import BuyBox, Offer, Reason

REASONS: dict[Reason, Promise] = {
    Reason.CHEAPEST: gettext_lazy("the lowest price with delivery"),
    Reason.EARLIEST: gettext_lazy("the earliest date"),
    Reason.BEST_SCORE: gettext_lazy("the best seller score"),
}


def why_first(box: BuyBox, country: str) -> str:
    """Say why the offer in the buy box comes first."""
    if not box.reasons:
        return _("You chose this seller. All offers stand below, the best first.")
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


def why_not_first(box: BuyBox) -> dict[int, str]:
    """Say of each other offer what it lacks against the first; by offer."""
    winner = box.winner
    if winner is None:
        return {}
    return {
        offer.id: ", ".join(_lacks(offer, winner))
        for offer in box.others
        if offer.can_be_bought
    }


def _lacks(offer: Offer, first: Offer) -> list[str]:
    found = []
    dearer = offer.total.minor - first.total.minor
    later = offer.days - first.days
    if first.is_new and not offer.is_new:
        found.append(_("not new"))
    if dearer > 0:
        price = formats.amount(offer.total - first.total)
        found.append(_("%(price)s more with delivery") % {"price": price})
    if later > 0:
        found.append(
            ngettext("%(n)d day later", "%(n)d days later", later) % {"n": later}
        )
    if offer.seller.score < first.seller.score:
        found.append(_("lower seller score"))
    return found


def _listed(words: Iterable[Promise]) -> str:
    return get_text_list([str(word) for word in words], _("and"))
