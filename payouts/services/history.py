"""Book what has already happened at Stripe: a demo's past, a replayed market.

The same postings as for a sale of today, many at a time and without messages. Load
everything in one transaction, so that no worker sees a command before its answer::

    settlement.open_many(orders=...)
    history.record_captures(captures=...)
    history.record_releases(releases=...)
    waiting = history.waiting_commands()      # what Stripe would be asked now
    history.record_answers(answers=...)       # what it answered then
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from marketplace.core.money import Money, chargeable
from payouts.gateway import PayoutFacts, RefundFacts
from payouts.models import (
    CommandKind,
    CommandState,
    MoneyCommand,
    PaymentAttempt,
    PaymentStatus,
    RecipientStatus,
    Settlement,
    SettlementState,
    VendorPayout,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.models.command import OPEN_STATES
from payouts.services import journals, ledger, reserve
from payouts.services.capture import capture_posting
from payouts.services.commands import HANDLERS
from payouts.services.handlers import Answer
from payouts.services.ledger import Posting
from payouts.services.transfer import Outflow, request_transfers


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAccount:
    """A seller's account that was active at `at`."""

    vendor_id: int
    stripe_account_id: str
    country: str
    email: str
    currency: str
    at: datetime
    payout_interval: str = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCapture:
    """A payment of an order that is still unpaid in our books.

    Without a charge the order was free: points or vouchers paid all of it.
    """

    order_id: int
    order_public_id: str
    paid_at: datetime
    session_id: str = ""
    payment_intent_id: str = ""
    charge_id: str = ""
    balance_transaction_id: str = ""
    fee_minor: int = 0
    available_on: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRelease:
    """When a vendor order moved on; without `released_at` its money is still held."""

    vendor_order_id: int
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    confirmed_at: datetime | None = None
    release_after: datetime | None = None
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCommand:
    """What Stripe would be asked; `payload` holds the call's parameters."""

    command_id: int
    kind: str
    payload: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAnswer:
    """The id that Stripe gave, and when."""

    command_id: int
    stripe_id: str
    at: datetime


def record_accounts(*, accounts: Iterable[PastAccount]) -> None:
    """Write sellers' accounts that are ready to be paid."""
    VendorPayoutAccount.objects.bulk_create(
        VendorPayoutAccount(
            vendor_id=account.vendor_id,
            stripe_account_id=account.stripe_account_id,
            country=account.country,
            email=account.email,
            currency=account.currency,
            recipient_status=RecipientStatus.ACTIVE,
            payout_interval=account.payout_interval,
            created_at=account.at,
            synced_at=account.at,
        )
        for account in accounts
    )


@transaction.atomic
def record_captures(*, captures: Sequence[PastCapture]) -> None:
    """Book payments (J1, J2) and hold the sellers' parts."""
    orders: dict[int, list[Settlement]] = {capture.order_id: [] for capture in captures}
    for row in Settlement.objects.filter(order_id__in=orders).order_by("pk"):
        orders[row.order_id].append(row)
    charged = [capture for capture in captures if capture.charge_id]
    attempts = PaymentAttempt.objects.bulk_create(
        [_attempt(capture, orders[capture.order_id]) for capture in charged]
    )
    postings = [
        capture_posting(attempt=attempt, settlements=orders[attempt.order_id])
        for attempt in attempts
    ]
    postings += [_fee(attempt) for attempt in attempts]
    postings += [
        _free(capture, orders[capture.order_id])
        for capture in captures
        if not capture.charge_id
    ]
    ledger.post_many(postings)
    _hold({capture.order_id: capture.paid_at for capture in captures})


def _attempt(capture: PastCapture, rows: Sequence[Settlement]) -> PaymentAttempt:
    return PaymentAttempt(
        order_id=capture.order_id,
        currency=rows[0].currency,
        amount_minor=chargeable(sum(row.cash_minor for row in rows), rows[0].currency),
        status=PaymentStatus.SUCCEEDED,
        transfer_group=f"order:{capture.order_public_id}",
        session_id=capture.session_id or None,
        payment_intent_id=capture.payment_intent_id or None,
        charge_id=capture.charge_id,
        balance_transaction_id=capture.balance_transaction_id,
        fee_minor=capture.fee_minor,
        settled_currency=rows[0].currency,
        settled_minor=chargeable(sum(row.cash_minor for row in rows), rows[0].currency),
        available_on=capture.available_on,
        created_at=capture.paid_at,
        expires_at=capture.paid_at,
        paid_at=capture.paid_at,
    )


def _fee(attempt: PaymentAttempt) -> Posting:
    return journals.processor_fee(
        order_id=attempt.order_id,
        charge_id=attempt.charge_id or "",
        currency=attempt.currency,
        fee_minor=attempt.fee_minor or 0,
        booked_at=attempt.paid_at or attempt.created_at,
    )


def _free(capture: PastCapture, rows: Sequence[Settlement]) -> Posting:
    return journals.capture(
        key=f"capture:order:{capture.order_id}",
        settlements=rows,
        cash_minor=0,
        booked_at=capture.paid_at,
        ref={"order": capture.order_id},
    )


def _hold(paid_at: dict[int, datetime]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE payouts_settlement AS settlement
            SET state = 'held', paid_at = past.paid_at
            FROM unnest(%s::bigint[], %s::timestamptz[]) AS past (order_id, paid_at)
            WHERE settlement.order_id = past.order_id AND settlement.state = 'unpaid'
            """,
            [list(paid_at), list(paid_at.values())],
        )


@transaction.atomic
def record_releases(*, releases: Sequence[PastRelease]) -> None:
    """Write timers, book releases (J3) in order of time, and write their transfers.

    Releases everything that is named, whoever may be paid: it is the past.
    """
    _write_timers(releases)
    moments = {row.vendor_order_id: row.released_at for row in releases}
    rows = sorted(
        Settlement.objects.filter(
            vendor_order_id__in=[key for key, at in moments.items() if at],
            state=SettlementState.HELD,
        ),
        key=lambda row: (row.released_at, row.pk),
    )
    outflows = []
    postings = []
    for row in rows:
        at = row.released_at or row.created_at
        row.state = SettlementState.RELEASED
        postings.append(journals.release_of_all(settlement=row, booked_at=at))
        outflows.append(Outflow(row, row.left_minor, at))
    left, withheld = reserve.withhold(outflows=outflows, sequences=[1] * len(outflows))
    ledger.post_many([*postings, *withheld])
    request_transfers(outflows=left)


def _write_timers(releases: Sequence[PastRelease]) -> None:
    columns = (
        "vendor_order_id",
        "shipped_at",
        "delivered_at",
        "confirmed_at",
        "release_after",
        "released_at",
    )
    values = [[getattr(row, column) for row in releases] for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE payouts_settlement AS settlement
            SET shipped_at = past.shipped_at, delivered_at = past.delivered_at,
                confirmed_at = past.confirmed_at, release_after = past.release_after,
                released_at = past.released_at,
                released_minor = CASE
                    WHEN settlement.state = 'held' AND past.released_at IS NOT NULL
                    THEN payable_minor - reversed_net_minor
                    ELSE released_minor END
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[],
                %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
                AS past (vendor_order_id, shipped_at, delivered_at, confirmed_at,
                    release_after, released_at)
            WHERE settlement.vendor_order_id = past.vendor_order_id
            """,
            values,
        )


def waiting_commands() -> list[WaitingCommand]:
    """Return the commands that nobody has carried out yet, oldest first."""
    rows = MoneyCommand.objects.filter(state__in=OPEN_STATES).order_by(
        "created_at", "pk"
    )
    return [
        WaitingCommand(
            command_id=row.pk, kind=row.kind, payload=row.payload, at=row.created_at
        )
        for row in rows
    ]


@transaction.atomic
def record_answers(*, answers: Sequence[PastAnswer]) -> None:
    """Book what Stripe did: transfers many at a time, the rest one by one.

    Refunds count as succeeded; taking the sellers' part back then waits as a command of
    its own.
    """
    rows = MoneyCommand.objects.in_bulk([answer.command_id for answer in answers])
    transfers = [
        answer
        for answer in answers
        if rows[answer.command_id].kind == CommandKind.TRANSFER
    ]
    _finish(answers)
    _record_transfers(transfers)
    for answer in answers:
        if rows[answer.command_id].kind != CommandKind.TRANSFER:
            _record_one(rows[answer.command_id], answer)


def _finish(answers: Sequence[PastAnswer]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE payouts_moneycommand AS command
            SET state = %s, stripe_id = past.stripe_id, finished_at = past.at,
                first_sent_at = past.at, attempts = 1
            FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[])
                AS past (id, stripe_id, at)
            WHERE command.id = past.id
            """,
            [
                CommandState.DONE,
                [answer.command_id for answer in answers],
                [answer.stripe_id for answer in answers],
                [answer.at for answer in answers],
            ],
        )


def _record_transfers(answers: Sequence[PastAnswer]) -> None:
    columns: list[list[Any]] = [
        [answer.command_id for answer in answers],
        [answer.stripe_id for answer in answers],
        [answer.at for answer in answers],
    ]
    with connection.cursor() as cursor:
        # One statement: an UPDATE for each row takes most of a replay's time.
        cursor.execute(
            """
            UPDATE payouts_vendortransfer AS transfer
            SET state = 'done', stripe_id = past.stripe_id, done_at = past.at
            FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[])
                AS past (command_id, stripe_id, at)
            WHERE transfer.command_id = past.command_id
            """,
            columns,
        )
    rows = list(VendorTransfer.objects.filter(command_id__in=columns[0]))
    ledger.post_many(_paid_out(row) for row in rows)
    arrived = {row.settlement_id: row.done_at for row in rows}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE payouts_settlement AS settlement
            SET transferred_at = past.at, state = CASE WHEN EXISTS (
                    SELECT 1 FROM payouts_vendortransfer AS transfer
                    WHERE transfer.settlement_id = settlement.id
                        AND transfer.reversed_minor > 0
                ) THEN 'partially_reversed' ELSE 'transferred' END
            FROM unnest(%s::bigint[], %s::timestamptz[]) AS past (id, at)
            WHERE settlement.id = past.id AND settlement.state = 'transferring'
            """,
            [list(arrived), list(arrived.values())],
        )


def _paid_out(row: VendorTransfer) -> Posting:
    return journals.paid_out(
        key=row.natural_key,
        settlement_id=row.settlement_id,
        vendor_id=row.vendor_id,
        currency=row.currency,
        amount_minor=row.amount_minor,
        booked_at=row.done_at or row.created_at,
        stripe_id=row.stripe_id or "",
        sent=Money(row.sent_minor, row.sent_currency),
    )


def _record_one(command: MoneyCommand, answer: PastAnswer) -> None:
    facts = None
    if command.kind == CommandKind.REFUND:
        facts = RefundFacts(
            refund_id=answer.stripe_id,
            status="succeeded",
            amount_minor=command.payload["amount"],
        )
    HANDLERS[command.kind].record(command, Answer(answer.stripe_id, facts), answer.at)


def record_payouts(*, payouts: Iterable[tuple[int, PayoutFacts]]) -> None:
    """Write payouts of sellers, each with the seller's id."""
    VendorPayout.objects.bulk_create(
        VendorPayout(
            vendor_id=vendor_id,
            stripe_id=facts.payout_id,
            currency=facts.currency,
            amount_minor=facts.amount_minor,
            status=facts.status,
            is_automatic=facts.is_automatic,
            arrival_date=facts.arrival_date,
            failure_code=facts.failure_code,
            created_at=facts.created_at,
            updated_at=facts.arrival_date,
        )
        for vendor_id, facts in payouts
    )
