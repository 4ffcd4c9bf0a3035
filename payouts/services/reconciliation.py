"""Compare our books with Stripe's, row by row, and say what does not match."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db import connection, transaction
from django.db.models import Max

from marketplace.core.money import Money
from payouts.gateway import BalanceRow, connect
from payouts.models import (
    AccountKind,
    BalanceTransactionMirror,
    PaymentAttempt,
    RefundRequest,
    RefundState,
)
from payouts.selectors.invariants import (
    CountPoints,
    Violation,
    violations_at_once,
)
from payouts.services import exchange, journals, ledger
from payouts.services.capture import CAPTURED
from payouts.services.dispute import sync_undecided
from payouts.services.ledger import Leg, Posting
from payouts.services.refund_commands import take_in

# A row may change for some days: it becomes available, a fee is corrected.
_OVERLAP = timedelta(days=3)
_BATCH = 1000
# What is sold between two questions to Stripe looks like a difference: ask again.
TRIES = 3
OF_THE_MOMENT = frozenset({"I2", "Stripe"})

# How a row of Stripe's is found in the ledger: by its source, through our own row.
_MATCHES = (
    """
    UPDATE payouts_balancetransactionmirror AS mirror
    SET matched_key = header.key
    FROM payouts_paymentattempt AS payment
    JOIN payouts_ledgertransaction AS header
        ON header.key = 'capture:' || payment.id
    WHERE mirror.matched_key = '' AND mirror.source = payment.charge_id
        AND payment.fee_minor IS NOT NULL
    """,
    """
    UPDATE payouts_balancetransactionmirror AS mirror
    SET matched_key = header.key
    FROM payouts_vendortransfer AS transfer
    JOIN payouts_moneycommand AS command ON command.id = transfer.command_id
    JOIN payouts_ledgertransaction AS header ON header.key = command.natural_key
    WHERE mirror.matched_key = '' AND mirror.source = transfer.stripe_id
        AND mirror.type = 'transfer'
    """,
    """
    UPDATE payouts_balancetransactionmirror AS mirror
    SET matched_key = header.key
    FROM payouts_transferreversal AS reversal
    JOIN payouts_ledgertransaction AS header
        ON header.key = 'reversal:' || reversal.refund_id || ':' || reversal.transfer_id
    WHERE mirror.matched_key = '' AND mirror.source = reversal.stripe_id
    """,
    """
    UPDATE payouts_balancetransactionmirror AS mirror
    SET matched_key = header.key
    FROM payouts_refundrequest AS request
    JOIN payouts_ledgertransaction AS header ON header.key = 'refund:' || request.id
    WHERE mirror.matched_key = '' AND mirror.source = request.stripe_id
        AND mirror.type IN ('refund', 'payment_refund')
    """,
    """
    UPDATE payouts_balancetransactionmirror AS mirror
    SET matched_key = header.key
    FROM payouts_refundrequest AS request
    JOIN payouts_ledgertransaction AS header
        ON header.key = 'refund_failed:' || request.id
    WHERE mirror.matched_key = '' AND mirror.source = request.stripe_id
        AND mirror.type = 'refund_failure'
    """,
    """
    UPDATE payouts_balancetransactionmirror AS mirror
    SET matched_key = header.key
    FROM payouts_ledgertransaction AS header
    WHERE mirror.matched_key = '' AND header.key = 'stripe:' || mirror.stripe_id
    """,
)

# Movements that begin at Stripe: they are booked because Stripe made them.
BOOKED_FROM_STRIPE = {
    "payout": AccountKind.BANK,
    "payout_failure": AccountKind.BANK,
    "payout_cancel": AccountKind.BANK,
    "topup": AccountKind.BANK,
    "stripe_fee": AccountKind.PROCESSOR_FEES,
    # A seller's balance that stayed below zero for 180 days: Stripe takes ours for it.
    "connect_collection_transfer": AccountKind.BAD_DEBT,
}


def reconcile(
    *, now: datetime, count_points: CountPoints | None = None, is_alone: bool = False
) -> list[Violation]:
    """Mirror Stripe's balance rows, match each to the ledger, and check everything.

    Books what began at Stripe: the platform's own payouts and top-ups, disputes, and
    refunds made by hand in Stripe's dashboard (the platform bears them until somebody
    allocates them). `count_points` tells what all points are worth. Running it again
    changes nothing.

    Call it outside a transaction, unless nobody else writes (`is_alone`). Raises
    UnavailableError if Stripe does not answer.
    """
    mirror_balance(now=now)
    match_rows()
    _take_in_refunds(now)
    sync_undecided(now=now)
    match_rows()
    _book_from_stripe()
    match_rows()
    _book_exchanges()
    return violations_at_once(
        count_points=count_points,
        stripe_holds=connect().balance(),
        is_alone=is_alone,
    )


def reconcile_meanwhile(
    *, now: datetime, count_points: CountPoints | None = None
) -> list[Violation]:
    """Do what `reconcile` does while others buy: what only they explain is asked again.

    Call it outside a transaction. Raises UnavailableError if Stripe does not answer.
    """
    found: list[Violation] = []
    for _ in range(TRIES):
        found = reconcile(now=now, count_points=count_points)
        if not found or {each.code for each in found} - OF_THE_MOMENT:
            break
    return found


def mirror_balance(*, now: datetime) -> int:
    """Copy the balance rows since the last one, less three days; return how many."""
    newest = BalanceTransactionMirror.objects.aggregate(at=Max("created_at"))["at"]
    since = newest - _OVERLAP if newest else datetime(1971, 1, 1, tzinfo=UTC)
    news = connect().balance_rows(since=since)
    copied = 0
    while rows := list(islice(news, _BATCH)):
        write_mirror(rows=rows, now=now)
        copied += len(rows)
    return copied


def write_mirror(*, rows: Iterable[BalanceRow], now: datetime) -> None:
    """Write balance rows, or bring those we have to their present state."""
    BalanceTransactionMirror.objects.bulk_create(
        [
            BalanceTransactionMirror(
                stripe_id=row.stripe_id,
                type=row.type,
                reporting_category=row.category,
                source=row.source,
                currency=row.currency,
                amount_minor=row.amount_minor,
                fee_minor=row.fee_minor,
                net_minor=row.net_minor,
                status=row.status,
                created_at=row.created_at,
                available_on=row.available_on,
                mirrored_at=now,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["stripe_id"],
        update_fields=[
            *("status", "available_on", "amount_minor", "fee_minor", "net_minor")
        ],
    )


@transaction.atomic
def match_rows() -> None:
    """Name for each balance row the ledger transaction that booked it."""
    with connection.cursor() as cursor:
        for statement in _MATCHES:
            cursor.execute(statement)


def _take_in_refunds(now: datetime) -> None:
    """Hear of refunds whose webhooks were lost: made by hand, refused, or called off.

    A refund that its bank sends back has a second row; one that Stripe gave up before
    it sent anything has none, so all that are on their way are asked for.
    """
    rows = BalanceTransactionMirror.objects.filter(
        matched_key="", type__in=("refund", "payment_refund", "refund_failure")
    )
    waiting = RefundRequest.objects.filter(
        state=RefundState.REFUNDING, stripe_id__isnull=False
    )
    found = list(rows.order_by("created_at").values_list("source", flat=True))
    found += [request.stripe_id or "" for request in waiting.order_by("pk")]
    for refund_id in dict.fromkeys(found):
        take_in(connect().refund_of(refund_id), now)


def _book_from_stripe() -> None:
    rows = BalanceTransactionMirror.objects.filter(matched_key="")
    ledger.post_many(
        posting for row in rows if (posting := _posting_of(row)) is not None
    )


# Rows of Stripe's whose booking moved another currency than they did.
_EXCHANGED = """
SELECT mirror.stripe_id, mirror.amount_minor, mirror.currency, mirror.created_at,
    payment.id, sum(entry.amount_minor)
FROM payouts_balancetransactionmirror AS mirror
JOIN payouts_ledgertransaction AS header ON header.key = mirror.matched_key
JOIN payouts_ledgerentry AS entry ON entry.transaction_id = header.id
JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
    AND account.kind = 'stripe_balance'
JOIN payouts_paymentattempt AS payment
    ON payment.order_id = (header.ref ->> 'order')::bigint
    AND payment.currency = account.currency AND payment.settled_currency <> ''
WHERE account.currency <> mirror.currency AND NOT EXISTS (
    SELECT 1 FROM payouts_ledgertransaction AS booked
    WHERE booked.key = 'fx:' || mirror.stripe_id)
GROUP BY mirror.stripe_id, payment.id
HAVING sum(entry.amount_minor) <> 0
ORDER BY mirror.created_at, mirror.stripe_id
"""


def _book_exchanges() -> None:
    """Book refunds and the like in the currency in which Stripe really moved them."""
    with connection.cursor() as cursor:
        cursor.execute(_EXCHANGED)
        rows = cursor.fetchall()
    payments = PaymentAttempt.objects.in_bulk([row[4] for row in rows])
    for row_id, moved, currency, at, payment_id, booked in rows:
        payment, minor = payments[payment_id], int(booked)
        # Each counts from the one before it.
        ledger.post(
            exchange.conversion(
                payment=payment,
                row_id=row_id,
                minor=minor,
                moved=Money(moved, currency),
                at_rate=exchange.carried(payment, minor),
                booked_at=at,
            )
        )


def _posting_of(row: BalanceTransactionMirror) -> Posting | None:
    if row.reporting_category in {"dispute", "dispute_reversal"}:
        return _dispute_posting(row)
    other = BOOKED_FROM_STRIPE.get(row.type)
    if other is None and _is_made_by_hand(row):
        other = AccountKind.GOODWILL_EXPENSE
    if other is None:
        return None
    return journals.two_legs(
        key=f"stripe:{row.stripe_id}",
        kind=row.type,
        currency=row.currency,
        debit=Leg(AccountKind.STRIPE_BALANCE, row.net_minor),
        credit=other,
        booked_at=row.created_at,
        ref={"source": row.source},
    )


def _dispute_posting(row: BalanceTransactionMirror) -> Posting:
    return journals.disputed(
        row_id=row.stripe_id,
        category=row.reporting_category,
        source=row.source,
        moved=Money(row.amount_minor, row.currency),
        fee_minor=row.fee_minor,
        booked_at=row.created_at,
    )


def _is_made_by_hand(row: BalanceTransactionMirror) -> bool:
    """Say whether it refunds a payment that is none of ours; ours were taken in."""
    if row.type not in {"refund", "payment_refund"}:
        return False
    facts = connect().refund_of(row.source)
    mine = PaymentAttempt.objects.filter(
        payment_intent_id=facts.payment_intent_id, status__in=CAPTURED
    )
    return facts.command == "" and not mine.exists()
