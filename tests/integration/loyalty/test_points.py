"""Points move by keyed entries; accounts are the sums of their entries."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from loyalty import services as loyalty
from loyalty.models import PointsAccount, PointsEntry
from loyalty.selectors import (
    Balance,
    balance_of,
    due_to_vest,
    history_of,
    left_of_earned,
)
from loyalty.services import Amount, NotEnoughPointsError, Owner
from marketplace.core.viewer import ANONYMOUS, Viewer
from tests.integration.sale import make_offer, make_seller, make_user, moment, pay_for

NOW = moment("2026-11-25 10:32")
LATER = NOW + timedelta(days=14)
REFUSALS = (IntegrityError, InternalError)


def points(count: int) -> Amount:
    return Amount(points=count, value_minor=count, currency="EUR")


def grant(user, count):
    loyalty.grant(
        key=f"start:{user.pk}",
        user_id=user.pk,
        amount=points(count),
        reason="",
        now=NOW,
    )


def sums(account):
    found = account.entries.aggregate(
        available=Sum("available_delta", default=0),
        pending=Sum("pending_delta", default=0),
        held=Sum("held_delta", default=0),
    )
    return Balance(**found)


def give_back(sale, count):
    loyalty.give_back(
        key="refund:1",
        order_id=sale.order.pk,
        amount=points(count),
        reason="Refund",
        now=NOW,
    )


@pytest.fixture
def anna(db):
    return make_user("anna")


@pytest.fixture
def sale(anna):
    bakery = make_seller("Bakery")
    return pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}}, user=anna)


def earn(sale, count=9, **owner):
    return loyalty.earn(
        owner=Owner(**{"user_id": None, "email": "", **owner}),
        order_id=sale.order.pk,
        vendor_order_id=sale.part.pk,
        amount=points(count),
        spendable_at=LATER,
        now=NOW,
    )


def test_points_are_pending_until_the_return_window_ends(anna, sale):
    earn(sale, user_id=anna.pk)

    early = loyalty.vest(vendor_order_id=sale.part.pk, now=NOW)
    before = balance_of(anna.pk)
    due = list(due_to_vest(now=LATER))
    loyalty.vest(vendor_order_id=sale.part.pk, now=LATER)

    assert early is None
    assert before == Balance(pending=9)
    assert due == [sale.part.pk]
    assert balance_of(anna.pk) == Balance(available=9)
    assert list(due_to_vest(now=LATER)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE loyalty_pointsentry SET value_minor = 1000",
        "UPDATE loyalty_pointsentry SET available_delta = 1000",
        "DELETE FROM loyalty_pointsentry",
        "TRUNCATE loyalty_pointsentry",
    ],
)
def test_the_database_refuses_to_rewrite_points(anna, statement):
    grant(anna, 500)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(REFUSALS, match="only grow"), transaction.atomic():
            cursor.execute(statement)

    assert PointsEntry.objects.get().value_minor == 500


def test_a_refund_takes_pending_points_first(anna, sale):
    earn(sale, user_id=anna.pk)

    entry = loyalty.claw_back(
        key="refund:1",
        vendor_order_id=sale.part.pk,
        points=4,
        reason="Refund",
        now=NOW,
    )

    assert (entry.pending_delta, entry.available_delta, entry.value_minor) == (-4, 0, 4)
    assert balance_of(anna.pk) == Balance(pending=5)
    assert left_of_earned(sale.part.pk) == 5


def test_a_clawback_may_go_below_zero_and_never_takes_more_than_was_earned(anna, sale):
    earn(sale, user_id=anna.pk)
    loyalty.vest(vendor_order_id=sale.part.pk, now=LATER)
    loyalty.hold(user_id=anna.pk, order_id=sale.order.pk, amount=points(9), now=LATER)
    loyalty.spend_hold(order_id=sale.order.pk, now=LATER)

    loyalty.claw_back(
        key="refund:1", vendor_order_id=sale.part.pk, points=50, reason="", now=LATER
    )

    assert balance_of(anna.pk) == Balance(available=-9)


def test_a_hold_ends_once_spent_or_given_back(anna, sale):
    grant(anna, 100)
    loyalty.hold(user_id=anna.pk, order_id=sale.order.pk, amount=points(60), now=NOW)

    loyalty.spend_hold(order_id=sale.order.pk, now=NOW)
    loyalty.release_hold(order_id=sale.order.pk, now=NOW)

    assert balance_of(anna.pk) == Balance(available=40)


def test_spent_points_come_back_with_a_refund(anna, sale):
    grant(anna, 100)
    loyalty.hold(user_id=anna.pk, order_id=sale.order.pk, amount=points(60), now=NOW)
    loyalty.spend_hold(order_id=sale.order.pk, now=NOW)

    for _ in range(2):
        give_back(sale, 25)

    assert balance_of(anna.pk) == Balance(available=65)


def test_a_refund_told_before_the_payment_gives_the_points_back_all_the_same(
    anna, sale
):
    grant(anna, 100)
    loyalty.hold(user_id=anna.pk, order_id=sale.order.pk, amount=points(60), now=NOW)

    give_back(sale, 25)
    loyalty.spend_hold(order_id=sale.order.pk, now=NOW)

    assert balance_of(anna.pk) == Balance(available=65)


def test_points_of_an_order_that_was_never_paid_come_back_only_once(anna, sale):
    grant(anna, 100)
    loyalty.hold(user_id=anna.pk, order_id=sale.order.pk, amount=points(60), now=NOW)
    loyalty.release_hold(order_id=sale.order.pk, now=NOW)

    give_back(sale, 25)

    assert balance_of(anna.pk) == Balance(available=100)


def test_more_than_there_is_cannot_be_held(anna, sale):
    grant(anna, 10)

    with pytest.raises(NotEnoughPointsError, match="10 points left"):
        loyalty.hold(
            user_id=anna.pk, order_id=sale.order.pk, amount=points(11), now=NOW
        )

    assert PointsEntry.objects.count() == 1
    assert balance_of(anna.pk) == Balance(available=10)


def test_a_guests_points_wait_for_the_account_of_that_email(anna, sale):
    earn(sale, email="Anna@Example.org")
    waiting = PointsAccount.objects.get()

    moved = loyalty.join_guest(user_id=anna.pk, email="anna@example.org")
    again = loyalty.join_guest(user_id=anna.pk, email="anna@example.org")

    assert (waiting.user, waiting.email) == (None, "anna@example.org")
    assert (moved, again) == (9, 0)
    assert balance_of(anna.pk) == Balance(pending=9)
    assert sums(PointsAccount.objects.get()) == Balance(pending=9)


def test_nobody_sees_the_history_of_another(anna, sale):
    earn(sale, user_id=anna.pk)

    assert history_of(Viewer(user_id=anna.pk)).count() == 1
    assert not history_of(Viewer(user_id=make_user("eve").pk)).exists()
    assert not history_of(ANONYMOUS).exists()


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["grant", "hold", "spend", "release", "earn", "vest", "claw"]),
        st.integers(1, 60),
        st.integers(1, 3),
    ),
    max_size=12,
)


# Each example sells anew in the database: two thousand take an hour on a busy machine.
FEWER = settings(max_examples=max(20, settings().max_examples // 4))


class AnyHistory(TestCase):
    @FEWER
    @given(MOVES)
    def test_sums_equal_entries_and_spending_never_overdraws(self, moves):
        anna = make_user("anna")
        bakery = make_seller("Bakery")
        sales = [
            pay_for(
                {bakery: {make_offer(bakery, f"Loaf {n}", cents=450): 1}}, user=anna
            )
            for n in range(3)
        ]
        grant(anna, 50)

        for kind, count, number in moves:
            for _ in range(2):  # Whatever is repeated changes nothing.
                self.move(anna, sales[number - 1], kind, count)

        account = PointsAccount.objects.get(user=anna)
        clawed = account.entries.filter(kind="claw_back")
        taken = clawed.aggregate(all=Sum("available_delta", default=0))["all"]
        assert sums(account) == balance_of(anna.pk)
        assert account.available >= taken
        assert account.pending >= 0
        assert account.held >= 0

    def move(self, anna, sale, kind, count):
        order_id, part_id = sale.order.pk, sale.parts[0].pk
        amount = points(count)
        moves = {
            "grant": lambda: loyalty.grant(
                key=f"{count}", user_id=anna.pk, amount=amount, reason="", now=NOW
            ),
            "hold": lambda: loyalty.hold(
                user_id=anna.pk, order_id=order_id, amount=amount, now=NOW
            ),
            "spend": lambda: loyalty.spend_hold(order_id=order_id, now=NOW),
            "release": lambda: loyalty.release_hold(order_id=order_id, now=NOW),
            "earn": lambda: earn(sale, count, user_id=anna.pk),
            "vest": lambda: loyalty.vest(vendor_order_id=part_id, now=LATER),
            "claw": lambda: loyalty.claw_back(
                key=f"{part_id}:{count}",
                vendor_order_id=part_id,
                points=count,
                reason="",
                now=NOW,
            ),
        }
        with suppress(NotEnoughPointsError):
            moves[kind]()
