"""A reduction shows the lowest price of the 30 days before it, or is none."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace.shop.partner.models import PastPrice, StockRecord
from marketplace.shop.partner.selectors import buy_box
from tests.factories import OfferFactory, seller

pytestmark = pytest.mark.django_db


def offer_with_past(*past: tuple[int, int], price: int = 100) -> StockRecord:
    """Make an offer that cost so much since so many days ago."""
    offer = OfferFactory.create(partner=seller("Bakery"), price=Decimal(price))
    PastPrice.objects.filter(offer=offer).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    PastPrice.objects.bulk_create(
        PastPrice(
            offer=offer,
            price=Decimal(cost),
            price_currency="EUR",
            condition="new",
            began_at=now - timedelta(days=days),
        )
        for days, cost in past
    )
    return offer


def reduce_to(offer: StockRecord, price: int, **changes: object) -> StockRecord:
    StockRecord.objects.filter(pk=offer.pk).update(price=Decimal(price), **changes)
    return StockRecord.objects.get(pk=offer.pk)


@pytest.mark.parametrize(
    ("past", "price", "was"),
    [
        ([(90, 100)], 80, 100),
        # The lowest within the 30 days, not the last.
        ([(90, 100), (20, 85), (10, 120)], 80, 85),
        # The price that held when the 30 days began counts too.
        ([(90, 70), (20, 120)], 65, 70),
        # What was lower before them does not.
        ([(90, 50), (40, 100)], 80, 100),
        # Dearer than the lowest is no reduction.
        ([(90, 100), (20, 60), (10, 120)], 100, None),
        # Nor is less than a twentieth.
        ([(90, 100)], 96, None),
        ([(90, 100)], 95, 100),
        # Of a new offer nobody knows.
        ([(20, 100)], 50, None),
    ],
)
def test_a_reduction_is_reckoned_from_the_prices_before(past, price, was):
    offer = offer_with_past(*past)

    reduced = reduce_to(offer, price)

    assert reduced.was_price == was
    assert (reduced.reduced_at is None) == (was is None)


def test_another_condition_is_another_thing():
    offer = offer_with_past((90, 100))

    assert reduce_to(offer, 60, condition="good").was_price is None


def test_a_price_that_goes_up_again_ends_the_reduction():
    offer = reduce_to(offer_with_past((90, 100)), 80)

    assert reduce_to(offer, 90).was_price is None


def test_nobody_else_writes_what_it_was():
    offer = reduce_to(offer_with_past((90, 100)), 80)

    offer.was_price = Decimal(500)
    offer.save()
    StockRecord.objects.filter(pk=offer.pk).update(was_price=None, reduced_at=None)

    offer.refresh_from_db()
    assert offer.was_price == 100


def test_what_an_offer_cost_is_not_changed_afterwards():
    offer = offer_with_past((90, 100))

    with pytest.raises(IntegrityError), transaction.atomic():
        PastPrice.objects.filter(offer=offer).update(price=1)

    assert PastPrice.objects.get(offer=offer).price == 100


def test_each_price_is_remembered_once():
    offer = OfferFactory.create(price=Decimal(20))
    reduce_to(offer, 18)
    StockRecord.objects.filter(pk=offer.pk).update(num_in_stock=3)

    costs = list(offer.past_prices.order_by("id").values_list("price", flat=True))

    assert costs == [20, 18]


@pytest.mark.parametrize(("days", "is_shown"), [(0, True), (30, True), (31, False)])
def test_a_reduction_is_called_one_for_thirty_days(days: int, is_shown: bool):
    offer = reduce_to(offer_with_past((90, 100)), 80)
    assert offer.reduced_at is not None
    then = offer.reduced_at + timedelta(days=days)

    found = buy_box(offer.product_id, country="BE", now=then).winner

    assert (found.was is not None) == is_shown
    assert found.saved_percent == (20 if is_shown else 0)
