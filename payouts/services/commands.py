"""Carry commands to Stripe, each exactly once: claim, call, record.

Three short steps, and no transaction is open while Stripe is asked. A worker that dies
between two of them leaves a lease that expires; the next one asks with the same key.
"""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db import outbox
from marketplace.db.wake import wake
from payouts.gateway import (
    AmbiguousError,
    Gateway,
    GatewayRefusedError,
    InsufficientFundsError,
    KeyRefusedError,
    UnavailableError,
    connect,
)
from payouts.models import CommandKind, CommandState, MoneyCommand
from payouts.models.command import OPEN_STATES
from payouts.services.account_commands import OpenAccount
from payouts.services.dispute_evidence import ConcedeDispute, SendEvidence
from payouts.services.handlers import Answer, Handler
from payouts.services.issuing import WAKE_TOPIC
from payouts.services.refund_commands import MakeRefund
from payouts.services.sessions import ExpireSession, OpenSession
from payouts.services.transfer_commands import (
    MakeTransfer,
    ReverseTransfer,
    reopen_transfer,
    withdraw_elsewhere,
)

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
# Stripe forgets a key after 24 hours; an hour early is early enough.
KEY_LIFE = timedelta(hours=23)
FUNDS_DELAY = timedelta(hours=1)
_BACKOFF = timedelta(seconds=5)
_BACKOFF_MOST = timedelta(hours=1)
_DOUBLINGS_MOST = 10
_FAULTS = (
    UnavailableError,
    AmbiguousError,
    InsufficientFundsError,
    GatewayRefusedError,
)

HANDLERS: dict[str, Handler] = {
    CommandKind.OPEN_SESSION: OpenSession(),
    CommandKind.EXPIRE_SESSION: ExpireSession(),
    CommandKind.REFUND: MakeRefund(),
    CommandKind.TRANSFER: MakeTransfer(),
    CommandKind.REVERSAL: ReverseTransfer(),
    CommandKind.OPEN_ACCOUNT: OpenAccount(),
    CommandKind.EVIDENCE: SendEvidence(),
    CommandKind.CONCEDE: ConcedeDispute(),
}


class TakenOverError(Exception):
    """Another worker has this command: leave it alone."""


class NotSetAsideError(RefusedError):
    """Only what was refused for good can be set aside, and once."""

    code = "command.not_set_aside"


class AlreadySetAsideError(NotSetAsideError):
    """Somebody has done it, perhaps with the click before."""

    code = "command.already_set_aside"


class NotRetryableError(RefusedError):
    """Only a command that failed can be sent again."""

    code = "command.not_retryable"


def run_due_commands(*, now: datetime, limit: int = 100) -> int:
    """Carry out up to `limit` commands that are due; return how many were tried."""
    for done in range(limit):
        command = _claim(MoneyCommand.objects.all(), now)
        if command is None:
            return done
        _carry_out(command, now)
    return limit


def run(*, command_id: int, now: datetime) -> None:
    """Carry out one command now, unless it is done or another worker has it."""
    command = _claim(MoneyCommand.objects.filter(pk=command_id), now)
    if command is not None:
        _carry_out(command, now)


@transaction.atomic
def retry(*, command_id: int, now: datetime) -> int:
    """Send a failed command again with a new key; return how many are sent.

    One that was held back for our own key goes on with its old key, and with it all
    others that were: they have the same cause. A transfer to an account that is not its
    seller's any more is given up instead: the next sweep sends what is due. Raises
    NotRetryableError if it has not failed, or what it reserved was given back.
    """
    held = MoneyCommand.objects.filter(state=CommandState.HELD)
    if held.filter(pk=command_id).exists() and (sent := _send_what_was_held(now)):
        return sent
    command = MoneyCommand.objects.select_for_update(no_key=True).get(pk=command_id)
    # Held back since we looked: then its key is the one that must stay.
    if command.state == CommandState.HELD or not command.may_be_sent_again:
        raise NotRetryableError(
            _("Only a failed transfer or account can be sent again.")
        )
    if withdraw_elsewhere(command=command, now=now):
        return 0
    reopen_transfer(command=command)
    _with_new_key(command)
    command.state = CommandState.PENDING
    command.due_at = now
    command.finished_at = None
    command.save()
    wake(WAKE_TOPIC)
    return 1


@transaction.atomic
def set_aside(*, command_id: int, reason: str) -> MoneyCommand:
    """Note why nobody has to look at a refused command any more.

    Locks it. Raises NotSetAsideError if it can go on, AlreadySetAsideError if it is.
    """
    command = MoneyCommand.objects.select_for_update(no_key=True).get(pk=command_id)
    if command.set_aside_for:
        raise AlreadySetAsideError(_("It is set aside already."))
    if not command.may_be_set_aside:
        raise NotSetAsideError(_("Only what was refused for good can be set aside."))
    command.set_aside_for = reason
    command.save(update_fields=["set_aside_for"])
    return command


@transaction.atomic
def _claim(candidates: QuerySet[MoneyCommand], now: datetime) -> MoneyCommand | None:
    command = (
        candidates.filter(state__in=OPEN_STATES, due_at__lte=now)
        .order_by("due_at", "pk")
        .select_for_update(no_key=True, skip_locked=True)
        .first()
    )
    if command is None:
        return None
    if command.state == CommandState.PENDING:
        command.state = CommandState.SENT
    elif command.first_sent_at and now - command.first_sent_at > KEY_LIFE:
        command.state = CommandState.AMBIGUOUS
    command.first_sent_at = command.first_sent_at or now
    command.attempts += 1
    command.lease_until = command.due_at = now + LEASE
    command.save()
    return command


def _carry_out(command: MoneyCommand, now: datetime) -> None:
    handler = HANDLERS[command.kind]
    try:
        answer = _ask(handler, connect(), command, now)
    except TakenOverError:
        log.info("%s was taken over by another worker", command)
    except _FAULTS as error:
        _meet(error, command, handler, now)
    else:
        _record(command, handler, answer, now)


def _meet(
    error: Exception, command: MoneyCommand, handler: Handler, now: datetime
) -> None:
    """Do what follows from an answer that is none, or is no."""
    match error:
        case KeyRefusedError():
            _hold_back(command, error, now)
        case UnavailableError():
            _postpone(command, now, error, command.state)
        case AmbiguousError():
            _postpone(command, now, error, CommandState.AMBIGUOUS)
        case InsufficientFundsError() if not handler.is_final_without_funds:
            _wait_for_funds(command, now, error)
        case _:
            _refuse(command, handler, error, now)


def _ask(
    handler: Handler, gateway: Gateway, command: MoneyCommand, now: datetime
) -> Answer:
    if command.state != CommandState.AMBIGUOUS:
        return handler.call(gateway, command)
    found = handler.find(gateway, command)
    if found is not None:
        return found
    _send_anew(command, now)
    return handler.call(gateway, command)


def _send_anew(command: MoneyCommand, now: datetime) -> None:
    """Write a new key, safe in the row before it is used: it was never done.

    Raises TakenOverError if that is not so sure any more: looking may have taken longer
    than the lease, and whoever has the command now has sent it with a key of theirs.
    """
    old_key = command.idempotency_key
    command.idempotency_key = uuid.uuid4()
    command.first_sent_at = now
    command.state = CommandState.SENT
    is_ours = (
        _open(command)
        .filter(idempotency_key=old_key)
        .update(
            idempotency_key=command.idempotency_key,
            first_sent_at=now,
            state=command.state,
        )
    )
    if not is_ours:
        raise TakenOverError(str(command))


def _with_new_key(command: MoneyCommand) -> None:
    command.idempotency_key = uuid.uuid4()
    command.first_sent_at = None


def _open(command: MoneyCommand) -> QuerySet[MoneyCommand]:
    # Another worker may have finished it after our lease ran out.
    return MoneyCommand.objects.filter(pk=command.pk, state__in=OPEN_STATES)


def _postpone(
    command: MoneyCommand, now: datetime, error: Exception, state: str
) -> None:
    doublings = min(command.attempts, _DOUBLINGS_MOST)
    delay = min(_BACKOFF * 2**doublings, _BACKOFF_MOST)
    _open(command).update(
        state=state, due_at=now + delay, lease_until=None, error=str(error)[:2000]
    )


@transaction.atomic
def _hold_back(command: MoneyCommand, error: Exception, now: datetime) -> None:
    is_held = _open(command).update(
        state=CommandState.HELD,
        finished_at=now,
        lease_until=None,
        error=str(error)[:2000],
    )
    if is_held:
        outbox.emit(topic="command.failed", key=str(command.pk), now=now)


def _send_what_was_held(now: datetime) -> int:
    held = MoneyCommand.objects.filter(state=CommandState.HELD).select_for_update(
        no_key=True
    )
    keys = list(held.order_by("pk").values_list("pk", flat=True))
    # With the old keys: one may have been sent, unheard, before ours was refused.
    MoneyCommand.objects.filter(pk__in=keys).update(
        state=CommandState.SENT, due_at=now, finished_at=None
    )
    wake(WAKE_TOPIC)
    return len(keys)


def _wait_for_funds(command: MoneyCommand, now: datetime, error: Exception) -> None:
    # Stripe replays the refusal for the old key.
    _open(command).update(
        state=CommandState.PENDING,
        idempotency_key=uuid.uuid4(),
        first_sent_at=None,
        lease_until=None,
        due_at=now + FUNDS_DELAY,
        error=str(error)[:2000],
    )


@transaction.atomic
def _record(
    command: MoneyCommand, handler: Handler, answer: Answer, now: datetime
) -> None:
    locked = _open(command).select_for_update(no_key=True).first()
    if locked is None:
        return
    locked.state = CommandState.DONE
    locked.stripe_id = answer.stripe_id
    locked.finished_at = now
    locked.lease_until = None
    locked.error = ""
    locked.save()
    handler.record(locked, answer, now)


@transaction.atomic
def _refuse(
    command: MoneyCommand, handler: Handler, error: Exception, now: datetime
) -> None:
    locked = _open(command).select_for_update(no_key=True).first()
    if locked is None:
        return
    locked.state = CommandState.FAILED
    locked.finished_at = now
    locked.lease_until = None
    locked.error = str(error)[:2000]
    if isinstance(error, InsufficientFundsError) and handler.is_final_without_funds:
        # An answer, not a fault: there is nothing for a person to do.
        locked.set_aside_for = _(
            "Their balance does not cover it, so they owe it: it is kept back from"
            " what they are paid next."
        )
    locked.save()
    handler.refuse(locked, error, now)
    outbox.emit(topic="command.failed", key=str(locked.pk), now=now)
