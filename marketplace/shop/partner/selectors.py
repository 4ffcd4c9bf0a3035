"""Reads of offers: who sells a product, for how much, delivered when."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.db.models.fields.files import FieldFile

from marketplace.core.money import Money, from_decimal
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import Partner, StockRecord
from marketplace.shop.partner.offers import BuyBox, Offer, Seller, rank
from marketplace.shop.shipping.dates import local_day
from marketplace.shop.shipping.quotes import Tariff, dispatch_day, methods_for
from marketplace.shop.shipping.selectors import tariffs_to


class _Row(NamedTuple):
    """An offer and its seller as one row: making models of both costs three times."""

    id: int
    public_id: str
    product_id: int
    price: Any
    currency: str
    in_stock: int | None
    allocated: int | None
    min_quantity: int
    max_quantity: int | None
    condition: str
    condition_note: str
    handling_days: int
    partner_id: int
    partner_name: str
    partner_code: str
    city: str
    dispatch_country: str
    note_mean: Any
    note_count: int
    score: int
    mark: str
    away_from: date | None
    away_until: date | None
    was_price: Any
    reduced_at: datetime | None


_REDUCED = timedelta(days=30)
_COLUMNS = (
    *("id", "public_id", "product_id", "price", "price_currency", "num_in_stock"),
    *("num_allocated", "min_quantity", "max_quantity", "condition", "condition_note"),
    *("handling_days", "partner_id", "partner__name", "partner__code"),
    *("partner__city", "partner__dispatch_country", "partner__note_mean"),
    *("partner__note_count", "partner__score", "partner__mark"),
    *("partner__away_from", "partner__away_until", "was_price", "reduced_at"),
)

_AMONG = "partner_stockrecord.product_id = ANY(%s::bigint[])"


def buy_boxes(
    product_ids: Iterable[int], *, country: str, now: datetime
) -> dict[int, BuyBox]:
    """Return the ranked offers of each product, delivered to a country.

    Two queries for any number of products; a product that nobody offers is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [sorted(set(product_ids))])
        rows = [_Row(*columns) for columns in cursor.fetchall()]
    tariffs = tariffs_to(country, partner_ids=[row.partner_id for row in rows])
    today = local_day(now)
    offers: dict[int, list[Offer]] = {}
    for row in rows:
        offer = _offer(row, tariffs=tariffs.get(row.partner_id, ()), today=today)
        offers.setdefault(row.product_id, []).append(offer)
    return {product_id: rank(several) for product_id, several in offers.items()}


@cache
def _statement() -> str:
    """Return the SQL of offers on sale; its one parameter lists the products.

    Written once in each process: Django takes longer to write it than PostgreSQL takes
    to answer it.
    """
    among = RawSQL(_AMONG, [[]], output_field=BooleanField())  # noqa: S611 (no words)
    found = StockRecord.objects.on_sale().filter(among, price__isnull=False)
    sql, (_products,) = found.values_list(*_COLUMNS).query.sql_with_params()
    return str(sql)


def offered_product(public_id: str, partner_id: int) -> Product | None:
    """Return a product, or a variant, that a seller offers now; None of any other."""
    offers = StockRecord.objects.on_sale().select_related("product")
    offer = offers.filter(product__public_id=public_id, partner_id=partner_id).first()
    return offer.product if offer else None


def buy_box(product_id: int, *, country: str, now: datetime) -> BuyBox:
    """Return the ranked offers of one product; empty when nobody offers it."""
    nobody = BuyBox(offers=(), reasons=())
    return buy_boxes([product_id], country=country, now=now).get(product_id, nobody)


def _offer(row: _Row, *, tariffs: Iterable[Tariff], today: date) -> Offer:
    price = Money(from_decimal(row.price, row.currency), row.currency)
    dispatch_on = dispatch_day(
        today=today,
        handling_days=row.handling_days,
        away_from=row.away_from,
        away_until=row.away_until,
    )
    return Offer(
        id=row.id,
        public_id=row.public_id,
        product_id=row.product_id,
        seller=_seller(row),
        price=price,
        available=max(0, (row.in_stock or 0) - (row.allocated or 0)),
        min_quantity=row.min_quantity,
        max_quantity=row.max_quantity,
        condition=row.condition,
        condition_label=str(StockRecord.Condition(row.condition).label),
        condition_note=row.condition_note,
        dispatch_on=dispatch_on,
        today=today,
        methods=methods_for(
            tariffs,
            currency=row.currency,
            quantity=row.min_quantity,
            items_minor=price.minor * row.min_quantity,
            dispatch_on=dispatch_on,
        ),
        was=_was(row, today=today),
    )


def _was(row: _Row, *, today: date) -> Money | None:
    """Return the price before a reduction, as long as it may be called one."""
    if row.was_price is None or row.reduced_at is None:
        return None
    if local_day(row.reduced_at) + _REDUCED < today:
        return None
    return Money(from_decimal(row.was_price, row.currency), row.currency)


def _seller(row: _Row) -> Seller:
    mark = Partner._meta.get_field("mark")
    return Seller(
        id=row.partner_id,
        name=row.partner_name,
        handle=row.partner_code,
        city=row.city,
        country=row.dispatch_country,
        note_mean=row.note_mean,
        note_count=row.note_count,
        score=row.score,
        logo=FieldFile(cast("Any", None), mark, row.mark) if row.mark else None,
    )


def seller_of(partner: Partner) -> Seller:
    """Return a partner's face."""
    return Seller(
        id=partner.pk,
        name=partner.name,
        handle=partner.code,
        city=partner.city,
        country=partner.dispatch_country,
        note_mean=partner.note_mean,
        note_count=partner.note_count,
        score=partner.score,
        logo=partner.mark or None,
    )


def dispatch_on_of(record: StockRecord, *, today: date) -> date:
    """Return the day on which the seller of an offer hands it over."""
    return dispatch_day(
        today=today,
        handling_days=record.handling_days,
        away_from=record.partner.away_from,
        away_until=record.partner.away_until,
    )
