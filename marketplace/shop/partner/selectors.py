"""Reads of offers: who sells a product, for how much, delivered when."""

from collections.abc import Iterable
from datetime import date, datetime

from marketplace.core.money import Money, from_decimal
from marketplace.shop.partner.models import Partner, StockRecord
from marketplace.shop.partner.offers import BuyBox, Offer, Seller, rank
from marketplace.shop.shipping.dates import local_day
from marketplace.shop.shipping.quotes import Tariff, dispatch_day, methods_for
from marketplace.shop.shipping.selectors import tariffs_to


def buy_boxes(
    product_ids: Iterable[int], *, country: str, now: datetime
) -> dict[int, BuyBox]:
    """Return the ranked offers of each product, delivered to a country.

    Two queries for any number of products; a product that nobody offers is left out.
    """
    records = list(
        StockRecord.objects.on_sale()
        .filter(product_id__in=set(product_ids), price__isnull=False)
        .select_related("partner")
    )
    tariffs = tariffs_to(country, partner_ids=[one.partner_id for one in records])
    today = local_day(now)
    offers: dict[int, list[Offer]] = {}
    for record in records:
        offer = offer_of(
            record, tariffs=tariffs.get(record.partner_id, ()), today=today
        )
        offers.setdefault(record.product_id, []).append(offer)
    return {product_id: rank(found) for product_id, found in offers.items()}


def buy_box(product_id: int, *, country: str, now: datetime) -> BuyBox:
    """Return the ranked offers of one product; empty when nobody offers it."""
    nobody = BuyBox(offers=(), reasons=())
    return buy_boxes([product_id], country=country, now=now).get(product_id, nobody)


def offer_of(record: StockRecord, *, tariffs: Iterable[Tariff], today: date) -> Offer:
    """Return a stock record (with its partner) as buyers see it."""
    partner = record.partner
    currency = record.price_currency
    price = Money(from_decimal(record.price, currency), currency)
    dispatch_on = dispatch_on_of(record, today=today)
    return Offer(
        id=record.pk,
        public_id=record.public_id,
        product_id=record.product_id,
        seller=seller_of(partner),
        price=price,
        available=record.available,
        min_quantity=record.min_quantity,
        max_quantity=record.max_quantity,
        condition=record.condition,
        condition_label=record.get_condition_display(),
        condition_note=record.condition_note,
        dispatch_on=dispatch_on,
        today=today,
        methods=methods_for(
            tariffs,
            currency=currency,
            quantity=record.min_quantity,
            items_minor=price.minor * record.min_quantity,
            dispatch_on=dispatch_on,
        ),
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
