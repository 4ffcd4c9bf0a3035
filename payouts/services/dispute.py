"""A chargeback freezes the money of every seller whom its payment concerns.

What Stripe withdrew (J8) and gave back (J9) is booked by its balance rows; who bears a
lost one is decided by a person (`dispute_allocation`).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from marketplace.core.money import Money
from marketplace.db import outbox
from marketplace.db.alone import alone
from payouts.bank_words import disputed_words
from payouts.gateway import BalanceRow, DisputeFacts, connect
from payouts.models import (
    AccountKind,
    BalanceTransactionMirror,
    Dispute,
    DisputeState,
    PaymentAttempt,
    Settlement,
    SettlementHold,
)
from payouts.models.dispute import UNDECIDED
from payouts.services import exchange, journals, ledger
from payouts.services.ledger import Leg, Posting
from payouts.services.settlement import freeze, unfreeze

SYNC_TOPIC = "dispute.sync"
OPENED, WON, LOST = "dispute.opened", "dispute.won", "dispute.lost"
REGAINED = "dispute.regained"
# Any other status, one that is new to us too, is open: the money stays frozen.
_STATES = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "warning_closed": DisputeState.CLOSED,
    "prevented": DisputeState.CLOSED,
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.SUBMITTED,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}
_TOPICS: dict[str, str] = {
    DisputeState.INQUIRY: OPENED,
    DisputeState.OPEN: OPENED,
    DisputeState.WON: WON,
    DisputeState.CLOSED: WON,
    DisputeState.LOST: LOST,
}


class UnknownChargeError(Exception):
    """The dispute came before the news of its payment."""


def sync_dispute(*, dispute_id: str, now: datetime) -> None:
    """Fetch a dispute, book what it moved, and freeze or free the sellers' money.

    Call it outside a transaction. One at a time for a dispute, so that what was asked
    first is not written last. Locks the payment, the dispute and the settlements.
    Saying the same twice changes nothing; holds of other causes stay.

    Raises UnknownChargeError if no payment of ours has that charge yet, BusyError while
    somebody else asks for long.
    """
    with alone(dispute_id):
        apply_facts(connect().dispute(dispute_id), now)


def sync_undecided(*, now: datetime) -> None:
    """Fetch every dispute that is not decided: its news may have been lost.

    Also those that only Stripe's balance rows tell of, and decided ones that moved
    money since. Call it outside a transaction.
    """
    undecided = Dispute.objects.filter(state__in=UNDECIDED)
    known = Dispute.objects.values("stripe_id")
    rows = BalanceTransactionMirror.objects.filter(
        ~Q(source__in=known) | Q(matched_key=""),
        reporting_category__in=("dispute", "dispute_reversal"),
    )
    charges = PaymentAttempt.objects.exclude(charge_id=None)
    found = list(undecided.values_list("stripe_id", flat=True))
    found += rows.order_by("source").values_list("source", flat=True).distinct()
    for dispute_id in dict.fromkeys(found):
        with alone(dispute_id):
            facts = connect().dispute(dispute_id)
            # A payment that is none of ours has no order whose money could wait.
            if charges.filter(charge_id=facts.charge_id).exists():
                apply_facts(facts, now)


@transaction.atomic
def apply_facts(facts: DisputeFacts, now: datetime) -> Dispute:
    """Bring a dispute to what Stripe says of it, for whoever is alone with it.

    Raises UnknownChargeError if no payment of ours has that charge yet.
    """
    payment = (
        PaymentAttempt.objects.select_for_update(no_key=True)
        .filter(charge_id=facts.charge_id)
        .first()
    )
    if payment is None:
        raise UnknownChargeError(facts.charge_id)
    known = Dispute.objects.select_for_update(no_key=True)
    dispute = known.filter(stripe_id=facts.dispute_id).first()
    before = dispute.state if dispute else ""
    dispute = _write(dispute or _new(payment, facts), facts, now)
    for row in facts.rows:
        # Each counts from the one before it.
        ledger.post(_posting(payment, row, facts))
    hold_or_free(dispute=dispute, now=now)
    if dispute.is_regained:
        _keep_what_came_back(dispute, now)
    _tell(dispute, before, now)
    return dispute


def _keep_what_came_back(dispute: Dispute, now: datetime) -> None:
    """Let the platform have it first: a person credits the sellers who bore it."""
    ledger.post(
        journals.two_legs(
            key=f"dispute_regained:{dispute.pk}",
            kind="dispute_regained",
            currency=dispute.currency,
            debit=Leg(AccountKind.DISPUTED_FUNDS, dispute.amount_minor),
            credit=AccountKind.GOODWILL_EXPENSE,
            booked_at=now,
            ref={"order": dispute.payment.order_id, "source": dispute.stripe_id},
        )
    )


def hold_or_free(*, dispute: Dispute, now: datetime) -> None:
    """Freeze the settlements of a dispute's order, or free them when it is settled.

    A lost one is settled when it is known who bears it. Locks the settlements.
    """
    key = f"{SettlementHold.DISPUTES}{dispute.stripe_id}"
    rows = Settlement.objects.filter(order_id=dispute.payment.order_id).order_by("pk")
    waits = dispute.is_undecided or dispute.waits_for_allocation
    for vendor_order_id in list(rows.values_list("vendor_order_id", flat=True)):
        if waits:
            reason = disputed_words(dispute.reason)
            freeze(vendor_order_id=vendor_order_id, key=key, reason=reason, now=now)
        else:
            unfreeze(vendor_order_id=vendor_order_id, key=key, now=now)


def _new(payment: PaymentAttempt, facts: DisputeFacts) -> Dispute:
    return Dispute(
        payment=payment,
        stripe_id=facts.dispute_id,
        currency=facts.currency,
        opened_at=facts.opened_at,
    )


def _write(dispute: Dispute, facts: DisputeFacts, now: datetime) -> Dispute:
    dispute.amount_minor = facts.amount_minor
    fee = sum(row.fee_minor for row in facts.rows)
    dispute.fee_minor = exchange.unsettled(dispute.payment, fee)
    dispute.status = facts.status
    dispute.state = _STATES.get(facts.status, DisputeState.OPEN)
    dispute.reason = facts.reason
    dispute.due_by = facts.due_by
    is_over = not dispute.is_undecided
    dispute.closed_at = (dispute.closed_at or now) if is_over else None
    dispute.synced_at = now
    dispute.save()
    return dispute


def _posting(payment: PaymentAttempt, row: BalanceRow, facts: DisputeFacts) -> Posting:
    # Stripe may hold another currency than the buyer paid in.
    minor = facts.amount_minor if row.amount_minor > 0 else -facts.amount_minor
    return journals.disputed(
        row_id=row.stripe_id,
        category=row.category,
        source=facts.dispute_id,
        moved=Money(row.amount_minor, row.currency),
        fee_minor=row.fee_minor,
        booked_at=row.created_at,
        order_id=payment.order_id,
        disputed=Money(minor, facts.currency),
        at_rate=exchange.carried(payment, minor)
        if payment.is_exchanged
        else row.amount_minor,
    )


def _tell(dispute: Dispute, before: str, now: datetime) -> None:
    topic = REGAINED if dispute.is_regained else _TOPICS.get(dispute.state, "")
    is_news = dispute.state != before
    # What was sent and came back open is the same dispute, not a second one.
    if dispute.state == DisputeState.OPEN and before == DisputeState.SUBMITTED:
        is_news = False
    if topic and is_news:
        outbox.emit(
            topic=topic,
            key=str(dispute.pk),
            payload={"order": dispute.payment.order_id, "state": dispute.state},
            now=now,
        )
