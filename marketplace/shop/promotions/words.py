"""What a voucher or a campaign says to a buyer."""

from datetime import datetime

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from marketplace.core.money import BASIS_POINTS, Money
from marketplace.db.dates import written_day
from marketplace.shop.promotions.reckoning import Refusal
from marketplace.shop.promotions.terms import Obstacle


def name_of(*, code: str, name: str) -> str:
    """Say what a promotion is called."""
    return _("Voucher %s") % code if code else name


def giver_of(*, platform_bps: int, seller: str = "") -> str:
    """Say who pays a promotion; `seller` is the name of a seller whose own it is."""
    if seller:
        return _("From %s") % seller
    facts = {"market": settings.MARKET_NAME}
    if platform_bps == BASIS_POINTS:
        return _("From %(market)s") % facts
    if platform_bps == 0:
        return _("From the sellers")
    return _("From %(market)s and the sellers") % facts


def why_not(refusal: Refusal, *, missing: str = "") -> str:
    """Say why a voucher gives nothing, and what to do.

    `missing` is the missing amount as the page writes money; plainly without it.
    """
    terms = refusal.terms
    facts = {
        "code": terms.code,
        "missing": missing or str(Money(refusal.missing_minor, terms.currency)),
        "currency": terms.currency,
        "day": _day(terms.starts_at),
    }
    words = {
        Obstacle.NOT_YET: _("Voucher %(code)s counts from %(day)s."),
        Obstacle.ENDED: _("Voucher %(code)s has ended."),
        Obstacle.USED_UP: _("Voucher %(code)s is used up."),
        # The same for both: a guest's e-mail must not tell what somebody ordered.
        Obstacle.USED_BEFORE: _(
            "Voucher %(code)s is for a first order, or once for each buyer: it cannot "
            "be used again."
        ),
        Obstacle.NOT_FIRST_ORDER: _(
            "Voucher %(code)s is for a first order, or once for each buyer: it cannot "
            "be used again."
        ),
        Obstacle.OTHER_CURRENCY: _("Voucher %(code)s counts in %(currency)s only."),
        Obstacle.NOT_FOR_BASKET: _(
            "Voucher %(code)s does not count on what is in your basket."
        ),
        Obstacle.SPEND_MORE: _("Add goods for %(missing)s to use voucher %(code)s."),
        Obstacle.NOTHING_LEFT: _(
            "Voucher %(code)s gives nothing here: what it is for costs nothing more."
        ),
        Obstacle.SMALLEST_PAYMENT: _(
            "Voucher %(code)s gives nothing here: the rest would be too small to pay."
        ),
    }
    return words[refusal.obstacle] % facts


def _day(moment: datetime | None) -> str:
    return "" if moment is None else written_day(localtime(moment), "d MMMM")
