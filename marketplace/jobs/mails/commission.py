"""The mail that tells a seller of a new list of commission plans."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from marketplace.core.money import Money
from marketplace.db.dates import written_day
from marketplace.jobs.mails.letter import Letter
from marketplace.jobs.mails.sellers import to_seller
from payouts.selectors.offer_news import OFFERS_NAMED, offers_with_new_terms
from payouts.selectors.replays import OwnChange, own_change
from vendors.models import Vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a list changes for a seller in one currency, of the last 90 days."""

    lines: int
    lines_changed: int
    offers: int
    offers_changed: int
    before: Money
    after: Money
    change: Money
    net: Money


def commission_changed(*, plan_list: int, vendor: int) -> list[Letter]:
    """Say from when, why, and what this seller's own sales would have cost."""
    shop = Vendor.objects.get(pk=vendor)
    told = own_change(list_id=plan_list, vendor_id=vendor)
    if told is None:
        return []
    day = written_day(localtime(told.in_force_from), "d MMMM y")
    context = {
        "seller": shop,
        "day": day,
        "starts": localtime(told.in_force_from),
        "note": told.note,
        "changes": [_changed(each) for each in told.changes],
        "days": told.days,
        "offers": offers_with_new_terms(
            vendor=shop, at=told.in_force_from, most=OFFERS_NAMED
        ),
        "market": settings.MARKET_NAME,
    }
    subject = _("Your commission from %s") % day
    return [to_seller(shop, subject, "commission_changed", context)]


def _changed(own: OwnChange) -> Changed:
    def money(minor: int) -> Money:
        return Money(minor, own.currency)

    return Changed(
        lines=own.lines,
        lines_changed=own.lines_changed,
        offers=own.offers,
        offers_changed=own.offers_changed,
        before=money(own.before_minor),
        after=money(own.after_minor),
        change=money(own.after_minor - own.before_minor),
        net=money(own.net_change_minor),
    )
