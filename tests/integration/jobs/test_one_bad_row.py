"""One row that cannot be paid keeps nobody else from being paid."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from marketplace.db import outbox
from marketplace.jobs import sweeps
from marketplace.jobs.tasks import drain
from payouts.models import Settlement, SettlementState, VendorReserve, VendorTransfer
from payouts.services import reserve
from payouts.services.reserve import ReserveTerms
from tests.integration.payouts.market import NOW, Item, make_seller, place
from tests.integration.payouts.test_release import deliver, sold
from tests.integration.sale import make_user

DAY = timedelta(days=1)
DUE = NOW + 40 * DAY


@pytest.fixture
def unpaid_yet_held(db: None) -> Settlement:
    """A sale that says it is held, and nothing of it ever was: the books refuse it."""
    opened = place({make_seller("Broken"): [Item(10_000)]})
    row = opened.settlements[0]
    row.state, row.paid_at = SettlementState.HELD, NOW
    row.release_after = NOW
    row.save()
    return row


def test_a_release_that_the_books_refuse_stops_no_other(
    unpaid_yet_held: Settlement, caplog: pytest.LogCaptureFixture
) -> None:
    healthy = sold(make_seller("Bakery"))
    deliver(healthy)

    sweeps.releases(DUE)

    healthy.refresh_from_db()
    unpaid_yet_held.refresh_from_db()
    assert (healthy.state, unpaid_yet_held.state) == ("transferring", "held")
    assert VendorTransfer.objects.get().settlement == healthy
    assert f"vendor order {unpaid_yet_held.vendor_order_id} failed" in caplog.text


def test_a_release_that_the_books_refuse_stops_no_reserve(
    unpaid_yet_held: Settlement,
) -> None:
    vendor = make_seller("Bakery")
    terms = ReserveTerms(bps=1000, days=30, reason="New")
    reserve.set_policy(
        vendor_id=vendor.pk, terms=terms, actor_id=make_user("marc").pk, now=NOW
    )
    row = sold(vendor)
    deliver(row)
    Settlement.objects.filter(pk=unpaid_yet_held.pk).update(release_after=None)
    sweeps.releases(NOW + 14 * DAY)
    Settlement.objects.filter(pk=unpaid_yet_held.pk).update(release_after=NOW)

    sweeps.releases(NOW + 45 * DAY)

    assert VendorReserve.objects.get().closed_at == NOW + 45 * DAY
    amounts = VendorTransfer.objects.order_by("pk").values_list("amount_minor")
    assert [amount for (amount,) in amounts] == [7920, 880]


def test_news_of_an_account_opens_no_transaction_around_all_releases(
    committing_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def releases(_now: datetime) -> None:
        seen.append(connection.in_atomic_block)

    monkeypatch.setattr(sweeps, "releases", releases)
    outbox.emit(topic="account.changed", key="1", now=NOW)

    drain("account.changed", NOW)

    assert seen == [False]
