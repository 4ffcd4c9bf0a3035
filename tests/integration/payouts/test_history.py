"""The past of a market is booked by the same journals, many orders at a time."""

from datetime import timedelta

import pytest

from payouts.models import Settlement, VendorTransfer
from payouts.selectors.invariants import violations_of_books
from payouts.services import history
from payouts.services.refund import request_refund_of_vendor_order
from tests.integration.payouts.market import (
    NOW,
    Item,
    books,
    make_seller,
    place,
    shipping,
)

pytestmark = pytest.mark.django_db


def record_sales(count: int = 3) -> list[Settlement]:
    bakery, bindery = make_seller("Bakery"), make_seller("Bindery")
    orders = [
        place({bakery: [Item(6000), shipping(400)], bindery: [Item(3600)]})
        for _ in range(count)
    ]
    history.record_captures(
        captures=[
            history.PastCapture(
                order_id=order.order_id,
                order_public_id=f"ord_{order.order_id}",
                paid_at=NOW - timedelta(days=30),
                session_id=f"cs_{order.order_id}",
                payment_intent_id=f"pi_{order.order_id}",
                charge_id=f"ch_{order.order_id}",
                fee_minor=175,
            )
            for order in orders
        ]
    )
    return list(Settlement.objects.order_by("pk"))


def release_all(rows: list[Settlement]) -> None:
    history.record_releases(
        releases=[
            history.PastRelease(
                vendor_order_id=row.vendor_order_id,
                shipped_at=NOW - timedelta(days=28),
                delivered_at=NOW - timedelta(days=25),
                released_at=NOW - timedelta(days=11),
            )
            for row in rows
        ]
    )


def answer_all() -> None:
    history.record_answers(
        answers=[
            history.PastAnswer(
                command_id=waiting.command_id,
                stripe_id=f"{waiting.kind}_{waiting.command_id}",
                at=waiting.at,
            )
            for waiting in history.waiting_commands()
        ]
    )


def offline_violations() -> list[str]:
    # Without Stripe there is no mirror to compare with.
    return [str(each) for each in violations_of_books() if each.code != "I2"]


def test_past_sales_are_held_released_and_transferred(check_deferred) -> None:
    rows = record_sales()
    release_all(rows[:4])

    waiting = history.waiting_commands()
    answer_all()

    check_deferred()
    assert [each.payload["amount"] for each in waiting] == [5632, 3168, 5632, 3168]
    assert waiting[0].at == NOW - timedelta(days=11)
    assert sorted(Settlement.objects.values_list("state", flat=True)) == [
        *["held"] * 2,
        *["transferred"] * 4,
    ]
    assert books() == {
        "commission_deferred": -1200,
        "commission_revenue": -2400,
        "processor_fees": 525,
        "stripe_balance": 30000 - 525 - 17600,
        "vendor_held": -8800,
    }
    assert VendorTransfer.objects.filter(state="done").count() == 4
    assert offline_violations() == []


def test_a_past_refund_is_booked_with_its_reversal(check_deferred) -> None:
    rows = record_sales(count=1)
    release_all(rows)
    answer_all()

    request_refund_of_vendor_order(
        vendor_order_id=rows[0].vendor_order_id, reason="Broken", token="1", now=NOW
    )
    answer_all()
    answer_all()

    check_deferred()
    rows[0].refresh_from_db()
    assert rows[0].state == "reversed"
    assert books(rows[0]) == {}
    assert books() == {
        "commission_revenue": -432,
        "processor_fees": 175,
        "stripe_balance": 257,
    }
    assert offline_violations() == []


def test_the_number_of_statements_does_not_grow_with_the_orders(
    django_assert_max_num_queries,
) -> None:
    bakery = make_seller("Bakery")
    orders = [place({bakery: [Item(6000), shipping(400)]}) for _ in range(40)]

    with django_assert_max_num_queries(10):
        history.record_captures(
            captures=[
                history.PastCapture(
                    order_id=order.order_id,
                    order_public_id=f"ord_{order.order_id}",
                    paid_at=NOW,
                    charge_id=f"ch_{order.order_id}",
                )
                for order in orders
            ]
        )
