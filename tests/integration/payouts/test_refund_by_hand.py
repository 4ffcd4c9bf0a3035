"""Refunds made in Stripe's dashboard, and refunds that their card refused."""

import pytest
from django.conf import settings

from marketplace.core.viewer import OperatorPermission, Viewer
from payouts.models import (
    AccountKind,
    PaymentAttempt,
    RefundRepayment,
    RefundRequest,
    Settlement,
    TransferReversal,
)
from payouts.selectors.refunds import (
    has_refunds_to_arrive,
    made_at_stripe,
    owed_to_buyers,
)
from payouts.services import (
    payment,
    refund,
    refund_adoption,
    refund_repaying,
    settlement,
)
from payouts.services.refund import NotRefundableError, RefundLineInput
from payouts.services.refund_commands import sync_refund
from payouts.services.refund_repaying import NotOwedError
from tests.integration.payouts.market import (
    Item,
    books,
    place,
    posted,
    request_payment,
)
from tests.integration.payouts.wire import Wire
from tests.integration.sale import make_user

pytestmark = pytest.mark.live
FINANCE = Viewer(operator_permissions=frozenset({OperatorPermission.FINANCE}))


@pytest.fixture
def operator(committing_db: None) -> int:
    return make_user("marc").pk


def refund_at_stripe(wire: Wire, row: Settlement | RefundRequest, cents: int) -> str:
    payment = PaymentAttempt.objects.get(order_id=row.order_id)
    made = wire.client().v1.refunds.create(
        {"payment_intent": payment.payment_intent_id or "", "amount": cents}
    )
    return made.id


def request_id(request: RefundRequest) -> str:
    request.refresh_from_db()
    return request.stripe_id or ""


def ask(wire: Wire, row: Settlement, gross: int) -> RefundRequest:
    return refund.request_refund(
        order_id=row.order_id,
        lines=[RefundLineInput(row.lines.get().pk, gross)],
        reason="Broken",
        token=f"ask:{gross}",
        now=wire.now(),
    )


def refused_by_the_card(wire: Wire) -> RefundRequest:
    """Refund a sale whose card refuses the money; Stripe has not told us yet."""
    row = wire.sell(wire.seller(), card="pm_card_refundFail")
    request = ask(wire, row, 10_000)
    wire.work()
    wire.advance(hours=2)
    return request


def test_it_lowers_what_can_be_refunded_and_the_platform_bears_it(wire: Wire) -> None:
    row = wire.sell(wire.seller())
    refund_id = refund_at_stripe(wire, row, 1500)

    for _ in range(2):
        sync_refund(refund_id=refund_id, now=wire.now())

    made = RefundRequest.objects.get()
    assert (made.origin, made.bearer, made.state) == ("stripe", "platform", "refunded")
    assert PaymentAttempt.objects.get().refunded_minor == 1500
    assert books()["goodwill_expense"] == 1500
    with pytest.raises(NotRefundableError, match=r"Only €85\.00"):
        refund.request_goodwill(
            order_id=row.order_id,
            cash_minor=8501,
            reason="Sorry",
            token="gift",
            now=wire.now(),
        )
    wire.endow()
    assert wire.violations() == []


def test_a_lost_webhook_is_made_good_by_the_check_once(wire: Wire) -> None:
    row = wire.sell(wire.seller())
    refund_at_stripe(wire, row, 1500)

    wire.endow()
    first, second = wire.violations(), wire.violations()

    assert (first, second) == ([], [])
    assert RefundRequest.objects.get().cash_minor == 1500
    assert books()["goodwill_expense"] == 1500


@pytest.mark.parametrize("is_paid", [False, True])
def test_allocating_it_takes_the_sellers_part_and_nothing_from_the_card(
    wire: Wire, is_paid: bool
) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    if is_paid:
        wire.receive(row)
        wire.work()
    sync_refund(refund_id=refund_at_stripe(wire, row, 1500), now=wire.now())
    made = RefundRequest.objects.get()

    for _ in range(2):
        refund_adoption.allocate_refund(
            refund_id=made.pk,
            amounts={row.pk: 1500},
            reason="Their parcel was late.",
            token="allocate:1",
            now=wire.now(),
        )
    wire.work()

    row.refresh_from_db()
    assert (row.refunded_cash_minor, row.reversed_net_minor) == (1500, 1320)
    assert "goodwill_expense" not in books()
    assert TransferReversal.objects.count() == int(is_paid)
    assert [each.amount for each in wire.client().v1.refunds.list().data] == [1500]
    assert refund_adoption.left_to_allocate(made) == 0
    wire.endow()
    assert wire.violations() == []


@pytest.mark.parametrize("cents", [0, 1501])
def test_more_than_was_refunded_is_not_allocated(wire: Wire, cents: int) -> None:
    row = wire.sell(wire.seller())
    sync_refund(refund_id=refund_at_stripe(wire, row, 1500), now=wire.now())
    made = RefundRequest.objects.get()

    with pytest.raises(NotRefundableError, match=r"at most 15\.00 EUR"):
        refund_adoption.allocate_refund(
            refund_id=made.pk,
            amounts={row.pk: cents},
            reason="Wrong",
            token="allocate:1",
            now=wire.now(),
        )

    assert RefundRequest.objects.count() == 1


def test_one_for_which_a_reservation_leaves_no_room_waits(wire: Wire) -> None:
    row = wire.sell(wire.seller())
    asked = ask(wire, row, 6000)
    refund_id = refund_at_stripe(wire, row, 6000)

    early = sync_refund(refund_id=refund_id, now=wire.now())
    wire.work()
    late = sync_refund(refund_id=refund_id, now=wire.now())

    asked.refresh_from_db()
    assert (early, late, asked.state) == (False, True, "refused")
    assert PaymentAttempt.objects.get().refunded_minor == 6000
    wire.endow()
    assert wire.violations() == []


def test_one_that_failed_before_we_heard_of_it_is_owed(wire: Wire) -> None:
    row = wire.sell(wire.seller(), card="pm_card_refundFail")
    refund_id = refund_at_stripe(wire, row, 1500)
    wire.advance(hours=2)

    for _ in range(2):
        sync_refund(refund_id=refund_id, now=wire.now())

    made = RefundRequest.objects.get()
    assert (made.state, made.origin) == ("refund_failed", "stripe")
    assert books()["customer_refund_due"] == -1500
    wire.endow()
    assert wire.violations() == []


def test_a_second_try_by_hand_pays_what_is_owed_until_the_card_refuses_it_too(
    wire: Wire, operator: int
) -> None:
    request = refused_by_the_card(wire)
    sync_refund(refund_id=request_id(request), now=wire.now())
    refund_id = refund_at_stripe(wire, request, 3000)

    sync_refund(refund_id=refund_id, now=wire.now())

    assert books()["customer_refund_due"] == -7000
    assert "goodwill_expense" not in books()
    assert [each.owed_minor for each in owed_to_buyers(FINANCE)] == [7000]
    assert list(made_at_stripe(FINANCE)) == []
    wire.advance(hours=2)
    wire.endow()
    assert wire.violations() == []
    again = RefundRequest.objects.get(stripe_id=refund_id)
    assert (again.state, again.again_minor) == ("refund_failed", 3000)
    assert books()["customer_refund_due"] == -10_000
    assert PaymentAttempt.objects.get().refunded_minor == 10_000
    repay(wire, request, operator)
    assert RefundRepayment.objects.get().amount_minor == 10_000
    assert wire.violations() == []


def test_what_the_bank_paid_and_somebody_refunds_once_more_is_a_gift(
    wire: Wire, operator: int
) -> None:
    request = refused_by_the_card(wire)
    sync_refund(refund_id=request_id(request), now=wire.now())
    repay(wire, request, operator)
    refund_id = refund_at_stripe(wire, request, 3000)

    sync_refund(refund_id=refund_id, now=wire.now())

    given = books()
    wire.advance(hours=2)
    wire.endow()
    assert wire.violations() == []
    assert given["goodwill_expense"] == 3000
    assert {"customer_refund_due", "goodwill_expense"}.isdisjoint(books())


def test_a_refund_that_failed_unheard_is_owed_after_the_check(wire: Wire) -> None:
    request = refused_by_the_card(wire)

    wire.endow()
    first, second = wire.violations(), wire.violations()

    request.refresh_from_db()
    assert (first, second) == ([], [])
    assert request.state == "refund_failed"
    assert books()["customer_refund_due"] == -10_000


def test_a_refund_that_was_called_off_unheard_is_free_after_the_check(
    wire: Wire,
) -> None:
    wire.sandbox.post("refund_policy", needs_balance=True)
    row = wire.sell(wire.seller())
    request = ask(wire, row, 10_000)
    wire.work()
    request.refresh_from_db()
    waiting = request.pending_reason
    wire.client().v1.refunds.cancel(request.stripe_id or "")

    wire.endow()
    assert wire.violations() == []

    request.refresh_from_db()
    row.refresh_from_db()
    assert (waiting, request.state) == ("insufficient_funds", "refused")
    assert (row.refunds_in_flight, row.refunded_gross_minor) == (0, 0)


def test_a_refund_that_stripe_has_not_sent_yet_is_no_fault_of_the_books(
    wire: Wire,
) -> None:
    row = wire.sell(wire.seller(), card="pm_card_pendingRefund")
    request = ask(wire, row, 10_000)
    wire.work()
    wire.endow()

    assert wire.violations() == []

    request.refresh_from_db()
    assert request.state == "refunding"


def pay_dead_order(wire: Wire) -> RefundRequest:
    """Pay an order that was given up; its refund by itself was not carried out yet."""
    opened = place({wire.seller(): [Item(10_000)]}, now=wire.now())
    attempt = payment.start_session(
        attempt_id=request_payment(opened, now=wire.now()).pk, now=wire.now()
    )
    settlement.cancel_settlements(order_id=opened.order_id)
    wire.sandbox.post(f"pay/{attempt.session_id}", card="pm_card_bypassPending")
    payment.sync_payment(attempt_id=attempt.pk, now=wire.now())
    return RefundRequest.objects.get()


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_dead_order_that_was_refunded_by_hand_is_not_owed_again(
    wire: Wire, operator: int, is_heard: bool
) -> None:
    request = pay_dead_order(wire)
    refund_id = refund_at_stripe(wire, request, 10_000)
    wire.work()

    if is_heard:
        sync_refund(refund_id=refund_id, now=wire.now())

    wire.endow()
    assert wire.violations() == []
    request.refresh_from_db()
    assert request.state == "refused"
    assert {"customer_refund_due", "goodwill_expense"}.isdisjoint(books())
    assert list(owed_to_buyers(FINANCE)) == list(made_at_stripe(FINANCE)) == []
    with pytest.raises(NotOwedError, match="not owed"):
        repay(wire, request, operator)


def test_of_a_dead_order_that_was_refunded_in_part_the_rest_is_owed(
    wire: Wire, operator: int
) -> None:
    request = pay_dead_order(wire)
    refund_id = refund_at_stripe(wire, request, 4000)
    wire.work()
    sync_refund(refund_id=refund_id, now=wire.now())
    owed = [(each.pk, each.owed_minor) for each in owed_to_buyers(FINANCE)]

    for _ in range(2):
        repay(wire, request, operator)

    assert owed == [(request.pk, 6000)]
    assert list(owed_to_buyers(FINANCE)) == []
    assert books()["bank"] == -6000
    assert "customer_refund_due" not in books()
    wire.endow()
    assert wire.violations() == []


def repay(
    wire: Wire, request: RefundRequest, operator: int, reference: str = "2026-11-30/18"
) -> None:
    refund_repaying.record_repayment(
        refund_id=request.pk,
        method="Bank transfer",
        reference=reference,
        repaid_by=operator,
        now=wire.now(),
    )


def test_a_failed_refund_is_paid_another_way_once(wire: Wire, operator: int) -> None:
    request = refused_by_the_card(wire)
    orders = [request.order_id]
    sync_refund(refund_id=request_id(request), now=wire.now())
    owed = books()["customer_refund_due"]
    failed = has_refunds_to_arrive(orders)

    for _ in range(2):
        repay(wire, request, operator)
    with pytest.raises(NotOwedError, match="2026-11-30/18"):
        repay(wire, request, operator, "another")

    assert (failed, has_refunds_to_arrive(orders)) == (True, False)
    assert owed == -10_000
    assert "customer_refund_due" not in books()
    assert books()["bank"] == -10_000
    assert RefundRepayment.objects.get().amount_minor == 10_000
    assert wire.violations() == []


def test_what_reached_the_card_is_not_owed(wire: Wire, operator: int) -> None:
    request = ask(wire, wire.sell(wire.seller()), 2500)
    wire.work()
    before = books()

    with pytest.raises(NotOwedError, match="not owed"):
        repay(wire, request, operator)

    assert books() == before


@pytest.mark.parametrize(("gross", "kept"), [(10_000, 240), (100_000, 500)])
@pytest.mark.parametrize("is_paid", [False, True])
def test_a_part_of_the_commission_is_kept_where_the_market_says_so(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, gross: int, kept: int, is_paid: bool
) -> None:
    monkeypatch.setattr(settings, "REFUND_FEE_BPS", 2000)
    vendor = wire.seller()
    row = wire.sell(vendor, Item(gross))
    if is_paid:
        wire.receive(row)
        wire.work()

    ask(wire, row, gross)
    wire.work()

    assert RefundRequest.objects.get().lines.get().kept_commission_minor == kept
    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == -kept
    assert books()["commission_revenue"] == -kept
    wire.endow()
    assert wire.violations() == []
