"""A buyer's invoice: one seller's part of an order, as it was frozen and paid."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.money import half_up
from marketplace.shop.tax.included import tax_in
from marketplace.shop.tax.selectors import TaxRates, rates_in
from payouts.documents import parties
from payouts.documents.draft import Blocked, Draft, day_of, rate_facts
from payouts.documents.figures import (
    RatePart,
    by_rate,
    item_part,
    shipping_parts,
    unit_net,
)
from payouts.models import (
    DocumentKind,
    LineKind,
    PendingDocument,
    Settlement,
    SettlementLine,
)
from payouts.vat import EU_STANDARD_BPS


class RateBook:
    """Tax rates of countries and days, each asked for once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, date], TaxRates] = {}

    def of(self, country: str, day: date) -> TaxRates:
        """Return the rates of a country on a day."""
        key = (country, day)
        if key not in self._known:
            self._known[key] = rates_in(country, on=day)
        return self._known[key]


def settlements_with_lines(ids: Iterable[int | None]) -> dict[int, Settlement]:
    """Read settlements with seller, order, address and lines: three queries."""
    lines = SettlementLine.objects.select_related("oscar_line").order_by("pk")
    return (
        Settlement.objects.select_related(
            "vendor", "vendor_order", "order__user", "order__shipping_address"
        )
        .prefetch_related(Prefetch("lines", lines))
        .in_bulk([pk for pk in ids if pk is not None])
    )


def draft_invoices(pendings: Sequence[PendingDocument]) -> list[Draft | Blocked]:
    """Return the invoices of settlements, or what their sellers lack for them."""
    rows = settlements_with_lines(pending.settlement_id for pending in pendings)
    book = RateBook()
    return [
        _draft(pending, rows[pending.settlement_id or 0], book) for pending in pendings
    ]


def _draft(
    pending: PendingDocument, settlement: Settlement, book: RateBook
) -> Draft | Blocked:
    lacks = parties.platform_lacks() + parties.seller_lacks(
        settlement.vendor, charges_vat=settlement.tax_minor > 0
    )
    if lacks:
        return Blocked(pending, lacks)
    return Draft(
        pending=pending,
        kind=DocumentKind.INVOICE,
        net=settlement.gross_minor - settlement.tax_minor,
        tax=settlement.tax_minor,
        currency=settlement.currency,
        facts=_facts(settlement, book),
        settlement=settlement,
    )


def _facts(settlement: Settlement, book: RateBook) -> dict[str, Any]:
    lines = _with_rates(settlement, book)
    return {
        "kind": DocumentKind.INVOICE.value,
        "language": settings.LANGUAGE_CODE,
        "currency": settlement.currency,
        "seller": parties.seller_party(settlement.vendor),
        "issued_by": parties.platform_party(),
        "customer": parties.buyer_party(settlement.order),
        "order": settlement.vendor_order.number,
        "ordered_on": day_of(settlement.created_at),
        "paid_on": day_of(settlement.paid_at or settlement.created_at),
        "lines": [
            _line(line, parts, _title(line, settlement)) for line, parts in lines
        ],
        "rates": rate_facts(by_rate(part for _line, parts in lines for part in parts)),
        "net": settlement.gross_minor - settlement.tax_minor,
        "tax": settlement.tax_minor,
        "gross": settlement.gross_minor,
        "payments": payments(
            card=settlement.cash_minor,
            points=settlement.points_minor,
            gift=settlement.platform_discount_minor - settlement.points_minor,
        ),
        "mentions": _mentions(settlement),
    }


def payments(
    *, card: int, points: int, gift: int, is_bank: bool = False
) -> list[dict[str, Any]]:
    """Return by which means an amount was paid, or goes back; none of nothing.

    `is_bank`: the buyer's bank took it, nobody sent it to the card.
    """
    ways = (("bank" if is_bank else "card", card), ("points", points), ("gift", gift))
    return [{"how": how, "amount": minor} for how, minor in ways if minor]


def _with_rates(
    settlement: Settlement, book: RateBook
) -> list[tuple[SettlementLine, tuple[RatePart, ...]]]:
    rates = _rates_of(settlement, book)
    lines = list(settlement.lines.all())
    items = {
        line.pk: item_part(
            gross=line.gross_minor, tax=line.tax_minor, bps=_class_rate(line, rates)
        )
        for line in lines
        if line.kind == LineKind.ITEM
    }
    return [
        (
            line,
            (items[line.pk],)
            if line.pk in items
            else shipping_parts(
                gross=line.gross_minor,
                tax=line.tax_minor,
                items=list(items.values()),
            ),
        )
        for line in lines
    ]


def _rates_of(settlement: Settlement, book: RateBook) -> TaxRates:
    to = settlement.order.shipping_address
    country = (to.country_id if to else "") or settings.BUYER_COUNTRY
    zone = timezone.get_default_timezone()
    return book.of(country, timezone.localtime(settlement.created_at, zone).date())


def _class_rate(line: SettlementLine, rates: TaxRates) -> int | None:
    tax_class = line.oscar_line.tax_code if line.oscar_line else None
    return rates.get(tax_class) if tax_class else None


def _title(line: SettlementLine, settlement: Settlement) -> str:
    if line.kind == LineKind.SHIPPING:
        return _("Delivery, %s") % settlement.vendor_order.shipping_name
    return line.oscar_line.title if line.oscar_line else _("Item")


def _line(
    line: SettlementLine, parts: Sequence[RatePart], title: str
) -> dict[str, Any]:
    """Return a line: what it cost before and after what its seller took off."""
    before = line.gross_minor + line.vendor_discount_minor
    net = sum(part.net for part in parts)
    full_net = before - _tax_before(line, parts)
    return {
        "id": line.pk,
        "title": title,
        "sku": line.oscar_line.partner_sku if line.oscar_line else "",
        "quantity": line.quantity,
        "unit_net": unit_net(net=full_net, quantity=line.quantity),
        "discount_net": full_net - net,
        "net": net,
        "tax": line.tax_minor,
        "gross": line.gross_minor,
        "rates": rate_facts(parts),
    }


def _tax_before(line: SettlementLine, parts: Sequence[RatePart]) -> int:
    if not line.vendor_discount_minor:
        return line.tax_minor
    before = line.gross_minor + line.vendor_discount_minor
    if len(parts) == 1 and line.gross_minor == 0:
        return tax_in(before, parts[0].bps)
    return half_up(line.tax_minor * before, line.gross_minor or 1)


def _mentions(settlement: Settlement) -> list[str]:
    seller, own = settlement.vendor, settings.PLATFORM
    found = [
        _("Issued by %(platform)s in the name and on behalf of %(seller)s.")
        % {"platform": own["legal_name"], "seller": seller.legal_name.strip()}
    ]
    if settlement.tax_minor == 0:
        found.append(_("No VAT is charged on this sale."))
    to = settlement.order.shipping_address
    abroad = to and to.country_id and to.country_id != seller.country
    if abroad and settlement.tax_minor and seller.country in EU_STANDARD_BPS:
        found.append(
            _(
                "Distance sale: VAT of the country of arrival "
                "(Directive 2006/112/EC, article 33)."
            )
        )
    if settlement.platform_discount_minor:
        found.append(
            _(
                "Points and gifts of %(market)s are paid to the seller in the buyer’s "
                "place: they do not lower the price."
            )
            % {"market": settings.MARKET_NAME}
        )
    found.append(_("Paid in full; nothing is left to pay."))
    return found
