"""The books are looked at as they stand at one moment, though sales go on."""

import pytest
from django.db import InternalError, transaction

from loyalty import services as loyalty
from loyalty.selectors import worth_outstanding
from marketplace.db.models import ClockOffset
from marketplace.db.snapshot import snapshot
from payouts.selectors.invariants import violations_at_once
from payouts.services import points
from tests.integration.beside import Beside
from tests.integration.payouts.market import NOW
from tests.integration.sale import make_user

pytestmark = pytest.mark.usefixtures("committing_db")


def give_points(user_id: int) -> None:
    """Give points, and book them, as one transaction."""
    with transaction.atomic():
        loyalty.grant(
            key="late",
            user_id=user_id,
            amount=loyalty.Amount(points=129, value_minor=129, currency="EUR"),
            reason="Late.",
            now=NOW,
        )
        points.book_earned(key="late", amount_minor=129, currency="EUR", now=NOW)


def test_what_is_booked_between_two_reads_is_not_told_as_a_difference() -> None:
    anna = make_user("anna")

    def count_and_sell() -> dict[str, int]:
        counted = worth_outstanding()
        Beside(lambda: give_points(anna.pk)).result()
        return counted

    found = violations_at_once(count_points=count_and_sell)

    assert found == []
    assert worth_outstanding() == {"EUR": 129}
    assert violations_at_once(count_points=worth_outstanding) == []


def test_a_snapshot_writes_nothing() -> None:
    with pytest.raises(InternalError, match="read-only"), snapshot():
        ClockOffset.objects.create(id=1, seconds=1)


def test_a_snapshot_is_refused_inside_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), snapshot():
        worth_outstanding()


def test_who_is_alone_looks_at_the_books_from_inside_a_transaction() -> None:
    with transaction.atomic():
        found = violations_at_once(count_points=worth_outstanding, is_alone=True)

    assert found == []
