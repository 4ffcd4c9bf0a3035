"""Reads of baskets."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from marketplace.core.money import Money, from_decimal
from marketplace.shop.basket.assembling import Offered, assemble
from marketplace.shop.basket.contents import Contents, Line
from marketplace.shop.basket.models import Basket
from marketplace.shop.basket.models import Line as LineRow
from marketplace.shop.partner.selectors import dispatch_on_of, seller_of
from marketplace.shop.promotions.selectors.applying import (
    Claimant,
    campaign_ids,
    lock_terms_of,
    shelves_of,
    terms_of,
    voucher_ids,
)
from marketplace.shop.shipping.dates import local_day
from marketplace.shop.shipping.selectors import tariffs_to
from marketplace.shop.tax.selectors import rates_in


def contents_of(
    basket_id: int | None,
    *,
    country: str,
    now: datetime,
    choices: Mapping[int, str] | None = None,
    claimant: Claimant | None = None,
    promised: Collection[int] | None = None,
) -> Contents:
    """Return what lies in a basket at the prices of now. Three queries.

    `claimant` is whose earlier orders decide about promotions for each buyer; where
    promotions run or vouchers were entered, it takes at most five queries more.

    `promised` is given while the order is placed: it names the offers whose pieces this
    basket has reserved already, so they count as available to it. Then the promotions
    with limits are locked until the transaction ends.
    """
    today = local_day(now)
    rows = [] if basket_id is None else _rows_of(basket_id, now)
    lines = [_line_of(row, today=today, promised=promised or ()) for row in rows]
    if not lines:
        return Contents(currency=settings.CURRENCY, groups=(), troubles={})
    named = {*rows[0].campaign_ids, *rows[0].voucher_ids}
    terms = (terms_of if promised is None else lock_terms_of)(
        named, claimant=claimant or Claimant(user_id=None), now=now
    )
    return assemble(
        lines,
        # The currency of what came first; no other one can be added.
        currency=lines[0].price.currency,
        tariffs=tariffs_to(country, partner_ids=[line.seller.id for line in lines]),
        tax_rates=rates_in(country, on=today),
        choices=choices or {},
        offered=Offered(
            terms=terms,
            shelves=shelves_of([line.product_id for line in lines], terms),
        ),
    )


def later_lines(
    *, user_id: int | None, basket_id: int | None, now: datetime
) -> list[Line]:
    """Return what an account, or a visitor by the basket's key, has saved. One query.

    The newest first, at the prices of now.
    """
    rows = LineRow.objects.filter(basket__status=Basket.SAVED)
    if user_id is not None:
        rows = rows.filter(basket__owner_id=user_id)
    else:
        rows = rows.filter(basket__owner=None, basket_id=basket_id)
    found = rows.select_related("product", "stockrecord__partner").order_by("-id")
    today = local_day(now)
    return [_line_of(row, today=today, promised=()) for row in found]


def _rows_of(basket_id: int, now: datetime) -> list[Any]:
    """Read the lines, and along with them which promotions are to be looked at.

    Most baskets have none: then these cost no query of their own.
    """
    rows = LineRow.objects.filter(basket_id=basket_id)
    rows = rows.select_related("product", "stockrecord__partner")
    found = rows.annotate(
        campaign_ids=campaign_ids(now), voucher_ids=voucher_ids(basket_id)
    )
    return list(found.order_by("id"))


def _line_of(row: LineRow, *, today: date, promised: Collection[int]) -> Line:
    record, product = row.stockrecord, row.product
    added = row.price_incl_tax
    own = row.quantity if record.pk in promised else 0
    return Line(
        id=row.pk,
        offer_id=record.pk,
        offer_public_id=record.public_id,
        product_id=product.pk,
        product_public_id=product.public_id,
        slug=product.slug,
        title=product.title,
        upc=product.upc or "",
        sku=record.partner_sku,
        seller=seller_of(record.partner),
        quantity=row.quantity,
        price=_money(record.price, record.price_currency),
        added_at=None if added is None else _money(added, row.price_currency),
        available=record.available + own,
        min_quantity=record.min_quantity,
        max_quantity=record.max_quantity,
        condition=record.condition,
        condition_label=record.get_condition_display(),
        tax_class=product.tax_class,
        dispatch_on=dispatch_on_of(record, today=today),
        is_listed=record.is_active and product.is_public,
        is_seller_open=record.partner.is_selling,
    )


def _money(amount: Decimal, currency: str) -> Money:
    return Money(from_decimal(amount, currency), currency)
