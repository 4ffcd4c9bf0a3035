"""Stream what was sold, with the facts that it was priced by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings

from payouts.models import LineKind, SettlementLine, SettlementState
from payouts.plans import Subject
from payouts.pricing import Sold, frozen_subject, frozen_vat, unit_price
from payouts.selectors.products import NO_FACTS, ProductFacts, facts_of_products
from payouts.terms import Commission
from payouts.vat import NOT_CHARGED, CommissionVat, commission_vat
from vendors.models import Vendor
from vendors.selectors.ranks import rank_of_shop

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of the past: when, what, and the commission frozen with it.

    `is_told_by_today` where the facts were not frozen yet: those of today stand in.
    """

    at: datetime
    sold: Sold
    plan_key: int
    plan_version: int
    fee: Commission
    is_told_by_today: bool


class _Row(NamedTuple):
    vendor_id: int
    currency: str
    at: datetime
    kind: str
    gross_minor: int
    tax_minor: int
    quantity: int
    commission_minor: int
    vat_minor: int
    plan_key: int
    plan_version: int
    snapshot: dict[str, Any]
    product_id: int | None


def sold_lines(*, since: datetime, until: datetime) -> Iterator[SoldLine]:
    """Return the lines of orders that were placed in a span and paid; in any order.

    One query, read in pieces: call it in a transaction. Refunds change nothing here.
    """
    rows = (
        SettlementLine.objects.filter(
            settlement__created_at__gte=since, settlement__created_at__lt=until
        )
        .exclude(
            settlement__state__in=(SettlementState.UNPAID, SettlementState.CANCELLED)
        )
        .order_by()
        .values_list(
            *("settlement__vendor_id", "settlement__currency"),
            *("settlement__created_at", "kind", "gross_minor", "tax_minor"),
            *("quantity", "commission_minor", "commission_vat_minor", "plan_id"),
            *("plan_version", "plan_snapshot", "oscar_line__product_id"),
        )
    )
    today = _Today()
    lines = (_Row(*row) for row in rows.iterator(chunk_size=CHUNK))
    while chunk := list(islice(lines, CHUNK)):
        today.look_at(row for row in chunk if "sale" not in row.snapshot)
        for row in chunk:
            yield _line(row, today)


def _line(row: _Row, today: "_Today") -> SoldLine:
    facts = row.snapshot.get("sale")
    if facts is not None:
        subject = frozen_subject(
            facts=facts, vendor_id=row.vendor_id, currency=row.currency
        )
        vat = frozen_vat(facts)
    else:
        subject, vat = today.subject_of(row), today.vat_of(row)
    return SoldLine(
        at=row.at,
        sold=Sold(
            subject=subject,
            is_shipping=row.kind == LineKind.SHIPPING,
            gross_minor=row.gross_minor,
            tax_minor=row.tax_minor,
            quantity=row.quantity,
            vat=vat,
        ),
        plan_key=row.plan_key,
        plan_version=row.plan_version,
        fee=Commission(row.commission_minor, row.vat_minor),
        is_told_by_today=facts is None,
    )


class _Today:
    """What is known today of products and sellers, for lines that froze no facts."""

    def __init__(self) -> None:
        self._products: dict[int, ProductFacts] = {}
        self._vendors: dict[int, Vendor] = {}

    def look_at(self, rows: Iterable[_Row]) -> None:
        """Read the products and sellers of some lines."""
        rows = list(rows)
        products = {row.product_id for row in rows if row.product_id is not None}
        self._products |= facts_of_products(products - self._products.keys())
        vendors = {row.vendor_id for row in rows} - self._vendors.keys()
        if vendors:
            found = Vendor.objects.select_related("partner", "standing")
            self._vendors |= found.in_bulk(vendors)

    def subject_of(self, row: _Row) -> Subject:
        """Return what a line would be asked about if it were sold today."""
        facts = self._products.get(row.product_id or 0, NO_FACTS)
        vendor = self._vendors[row.vendor_id]
        is_shipping = row.kind == LineKind.SHIPPING
        price = unit_price(gross_minor=row.gross_minor, quantity=row.quantity)
        return Subject(
            vendor_id=row.vendor_id,
            product_id=row.product_id,
            categories=facts.categories,
            brand=facts.brand,
            rank=rank_of_shop(vendor),
            country=vendor.country,
            currency=row.currency,
            unit_minor=None if is_shipping else price,
        )

    def vat_of(self, row: _Row) -> CommissionVat:
        """Return the VAT frozen with a line, or today's where none was charged."""
        frozen = row.snapshot
        if frozen.get("vat_reason") not in {None, NOT_CHARGED}:
            return CommissionVat(
                frozen["vat_bps"], frozen["vat_reason"], frozen["vat_country"]
            )
        vendor = self._vendors[row.vendor_id]
        return commission_vat(
            seller_country=vendor.country,
            seller_vat_number=vendor.vat_number,
            platform_country=settings.PLATFORM["country"],
        )
