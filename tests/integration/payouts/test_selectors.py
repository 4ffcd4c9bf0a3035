"""Who sees which money, in how many statements."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.core.viewer import OperatorPermission, SellerRole, Viewer
from payouts.models import MoneyCommand, Settlement, StripeEvent
from payouts.selectors import operators, sellers
from payouts.selectors.sellers import SellerBalance
from payouts.services import release, settlement
from tests.integration.payouts.market import NOW, Item, make_seller, shipping
from tests.integration.payouts.test_release import deliver, sold
from tests.integration.payouts.test_sending import credit
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

FINANCE = Viewer(
    user_id=1, operator_permissions=frozenset({OperatorPermission.FINANCE})
)
MODERATOR = Viewer(
    user_id=2, operator_permissions=frozenset({OperatorPermission.MODERATE})
)


def member(vendor: Vendor, role: str) -> Viewer:
    return Viewer(user_id=3, roles={vendor.partner_id: role})


@pytest.fixture
def bakery() -> Vendor:
    vendor = make_seller("Bakery")
    first, second, third = (sold(vendor, Item(9500), shipping(500)) for _ in range(3))
    deliver(first, at=NOW - timedelta(days=20))
    deliver(second)
    release.release_due(now=NOW)
    settlement.freeze(
        vendor_order_id=third.vendor_order_id, key="claim:1", reason="Broken", now=NOW
    )
    return vendor


@pytest.mark.parametrize(
    ("viewer", "count"),
    [
        ("owner", 3),
        ("finance", 3),
        ("orders", 0),
        ("catalogue", 0),
        ("stranger", 0),
        ("anonymous", 0),
        ("operator", 3),
        ("moderator", 0),
    ],
)
def test_money_is_seen_by_whom_it_concerns(
    bakery: Vendor, viewer: str, count: int
) -> None:
    bindery = make_seller("Bindery")
    viewers = {
        "stranger": member(bindery, SellerRole.OWNER),
        "anonymous": Viewer(),
        "operator": FINANCE,
        "moderator": MODERATOR,
    }
    looker = viewers.get(viewer) or member(bakery, viewer)

    found = (
        sellers.settlements_for(looker, vendor_id=bakery.pk).count(),
        sellers.statement_lines(looker, vendor_id=bakery.pk).count(),
        len(sellers.balances_of(looker, vendor_id=bakery.pk)),
        sellers.transfers_for(looker, vendor_id=bakery.pk).count(),
    )

    seen = count > 0
    assert found == (count, 5 * seen, 1 * seen, 1 * seen)


def test_a_balance_says_what_is_held_due_and_when_it_comes(bakery: Vendor) -> None:
    found = sellers.balances_of(FINANCE, vendor_id=bakery.pk)

    assert found == [
        SellerBalance(
            currency="EUR",
            held=17_600,
            frozen=8800,
            due=8800,
            on_the_way=8800,
            waiting_count=1,
            frozen_count=1,
            next_release_at=NOW + timedelta(days=14),
        )
    ]


def test_statement_lines_sum_up_to_the_balance(bakery: Vendor) -> None:
    lines = sellers.statement_lines(FINANCE, vendor_id=bakery.pk)

    sums = {"vendor_held": 0, "vendor_payable": 0}
    for line in lines:
        sums[line.account.kind] += line.credit_minor
    assert sums == {"vendor_held": 17_600, "vendor_payable": 8800}


def test_what_is_held_says_why(bakery: Vendor) -> None:
    lazy = make_seller("Bindery", account="restricted")
    due = sold(lazy)
    deliver(due, at=NOW - timedelta(days=20))
    sold(lazy)

    rows = operators.held_and_why(FINANCE, now=NOW)

    found = [(row.why, row.frozen_for) for row in rows.order_by("pk")]
    assert found == [
        ("timer", None),
        ("frozen", "Broken"),
        ("not_payable", None),
        ("not_delivered", None),
    ]
    assert operators.held_and_why(MODERATOR, now=NOW).count() == 0


def test_the_platform_sees_every_seller_in_one_statement(
    bakery: Vendor, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        sold(make_seller("Bindery"))

    everyone = operators.Positions(FINANCE, count=4)
    with django_assert_num_queries(1):
        rows = everyone[0:4]

    assert [(row.name, row.held, row.due) for row in rows] == [
        ("Bakery", 17_600, 8800),
        *[("Bindery", 8800, 0)] * 3,
    ]
    assert [everyone[1:3], everyone[3:]] == [rows[1:3], rows[3:]]
    assert operators.Positions(MODERATOR, count=4)[0:4] == []


def test_what_all_sellers_have_is_added_up_by_currency(bakery: Vendor) -> None:
    deep, flat = (sold(make_seller(name)).vendor for name in ("Deep", "Flat"))
    credit(deep, -9000, key="one")
    credit(flat, -100, key="two")

    assert operators.sums_of_positions(FINANCE) == [
        operators.PositionSums(
            currency="EUR",
            sellers=3,
            held=17_600 + 2 * 8800,
            reserve=0,
            due=8800,
            debt=9100,
            debtors=2,
        )
    ]
    beyond = operators.debtors_beyond(FINANCE, limit=99, most=5)
    assert [(row.name, row.due) for row in beyond] == [("Deep", -9000), ("Flat", -100)]
    assert len(operators.debtors_beyond(FINANCE, limit=99, most=1)) == 1
    assert operators.debtors_beyond(FINANCE, limit=9000, most=5) == []
    assert operators.sums_of_positions(MODERATOR) == []
    assert operators.debtors_beyond(MODERATOR, limit=0, most=5) == []


def test_what_failed_is_shown_to_finance_alone(bakery: Vendor) -> None:
    MoneyCommand.objects.update(state="failed", finished_at=NOW)
    StripeEvent.objects.create(
        event_id="evt_1",
        endpoint="platform",
        type="x",
        is_live=False,
        created_at=NOW,
        payload={},
        received_at=NOW,
        due_at=NOW,
        is_parked=True,
    )

    shown = [
        (
            operators.failed_commands(viewer).count(),
            operators.parked_events(viewer).count(),
        )
        for viewer in (FINANCE, MODERATOR, member(bakery, SellerRole.OWNER))
    ]

    assert shown == [(1, 1), (0, 0), (0, 0)]


def test_the_ledger_of_an_order_is_whole(bakery: Vendor) -> None:
    order_id = Settlement.objects.order_by("pk").values_list("order_id", flat=True)[0]

    found = operators.ledger_of(FINANCE, order_id=order_id)

    assert [row.kind for row in found] == ["capture", "release"]
    assert operators.ledger_of(MODERATOR, order_id=order_id).count() == 0


def test_a_seller_reads_their_orders_without_a_statement_for_each(
    bakery: Vendor, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        rows = sellers.settlements_for(FINANCE, vendor_id=bakery.pk)
        numbers = [row.vendor_order.number for row in rows]

    assert len(numbers) == 3
