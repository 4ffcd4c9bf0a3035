"""The plan list in the database, and what is frozen from it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from oscar.core.loading import get_model

from marketplace.db.models import AuditEvent
from marketplace.shop.catalogue.models import Category, Product
from payouts.models import CommissionPlan, Settlement, SettlementLine
from payouts.plan_lists import PlanRefusedError
from payouts.selectors.commission import explain_sale, newest_list
from payouts.services import commission
from payouts.services.commission import PlanInput
from payouts.services.freezing import SettlementInputError
from payouts.terms import Terms
from tests.integration.payouts.market import (
    NOW,
    Item,
    make_seller,
    place,
    set_default_plan,
    shipping,
)

pytestmark = pytest.mark.django_db

ProductClass = get_model("catalogue", "ProductClass")


def make_product(title: str, category: Category, **more: Any) -> Product:
    kind, _ = ProductClass.objects.get_or_create(name="Thing")
    product: Product = Product.objects.create(
        title=title, product_class=kind, is_public=True, **more
    )
    product.categories.add(category)
    return product


def add(name: str, bps: int, **more: Any) -> CommissionPlan:
    return commission.add_plan(
        plan=PlanInput(name=name, terms={"": Terms(bps=bps)}, **more),
        actor_id=None,
        now=NOW,
    )


@pytest.fixture
def books() -> Category:
    category: Category = Category.objects.add_root({"name": "Books"})
    return category


def test_the_market_begins_with_a_plan_for_everything() -> None:
    opened = place({make_seller(): [Item(10_000)]})

    line = SettlementLine.objects.get()
    assert opened.settlements[0].payable_minor == 8800
    assert line.plan_snapshot == {
        "plan": "Everything else",
        "bps": 1200,
        "fixed_minor": 0,
        "min_minor": 0,
        "max_minor": None,
        "base": "incl_tax",
        "include_shipping": True,
        "vat_bps": 0,
        "vat_reason": "outside_scope",
        "vat_country": "US",
        "why": [],
        "sale": {
            "rank": "regular",
            "country": "US",
            "vat_bps": 0,
            "vat_reason": "outside_scope",
            "product": None,
            "categories": [],
            "brand": "",
            "unit_minor": 10_000,
        },
    }


def test_a_category_below_is_asked_first_when_it_stands_above(books: Category) -> None:
    comics = Category.objects.add_child(books, {"name": "Comics"})
    add("Comics", 1000, categories=[comics.pk])
    add("Books", 1500, categories=[books.pk])
    album, novel = make_product("Album", comics), make_product("Novel", books)

    place(
        {
            make_seller(): [
                Item(2000, product_id=album.pk),
                Item(2000, product_id=novel.pk),
            ]
        }
    )

    lines = SettlementLine.objects.order_by("pk")
    assert list(lines.values_list("commission_minor", flat=True)) == [200, 300]


def test_the_operator_sees_which_plan_applies_and_why(books: Category) -> None:
    bakery, bindery = make_seller("Bakery"), make_seller("Bindery")
    add("Bakery's", 500, vendors=[bakery.pk])
    add("Books", 1500, categories=[books.pk])
    novel = make_product("Novel", books)

    found = explain_sale(vendor_id=bindery.pk, product_id=novel.pk, at=NOW)

    assert [(verdict.plan.name, verdict.applies) for verdict in found] == [
        ("Bakery's", False),
        ("Books", True),
        ("Everything else", True),
    ]
    assert found[1].why == "It names this category (Books)."


def test_an_edited_plan_leaves_what_was_sold_alone() -> None:
    vendor = make_seller()
    plan = add("Bakery's", 1000, vendors=[vendor.pk])
    place({vendor: [Item(10_000)]})

    commission.change_plan(
        plan_id=plan.key,
        seen_version=1,
        plan=PlanInput(
            name="Bakery's", terms={"": Terms(bps=1500)}, vendors=[vendor.pk]
        ),
        actor_id=None,
        now=NOW,
    )
    place({vendor: [Item(10_000)]})

    lines = SettlementLine.objects.order_by("pk").values_list(
        "commission_minor", "plan_version"
    )
    assert list(lines) == [(1000, 1), (1500, 2)]


def test_shipping_is_charged_unless_the_plan_says_no() -> None:
    vendor = make_seller()
    plan = add("With", 1000, vendors=[vendor.pk])
    first = place({vendor: [Item(5000), shipping(499)]})
    commission.change_plan(
        plan_id=plan.key,
        seen_version=1,
        plan=PlanInput(
            name="Without",
            terms={"": Terms(bps=1000)},
            vendors=[vendor.pk],
            include_shipping=False,
        ),
        actor_id=None,
        now=NOW,
    )
    second = place({vendor: [Item(5000), shipping(499)]})

    found = [
        (order.settlements[0].commission_minor, order.settlements[0].payable_minor)
        for order in (first, second)
    ]
    assert found == [(550, 4949), (500, 4999)]


def test_two_sellers_with_vat_split_a_payment_to_the_cent(
    settings: Any,
) -> None:
    settings.PLATFORM = {**settings.PLATFORM, "country": "FR"}
    bakery = make_seller("Bakery", country="FR")
    bindery = make_seller("Bindery", country="FR")
    add("Bindery's", 850, vendors=[bindery.pk])

    opened = place(
        {bakery: [Item(5995), Item(2000), shipping(390)], bindery: [Item(4105)]}
    )

    first, second = opened.settlements
    lines = SettlementLine.objects.filter(settlement=first).order_by("pk")
    assert list(lines.values_list("commission_minor", "commission_vat_minor")) == [
        (719, 144),
        (240, 48),
        (47, 9),
    ]
    assert (first.commission_minor, first.commission_vat_minor) == (1006, 201)
    assert first.payable_minor == 7178
    assert (second.commission_minor, second.commission_vat_minor) == (349, 70)
    assert second.payable_minor == 3686
    assert opened.cash_minor == 12_490


def test_a_base_without_tax_is_a_choice_of_the_plan() -> None:
    vendor = make_seller()
    add("Without tax", 1200, vendors=[vendor.pk], excludes_tax=True)

    opened = place({vendor: [Item(2000, tax=333), Item(1000, tax=52)]})

    assert opened.settlements[0].commission_minor == 314
    assert opened.settlements[0].tax_minor == 385


@pytest.mark.parametrize(
    ("lines", "voucher", "shares"),
    [
        ([3333, 3333, 3334], 1000, [333, 333, 334]),
        ([1000, 1000, 1000], 100, [34, 33, 33]),
    ],
)
def test_a_voucher_is_shared_by_largest_remainder(
    lines: list[int], voucher: int, shares: list[int]
) -> None:
    place({make_seller(): [Item(gross) for gross in lines]}, voucher=voucher)

    found = SettlementLine.objects.order_by("pk")
    assert list(found.values_list("platform_discount_minor", flat=True)) == shares


def test_yen_are_never_multiplied_by_a_hundred() -> None:
    set_default_plan(bps=1000)

    opened = place(
        {make_seller(): [Item(100), Item(100), Item(100)]}, voucher=100, currency="JPY"
    )

    lines = SettlementLine.objects.order_by("pk")
    assert list(lines.values_list("platform_discount_minor", "commission_minor")) == [
        (34, 10),
        (33, 10),
        (33, 10),
    ]
    assert opened.cash_minor == 200


@pytest.mark.parametrize(
    ("items", "more"),
    [
        ([Item(-1)], {}),
        ([Item(100, tax=101)], {}),
        ([Item(100, promo=101)], {}),
        ([Item(100, quantity=0)], {}),
        ([Item(100)], {"voucher": 101}),
        ([Item(100), shipping(50)], {"voucher": 101}),
        ([Item(100)], {"points": 101}),
        ([], {}),
    ],
)
def test_amounts_that_contradict_each_other_are_refused(
    items: list[Item], more: dict[str, int]
) -> None:
    with pytest.raises(SettlementInputError), transaction.atomic():
        place({make_seller(): items}, **more)

    assert Settlement.objects.count() == 0


def attempt(action: Callable[[], object]) -> str:
    with pytest.raises(PlanRefusedError) as refused:
        action()
    return refused.value.message


def test_a_list_that_would_be_malformed_is_refused_and_unchanged() -> None:
    vendor = make_seller()
    add("Bakery's", 500, vendors=[vendor.pk])
    rest = newest_list().plans.get(is_catch_all=True)

    reasons = [
        attempt(lambda: add("Everything", 500)),
        attempt(lambda: add("Bakery's too", 900, vendors=[vendor.pk])),
        attempt(lambda: add("", 500, vendors=[vendor.pk])),
        attempt(
            lambda: commission.remove_plan(plan_id=rest.key, actor_id=None, now=NOW)
        ),
        attempt(
            lambda: commission.change_plan(
                plan_id=rest.key,
                seen_version=1,
                plan=PlanInput(
                    name="Rest", terms={"": Terms(bps=100)}, is_enabled=False
                ),
                actor_id=None,
                now=NOW,
            )
        ),
        attempt(lambda: commission.reorder_plans(plan_ids=[1], actor_id=None, now=NOW)),
    ]

    assert reasons == [
        "“Everything” is refused: it has no condition, so it would match everything.",
        "“Bakery's too” can never apply: “Bakery's” comes before it.",
        "Give the plan a name.",
        "The plan for everything else must stay.",
        "The plan for everything else is always on.",
        "The list has changed meanwhile: look at it again.",
    ]
    assert newest_list().plans.count() == 2
    assert AuditEvent.objects.count() == 1


def test_plans_are_put_into_an_order(
    check_deferred: Callable[[], None], books: Category
) -> None:
    vendor = make_seller()
    first = add("Bakery's", 500, vendors=[vendor.pk])
    second = add("Books", 900, categories=[books.pk])

    commission.reorder_plans(plan_ids=[second.key, first.key], actor_id=None, now=NOW)
    third = commission.add_plan(
        plan=PlanInput(
            name="Both",
            terms={"": Terms(bps=100)},
            vendors=[vendor.pk],
            categories=[books.pk],
        ),
        actor_id=None,
        now=NOW,
        position=1,
    )
    commission.remove_plan(plan_id=first.key, actor_id=None, now=NOW)

    check_deferred()
    plans = newest_list().plans.order_by("position")
    names = plans.values_list("name", flat=True)
    assert list(names) == ["Both", "Books", "Everything else"]
    assert third.position == 1
