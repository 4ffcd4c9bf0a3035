"""Ask a buyer for money on Stripe's page, and learn whether it came."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import MOST_AT_ONCE, chargeable, minimum_charge
from marketplace.db import outbox
from payouts.gateway import GatewayRefusedError, SessionFacts, connect
from payouts.models import (
    CommandKind,
    CommandState,
    MoneyCommand,
    PaymentAttempt,
    PaymentStatus,
    Settlement,
    SettlementState,
)
from payouts.models.command import OPEN_STATES
from payouts.services import commands, journals, ledger
from payouts.services.capture import (
    AmountDiffersError,
    apply_session,
    give_up,
    hold,
)
from payouts.services.issuing import NewCommand, issue

log = logging.getLogger(__name__)

# Stripe refuses a page that lives less than 30 minutes from when it is created.
_PAGE_LIFE_LEAST = timedelta(minutes=32)
_SWEEP_AFTER = timedelta(minutes=1)
# Its webhook tells as well; the oldest pages must not keep all others waiting.
_DELAYED = timedelta(hours=1)
_UNPAID = (PaymentStatus.REQUESTED, PaymentStatus.OPEN)


class NotPayableError(RefusedError):
    """The amount does not fit the order, or is one that Stripe does not charge."""

    code = "payment.not_payable"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """What the buyer is to pay, and where Stripe sends them after.

    `order_public_id` names the order to Stripe; `{CHECKOUT_SESSION_ID}` in
    `success_url` is filled in by Stripe.
    """

    order_id: int
    order_public_id: str
    description: str
    email: str
    currency: str
    amount_minor: int
    success_url: str
    cancel_url: str
    expires_at: datetime


# Placing an order is to take few statements: its transaction is enough.
@transaction.atomic(savepoint=False)
def request_payment(*, request: PaymentRequest, now: datetime) -> PaymentAttempt:
    """Write an attempt and the command that opens its page; nothing is sent yet.

    Raises NotPayableError if the amount is not what the order's settlements expect in
    cash, or is below what Stripe charges.
    """
    _check(request)
    attempt = PaymentAttempt.objects.create(
        order_id=request.order_id,
        currency=request.currency,
        amount_minor=request.amount_minor,
        transfer_group=f"order:{request.order_public_id}",
        created_at=now,
        expires_at=max(request.expires_at, now + _PAGE_LIFE_LEAST),
    )
    attempt.command = issue(_session_command(attempt, request))
    attempt.save(update_fields=["command"])
    return attempt


def _check(request: PaymentRequest) -> None:
    expected = (
        Settlement.objects.filter(order_id=request.order_id).aggregate(
            total=Sum("cash_minor")
        )["total"]
        or 0
    )
    expected = chargeable(expected, request.currency)
    if request.amount_minor != expected:
        raise NotPayableError(
            _("The amount to pay is not the order's: %(asked)s instead of %(due)s.")
            % {"asked": request.amount_minor, "due": expected}
        )
    if request.amount_minor < minimum_charge(request.currency):
        raise NotPayableError(_("This amount is too small to be charged to a card."))
    if request.amount_minor > MOST_AT_ONCE:
        raise NotPayableError(
            _(
                "This amount is too large to be charged to a card at once. "
                "Please order in several parts."
            )
        )


def _session_command(attempt: PaymentAttempt, request: PaymentRequest) -> NewCommand:
    natural_key = f"session:{attempt.pk}"
    metadata = {
        "command": natural_key,
        "attempt": str(attempt.pk),
        "order": request.order_public_id,
    }
    # One line for the whole order, so that Stripe never recomputes our discounts.
    line = {
        "quantity": 1,
        "price_data": {
            "currency": request.currency.lower(),
            "unit_amount": request.amount_minor,
            "product_data": {"name": request.description},
        },
    }
    return NewCommand(
        kind=CommandKind.OPEN_SESSION,
        natural_key=natural_key,
        payload={
            "mode": "payment",
            "ui_mode": "hosted_page",
            "line_items": [line],
            "client_reference_id": request.order_public_id,
            "customer_email": request.email,
            "success_url": request.success_url,
            "cancel_url": request.cancel_url,
            "expires_at": int(attempt.expires_at.timestamp()),
            "metadata": metadata,
            "payment_intent_data": {
                "description": request.description,
                "transfer_group": attempt.transfer_group,
                "metadata": metadata,
            },
        },
        at=attempt.created_at,
    )


def start_session(*, attempt_id: int, now: datetime) -> PaymentAttempt:
    """Open the attempt's page at Stripe now, in this process; return the attempt.

    Call it outside a transaction. Without an answer the attempt stays "requested" and
    a worker goes on.
    """
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    if attempt.status == PaymentStatus.REQUESTED and attempt.command_id is not None:
        commands.run(command_id=attempt.command_id, now=now)
        attempt.refresh_from_db()
    return attempt


def sync_payment(*, attempt_id: int, now: datetime) -> PaymentAttempt:
    """Ask Stripe what became of the attempt's page, and book it; return the attempt.

    Call it outside a transaction. Raises UnavailableError if Stripe does not answer.
    """
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    if _learn(attempt, now) is not None:
        attempt.refresh_from_db()
    return attempt


def _learn(attempt: PaymentAttempt, now: datetime) -> SessionFacts | None:
    if attempt.session_id is None:
        return None
    facts = connect().session(attempt.session_id)
    apply_session(attempt_id=attempt.pk, facts=facts, now=now)
    return facts


def latest_attempt(*, order_id: int) -> PaymentAttempt | None:
    """Return the order's last attempt, if it ever asked for money."""
    return PaymentAttempt.objects.filter(order_id=order_id).order_by("-pk").first()


@transaction.atomic
def request_expiry(*, attempt_id: int, now: datetime) -> MoneyCommand | None:
    """Give an unpaid attempt up: its page is closed at Stripe first, by a command.

    Locks the attempt. The stock may be freed when "payment.expired" comes, not before:
    the buyer may be paying this very second. While one command waits, for an answer or
    for our key, there is no other; after one that left the page open there is. None
    where no page is open.
    """
    attempt = PaymentAttempt.objects.select_for_update(no_key=True).get(pk=attempt_id)
    if attempt.status == PaymentStatus.OPEN:
        return issue(
            NewCommand(
                kind=CommandKind.EXPIRE_SESSION,
                natural_key=_expiry_key(attempt),
                payload={"session": attempt.session_id, "attempt": attempt.pk},
                at=now,
            )
        )
    if attempt.status == PaymentStatus.REQUESTED and _withdraw(attempt, now):
        give_up(attempt=attempt, status=PaymentStatus.EXPIRED, now=now)
    return None


def _expiry_key(attempt: PaymentAttempt) -> str:
    name = f"expire:{attempt.pk}:"
    finished = MoneyCommand.objects.filter(natural_key__startswith=name).exclude(
        state__in=(*OPEN_STATES, CommandState.HELD)
    )
    return f"{name}{finished.count() + 1}"


def _withdraw(attempt: PaymentAttempt, now: datetime) -> bool:
    # Only a command that no worker has ever taken can be withdrawn, or has any more:
    # nobody was told the page's address, so it cannot be paid.
    never_taken = Q(state=CommandState.PENDING, attempts=0)
    withdrawn = MoneyCommand.objects.filter(
        never_taken | Q(state=CommandState.HELD), payment=attempt
    ).update(state=CommandState.WITHDRAWN, finished_at=now)
    return withdrawn == 1


@transaction.atomic
def book_free_order(*, order_id: int, now: datetime) -> None:
    """Book an order that points or vouchers pay in full: Stripe has no part in it.

    Locks the settlements. Booking twice changes nothing.

    Raises NotPayableError if something is left to pay.
    """
    settlements = list(
        Settlement.objects.select_for_update(no_key=True)
        .filter(order_id=order_id)
        .order_by("pk")
    )
    if any(row.cash_minor for row in settlements):
        raise NotPayableError(_("Something of this order is left to pay."))
    if any(row.state != SettlementState.UNPAID for row in settlements):
        return
    ledger.post(
        journals.capture(
            key=f"capture:order:{order_id}",
            settlements=settlements,
            cash_minor=0,
            booked_at=now,
            ref={"order": order_id},
        )
    )
    hold(settlements=settlements, paid_at=now)
    outbox.emit(topic="payment.succeeded", key=str(order_id), now=now)


def sweep(*, now: datetime) -> int:
    """Ask Stripe about pages past their time that we heard nothing of; return how many.

    A page that is still open there is closed; one whose money takes days is asked about
    again later. One that nobody can make sense of is reported and passed over. Raises
    UnavailableError if Stripe does not answer.
    """
    overdue = PaymentAttempt.objects.filter(
        status__in=_UNPAID, expires_at__lt=now - _SWEEP_AFTER
    )
    attempt_ids = list(
        overdue.order_by("expires_at").values_list("pk", flat=True)[:100]
    )
    for attempt_id in attempt_ids:
        try:
            _hear_of(attempt_id, now)
        except (GatewayRefusedError, AmountDiffersError):
            # The oldest comes first every time: it must not keep all others waiting.
            log.exception("Payment attempt %s", attempt_id)
    return len(attempt_ids)


def _hear_of(attempt_id: int, now: datetime) -> None:
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    facts = _learn(attempt, now)
    unpaid = PaymentAttempt.objects.filter(pk=attempt_id, status__in=_UNPAID)
    if facts is not None and facts.is_delayed:
        unpaid.update(expires_at=now + _DELAYED)
    elif unpaid.exists():
        request_expiry(attempt_id=attempt_id, now=now)
