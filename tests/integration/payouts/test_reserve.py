"""Money of a risky seller that waits a while more after its release."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.db.models import AuditEvent
from payouts.models import (
    AccountKind,
    LedgerTransaction,
    ReservePolicy,
    Settlement,
    VendorReserve,
    VendorTransfer,
)
from payouts.selectors.invariants import violations_of_books
from payouts.services import history, refund, release, reserve, settlement
from payouts.services.reserve import NoReserveError, ReserveTerms, ReserveTermsError
from tests.database import check_deferred
from tests.integration.payouts.market import NOW, Item, make_seller, posted
from tests.integration.payouts.test_random_sales import answer
from tests.integration.payouts.test_release import sold
from tests.integration.payouts.wire import Wire
from tests.integration.sale import make_user
from vendors.models import Vendor

DAY = timedelta(days=1)
NOT_ASKED = {"I2", "I7"}
RESERVE, PAYABLE = AccountKind.VENDOR_RESERVE, AccountKind.VENDOR_PAYABLE


def keep(
    vendor: Vendor,
    *,
    bps: int = 1000,
    days: int = 30,
    until: datetime | None = None,
    now: datetime = NOW,
) -> ReservePolicy:
    terms = ReserveTerms(bps=bps, days=days, reason="Many returns.", until=until)
    return reserve.set_policy(vendor_id=vendor.pk, terms=terms, actor_id=1, now=now)


@pytest.fixture
def vendor(db: None) -> Vendor:
    make_user("marc", pk=1)
    return make_seller()


def pay(row: Settlement, at: datetime = NOW) -> None:
    """Let the buyer have confirmed, and Stripe have carried out what follows."""
    settlement.confirm_receipt(vendor_order_id=row.vendor_order_id, at=at)
    release.release(vendor_order_ids=[row.vendor_order_id], now=at)
    answer()


def give_back(row: Settlement, token: str) -> None:
    refund.request_refund_of_vendor_order(
        vendor_order_id=row.vendor_order_id, reason="Broken", token=token, now=NOW
    )
    answer()


def transfers() -> list[int]:
    rows = VendorTransfer.objects.order_by("pk")
    return list(rows.values_list("amount_minor", flat=True))


def violations() -> list[str]:
    return [str(each) for each in violations_of_books() if each.code not in NOT_ASKED]


def test_a_tenth_waits_thirty_days_to_the_second(vendor: Vendor) -> None:
    keep(vendor)
    row = sold(vendor)

    pay(row)
    kept = posted(vendor, RESERVE)
    early = reserve.release_reserves(now=NOW + 30 * DAY - timedelta(seconds=1))
    late = reserve.release_reserves(now=NOW + 30 * DAY)
    again = reserve.release_reserves(now=NOW + 30 * DAY)
    answer()

    check_deferred()
    assert (kept, early, late, again) == (880, 0, 1, 0)
    assert transfers() == [7920, 880]
    assert (posted(vendor, RESERVE), posted(vendor, PAYABLE)) == (0, 0)
    assert violations() == []
    keys = LedgerTransaction.objects.filter(kind__startswith="reserve").order_by("pk")
    held = VendorReserve.objects.get()
    assert list(keys.values_list("key", flat=True)) == [
        f"reserve:{row.pk}:1",
        f"reserve_release:{held.pk}",
    ]


def test_only_what_is_released_while_it_runs_is_kept_back(vendor: Vendor) -> None:
    before, within, after = (sold(vendor) for _ in range(3))
    pay(before)
    keep(vendor, until=NOW + 10 * DAY)

    pay(within, at=NOW + 10 * DAY - timedelta(seconds=1))
    pay(after, at=NOW + 10 * DAY)

    assert transfers() == [8800, 7920, 8800]


def test_another_policy_follows_the_one_that_runs(vendor: Vendor) -> None:
    keep(vendor)
    pay(sold(vendor))
    keep(vendor, bps=2000, days=10, now=NOW + DAY)

    pay(sold(vendor), at=NOW + DAY)

    assert transfers() == [7920, 7040]
    rows = VendorReserve.objects.order_by("pk")
    assert list(rows.values_list("release_after", flat=True)) == [
        NOW + 30 * DAY,
        NOW + 11 * DAY,
    ]


def test_when_it_ends_nothing_more_is_kept_and_what_is_kept_waits(
    vendor: Vendor,
) -> None:
    keep(vendor)
    pay(sold(vendor))

    reserve.end_policy(vendor_id=vendor.pk, reason="All well.", actor_id=1, now=NOW)
    pay(sold(vendor))

    assert transfers() == [7920, 8800]
    assert posted(vendor, RESERVE) == 880
    actions = AuditEvent.objects.order_by("pk").values_list("action", "reason")
    assert list(actions) == [
        ("reserve.set", "Many returns."),
        ("reserve.ended", "All well."),
    ]


def test_a_debt_draws_on_the_reserve_only_when_nothing_else_covers_it(
    vendor: Vendor,
) -> None:
    keep(vendor)
    row = sold(vendor)
    pay(row)

    refund.request_refund_of_vendor_order(
        vendor_order_id=row.vendor_order_id, reason="Broken", token="all", now=NOW
    )
    answer()
    debt = posted(vendor, PAYABLE)
    drawn = [reserve.cover_debts(now=NOW) for _ in range(2)]

    # 8800 go back: 7920 from the transfer, the rest from what was kept back of it.
    assert (debt, drawn) == (-880, [1, 0])
    assert (posted(vendor, RESERVE), posted(vendor, PAYABLE)) == (0, 0)
    assert VendorReserve.objects.get().closed_at == NOW
    assert violations() == []


def test_what_is_on_its_way_back_is_no_debt(vendor: Vendor) -> None:
    keep(vendor)
    row = sold(vendor)
    pay(row)
    line = row.lines.get()

    refund.request_refund(
        order_id=row.order_id,
        lines=[refund.RefundLineInput(line.pk, 2500)],
        reason="Broken",
        token="a quarter",
        now=NOW,
    )
    (command,) = history.waiting_commands()
    history.record_answers(
        answers=[
            history.PastAnswer(command_id=command.command_id, stripe_id="re_1", at=NOW)
        ]
    )

    assert posted(vendor, PAYABLE) == -2200
    assert reserve.cover_debts(now=NOW) == 0
    assert posted(vendor, RESERVE) == 880


def test_a_hold_after_the_release_stops_the_reserve(vendor: Vendor) -> None:
    keep(vendor)
    row = sold(vendor)
    pay(row)
    settlement.freeze(
        vendor_order_id=row.vendor_order_id, key="dispute:1", reason="Bank", now=NOW
    )

    frozen = reserve.release_reserves(now=NOW + 30 * DAY)
    settlement.unfreeze(
        vendor_order_id=row.vendor_order_id, key="dispute:1", now=NOW + 31 * DAY
    )

    assert (frozen, reserve.release_reserves(now=NOW + 31 * DAY)) == (0, 1)


def test_a_seller_who_cannot_be_paid_keeps_their_reserve(vendor: Vendor) -> None:
    keep(vendor)
    pay(sold(vendor))
    vendor.payout_account.recipient_status = "restricted"
    vendor.payout_account.save()

    assert reserve.release_reserves(now=NOW + 30 * DAY) == 0


@pytest.mark.parametrize(
    ("terms", "field", "message"),
    [
        ({"bps": 0}, "percent", "Enter a share above 0 and up to 50 percent."),
        ({"bps": 5001}, "percent", "Enter a share above 0 and up to 50 percent."),
        ({"days": 0}, "days", "Enter 1 to 180 days."),
        ({"days": 181}, "days", "Enter 1 to 180 days."),
        ({"reason": "  "}, "reason", "Say why: the seller reads it too."),
        ({"until": NOW}, "until", "Choose a day that is to come."),
    ],
)
def test_terms_out_of_bounds_say_what_to_enter(
    vendor: Vendor, terms: dict[str, object], field: str, message: str
) -> None:
    wanted = ReserveTerms(**{"bps": 1000, "days": 30, "reason": "Returns", **terms})

    with pytest.raises(ReserveTermsError, match=message) as refusal:
        reserve.set_policy(vendor_id=vendor.pk, terms=wanted, actor_id=1, now=NOW)

    assert refusal.value.field == field
    assert not ReservePolicy.objects.exists()


def test_a_reserve_that_does_not_run_cannot_end(vendor: Vendor) -> None:
    with pytest.raises(NoReserveError):
        reserve.end_policy(vendor_id=vendor.pk, reason="Well", actor_id=1, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payouts_reservepolicy SET bps = 1",
        "UPDATE payouts_reservepolicy SET reason = 'x'",
        "DELETE FROM payouts_reservepolicy",
        "UPDATE payouts_vendorreserve SET withheld_minor = 881",
        "UPDATE payouts_vendorreserve SET policy_id = NULL",
        "DELETE FROM payouts_vendorreserve",
    ],
)
def test_the_database_keeps_what_was_decided_and_kept_back(
    vendor: Vendor, change: str
) -> None:
    keep(vendor)
    pay(sold(vendor))

    with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
        connection.cursor().execute(change)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.integers(1, 30_000)),
        st.tuples(st.just("refund"), st.integers(0, 9)),
        st.tuples(st.just("policy"), st.integers(1, 5000)),
        st.tuples(st.just("wait"), st.integers(1, 40)),
    ),
    max_size=10,
)


@settings(max_examples=settings().max_examples // 4)
@given(script=steps)
@pytest.mark.django_db
def test_books_hold_whatever_is_kept_back_and_refunded(
    script: list[tuple[str, int]],
) -> None:
    with transaction.atomic():
        make_user("marc", pk=1)
        vendor = make_seller(country="BE")
        _play(vendor, script)
        found = violations()
        last = NOW + timedelta(days=1000)
        reserve.release_reserves(now=last)
        answer()
        reserve.cover_debts(now=last)
        left = posted(vendor, RESERVE)
        after = violations()
        transaction.set_rollback(True)

    assert (found, after, left) == ([], [], 0)


def _play(vendor: Vendor, script: list[tuple[str, int]]) -> None:
    now, rows = NOW, []
    for number, (what, amount) in enumerate(script):
        if what == "sell":
            row = sold(vendor, Item(amount))
            pay(row, at=now)
            rows.append(row)
        elif what == "refund" and rows:
            row = Settlement.objects.get(pk=rows[amount % len(rows)].pk)
            if not row.is_refunded:
                give_back(row, token=str(number))
        elif what == "policy":
            keep(vendor, bps=amount, days=10, now=now)
        elif what == "wait":
            now += timedelta(days=amount)
            reserve.release_reserves(now=now)
            reserve.cover_debts(now=now)
        answer()
    check_deferred()


@pytest.mark.live
def test_stripe_gets_the_tenth_after_thirty_days(wire: Wire) -> None:
    marc = make_user("marc")
    vendor = wire.seller()
    terms = ReserveTerms(bps=1000, days=30, reason="New seller.")
    reserve.set_policy(
        vendor_id=vendor.pk, terms=terms, actor_id=marc.pk, now=wire.now()
    )
    row = wire.sell(vendor)

    wire.receive(row)
    wire.work()
    first = wire.received_by(vendor)
    wire.advance(days=30, minutes=1)
    reserve.release_reserves(now=wire.now())
    wire.work()

    sent = VendorTransfer.objects.order_by("pk").values_list("amount_minor", "funding")
    assert first == 7920
    assert list(sent) == [(7920, "charge"), (880, "charge")]
    assert wire.violations() == []
