"""How an order's amount becomes what its shop gets, as its page shows it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import formats
from frontend.portal.sale_words import state_of
from marketplace.core.money import Money
from marketplace.shop.promotions.selectors.given import LineGift, gifts_on_lines
from payouts.selectors.holds import why_frozen
from payouts.selectors.refund_story import TakenBack, taken_back
from payouts.selectors.sale_money import LineMoney, line_money, sale_money
from vendors.models import VendorOrder


def money_of(part: VendorOrder) -> dict[str, Any]:
    """Return how an order's amount becomes what the seller gets; three queries."""
    sale, lines = sale_money(part.settlement), line_money(part.settlement)
    gifts = gifts_on_lines(order_id=part.order_id, partner_id=part.vendor.partner_id)
    plans = dict.fromkeys(line.plan for line in lines if line.plan)
    return {
        "lines": [
            {
                "title": _name_of(line),
                "gross": Money(line.gross + line.vendor_discount, sale.currency),
            }
            for line in lines
        ],
        "gifts": [
            {
                "title": gift.title,
                "giver": gift.giver,
                "yours": Money(-gift.vendor_minor, sale.currency),
                "ours": Money(gift.platform_minor, sale.currency),
            }
            for gift in _by_promotion(gifts)
        ],
        "plan": ", ".join(_("Plan “%s”") % plan for plan in plans),
        "commission": Money(-sale.commission, sale.currency),
        "vat": Money(-sale.vat, sale.currency),
        "back": [
            {
                "amount": Money(-taken.minor, sale.currency),
                "note": _words_of_taken(taken),
            }
            for taken in taken_back(part.settlement)
        ],
        "net": Money(sale.left, sale.currency),
        "points": Money(sale.points, sale.currency),
        "state": state_of(sale),
        "why": why_frozen([part.settlement.pk]).get(part.settlement.pk, ""),
        "release_after": sale.release_after if sale.is_waiting else None,
        # The first of its parcels; each that comes later has a date of its own.
        "is_for_a_parcel": part.settlement.is_split,
    }


def _words_of_taken(taken: TakenBack) -> str:
    pieces = ngettext("%(n)d piece", "%(n)d pieces", taken.pieces) % {"n": taken.pieces}
    words = [formats.moment(taken.at), pieces if taken.pieces else "", taken.reason]
    return " · ".join(word for word in words if word)


def _by_promotion(gifts: Iterable[LineGift]) -> list[LineGift]:
    """Add up the lines of each promotion."""
    found: dict[str, LineGift] = {}
    for gift in gifts:
        known = found.get(gift.title)
        found[gift.title] = replace(
            gift,
            platform_minor=gift.platform_minor + (known.platform_minor if known else 0),
            vendor_minor=gift.vendor_minor + (known.vendor_minor if known else 0),
        )
    return list(found.values())


def _name_of(line: LineMoney) -> str:
    return _("Delivery") if line.is_shipping else line.title or _("Item")
