"""What was sold is priced again, to the cent, by the list of its day."""

from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.shop.catalogue.models import Category, Product
from payouts.models import Settlement, SettlementLine
from payouts.plan_lists import PlanRefusedError
from payouts.plans import PriceBand
from payouts.pricing import price
from payouts.selectors.commission import newest_list, plan_book, plans_of
from payouts.selectors.sold_lines import sold_lines
from payouts.services.commission import PlanInput, add_plan, reorder_plans
from payouts.terms import Terms
from tests.factories import ProductFactory
from tests.integration.payouts.market import (
    LONG_AGO,
    NOW,
    Item,
    make_seller,
    place,
    shipping,
)
from vendors.models import Standing, Vendor
from vendors.ranks import Rank

pytestmark = pytest.mark.django_db

BRANDS = ("Nordlys", "Foldal", "")
COUNTRIES = ("BE", "FR", "US")
HOUR = timedelta(hours=1)
# What is sold at the very moment of a change was sold before it.
A_MOMENT = timedelta(microseconds=1)


class Market:
    """Sellers, shelves and products that change while plans come and sales go on."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.now = NOW - 30 * 24 * HOUR
        self.vendors = [make_seller(name) for name in ("Bakery", "Bindery", "Brume")]
        for vendor in self.vendors:
            Standing.objects.create(vendor=vendor)
        root = Category.objects.add_root({"name": "Things"})
        below = [Category.objects.add_child(root, {"name": name}) for name in "AB"]
        self.shelves = [root, *below]
        self.products = [ProductFactory.create() for _ in range(3)]

    def change(self) -> None:
        """Change what plans look at: it must not touch what was sold."""
        vendor = self.chance.choice(self.vendors)
        vendor.country = self.chance.choice(COUNTRIES)
        vendor.save()
        vendor.partner.score = self.chance.randrange(101)
        vendor.partner.save()
        Standing.objects.filter(vendor=vendor).update(
            shipped=self.chance.choice([0, 20, 300])
        )
        product = self.chance.choice(self.products)
        Product.objects.filter(pk=product.pk).update(brand=self.chance.choice(BRANDS))
        product.categories.set([self.chance.choice(self.shelves)])

    def plan(self) -> None:
        """Add a random plan, or move one; what would be malformed is left."""
        try:
            add_plan(plan=self._plan(), actor_id=None, now=self.now, position=1)
            keys = [one.id for one in plans_of(newest_list()) if not one.is_catch_all]
            self.chance.shuffle(keys)
            reorder_plans(plan_ids=keys, actor_id=None, now=self.now)
        except PlanRefusedError:
            return

    def _plan(self) -> PlanInput:
        def some(values, odds=0.3):
            return [one for one in values if self.chance.random() < odds]

        dates = self.chance.choice([(None, None), (None, NOW), (self.now + HOUR, None)])
        from_minor = self.chance.choice([None, 0, 2500, 5000])
        bps = self.chance.randrange(3000)
        return PlanInput(
            name="Plan",
            terms={
                "": Terms(bps=bps),
                "EUR": Terms(
                    bps=bps,
                    fixed_minor=self.chance.randrange(60),
                    min_minor=self.chance.choice([0, 40]),
                    max_minor=self.chance.choice([None, 700]),
                ),
            },
            vendors=[one.pk for one in some(self.vendors)],
            categories=[one.pk for one in some(self.shelves)],
            products=[one.pk for one in some(self.products, 0.1)],
            brands=some(BRANDS[:2], 0.2),
            ranks=some(Rank.values, 0.2),
            countries=some(COUNTRIES, 0.2),
            prices={}
            if from_minor is None
            else {"EUR": PriceBand(from_minor=from_minor, below_minor=9000)},
            valid_from=dates[0],
            valid_to=dates[1],
            excludes_tax=self.chance.random() < 0.3,
            include_shipping=self.chance.random() < 0.7,
            charge_vat=self.chance.random() < 0.7,
        )

    def sell(self) -> None:
        """Sell something of one seller, with a delivery now and then."""
        vendor = self.chance.choice(self.vendors)
        gross = self.chance.randrange(1, 12_000)
        items = [
            Item(
                gross,
                quantity=self.chance.randrange(1, 4),
                tax=self.chance.randrange(gross // 5 + 1),
                product_id=self.chance.choice(self.products).pk,
            )
        ]
        if self.chance.random() < 0.5:
            items.append(shipping(490))
        found = Vendor.objects.select_related("partner", "standing").get(pk=vendor.pk)
        place({found: items}, now=self.now)


def live(seed: int) -> Market:
    """Let plans, sellers and products change while sales go on."""
    market = Market(Random(seed))
    for _ in range(12):
        market.chance.choice([market.change, market.plan, market.sell, market.sell])()
        market.now += market.chance.choice([A_MOMENT, HOUR, 24 * HOUR])
    market.sell()
    market.change()
    Settlement.objects.filter(state="unpaid").update(state="held")
    return market


@given(seed=st.integers(min_value=0))
@settings(max_examples=8)
def test_the_list_of_its_day_gives_every_line_its_frozen_commission(seed):
    with transaction.atomic():
        live(seed)
        lines = list(sold_lines(since=LONG_AGO, until=NOW + 90 * 24 * HOUR))
        book = plan_book([line.at for line in lines])

        again = [
            price(sold=line.sold, plans=book.at(line.at), at=line.at) for line in lines
        ]

        assert len(lines) == SettlementLine.objects.count()
        assert [(one.plan.id, one.plan.version, one.fee) for one in again] == [
            (line.plan_key, line.plan_version, line.fee) for line in lines
        ]
        assert not any(line.is_told_by_today for line in lines)
        transaction.set_rollback(True)


def test_lines_from_before_facts_were_frozen_are_told_by_those_of_today():
    market = Market(Random(1))
    market.sell()
    [line] = SettlementLine.objects.filter(kind="item")
    facts = dict(line.plan_snapshot)
    del facts["sale"]
    bare = SettlementLine(
        **{
            field.attname: getattr(line, field.attname)
            for field in SettlementLine._meta.concrete_fields
            if field.attname not in {"id", "oscar_line_id"}
        }
    )
    bare.plan_snapshot = facts
    bare.save()
    Settlement.objects.update(state="held")

    told = [
        (one.is_told_by_today, one.fee)
        for one in sold_lines(since=LONG_AGO, until=NOW)
        if not one.sold.is_shipping
    ]

    assert sorted(told, key=lambda one: one[0]) == [
        (False, told[0][1]),
        (True, told[0][1]),
    ]
