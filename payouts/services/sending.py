"""When released money leaves: at once, or in a run; never too little of it.

What is released and not sent yet stays due, and its settlements stay "released". A
sweep sends them when there is enough and the seller's account is out of the red, or the
next run does.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from marketplace.core.money import movable
from marketplace.db import outbox
from payouts.models import (
    AccountKind,
    LedgerBalance,
    PaymentAttempt,
    RecipientStatus,
    RefundLine,
    RefundState,
    Settlement,
    SettlementHold,
    SettlementState,
    TransferState,
    VendorPayoutAccount,
    VendorReserve,
    VendorTransfer,
)
from payouts.models.settlement import HELD_STATES
from payouts.services.due import Position, lock_accounts, payable_now
from payouts.services.providers import Source, provider_of
from payouts.services.transfer import (
    Outflow,
    amounts_of,
    pay,
    send,
)
from vendors.models import Vendor

IN_RUNS = "runs"
_BEING_REFUNDED = (RefundState.REQUESTED, RefundState.REFUNDING)


def send_released(*, outflows: Sequence[Outflow], now: datetime) -> None:
    """Send what was just released, and what waited with it, unless runs do that.

    Runs in the transaction of the release, which holds the settlements. Locks the
    sellers' payout accounts.
    """
    if settings.TRANSFERS == IN_RUNS or not outflows:
        return
    _send_all({each.settlement.vendor_id for each in outflows}, outflows, now)


@transaction.atomic
def send_waiting(*, vendor_ids: Collection[int], now: datetime) -> int:
    """Send all that sellers are due, sales and the rest; return how many settlements.

    The rest is what no single sale brought: a credit, a reserve that came back. It is
    paid from the platform's balance. Locks the settlements that wait, then the sellers'
    payout accounts. Doing it twice sends nothing more.
    """
    sent = _send_all(vendor_ids, [], now)
    _send_rests(lock_accounts(vendor_ids), None, now)
    return sent


@transaction.atomic
def send_at_most(*, caps: dict[Position, int], now: datetime) -> None:
    """Send sellers what they are due, but no more than `caps` says; for a run.

    What was released since, and what is due in another currency, goes on waiting. Locks
    as `send_waiting`.
    """
    vendor_ids = {vendor_id for vendor_id, _currency in caps}
    left = dict(caps)
    _send_all(vendor_ids, [], now, caps=left)
    _send_rests(lock_accounts(vendor_ids), left, now)


def _send_all(
    vendor_ids: Collection[int],
    known: Sequence[Outflow],
    now: datetime,
    *,
    caps: dict[Position, int] | None = None,
) -> int:
    outflows = [*_waiting(vendor_ids, known, now), *known]
    accounts = lock_accounts(vendor_ids)
    due = payable_now(accounts)
    if caps is not None:
        outflows = _within(outflows, due, caps)
    ready = [each for each in outflows if _is_ready(each, accounts, due)]
    before = dict(due)
    done = pay(outflows=ready, accounts=accounts, due=due)
    if caps is not None:
        for position in caps:
            caps[position] -= before.get(position, 0) - due[position]
    if done:
        keys = [str(row.vendor_order_id) for row in done]
        outbox.emit_many(topic="settlement.transferred", keys=keys, now=now)
    return len(ready)


def _within(
    outflows: Sequence[Outflow], due: dict[Position, int], caps: dict[Position, int]
) -> list[Outflow]:
    """Return what fits under the caps; the last one of a seller may be cut."""
    left = dict(caps)
    found = []
    for each in outflows:
        position = (each.settlement.vendor_id, each.settlement.currency)
        if position not in caps or left[position] <= 0 < each.amount_minor:
            continue
        amount = min(each.amount_minor, left[position])
        left[position] -= amount
        found.append(Outflow(each.settlement, amount, each.at))
    for position, cap in caps.items():
        due[position] = min(due[position], cap)
    return found


def _send_rests(
    accounts: dict[int, VendorPayoutAccount],
    caps: dict[Position, int] | None,
    now: datetime,
) -> None:
    rests: list[VendorTransfer] = []
    for position, amount in _rests(accounts).items():
        most = amount if caps is None else min(amount, caps.get(position, 0))
        account = accounts.get(position[0])
        if account and most > 0 and _may_be_sent(account, position, most):
            rests += _rest_of(account, position, most, now)
    send(transfers=rests, accounts=accounts, groups={})


def _waiting(
    vendor_ids: Collection[int], known: Iterable[Outflow], now: datetime
) -> list[Outflow]:
    """Lock the settlements whose released money was not sent yet, the oldest first."""
    stopped = SettlementHold.objects.filter(lifted_at=None).values("settlement")
    rows = (
        _unsent_settlements(vendor_ids)
        .exclude(pk__in=[each.settlement.pk for each in known])
        .exclude(pk__in=stopped)
        # What somebody else holds goes with the next sweep: nobody waits in a circle.
        .select_for_update(no_key=True, skip_locked=True)
        .order_by("pk")
    )
    unsent = _unsent(list(rows))
    return [
        Outflow(row, minor, now)
        for row, minor in unsent
        if minor or row.state == SettlementState.RELEASED
    ]


def _unsent_settlements(vendor_ids: Collection[int]) -> QuerySet[Settlement]:
    # A sale that leaves in several parcels is held while a part of it is released.
    is_partly = Q(state__in=HELD_STATES, released_minor__gt=0)
    return Settlement.objects.filter(
        is_partly | Q(state=SettlementState.RELEASED), vendor_id__in=vendor_ids
    )


def _unsent(rows: Sequence[Settlement]) -> list[tuple[Settlement, int]]:
    """Return how much of each settlement is released, not sent and not in reserve."""
    sent = dict(
        VendorTransfer.objects.filter(settlement__in=rows)
        .exclude(state=TransferState.WITHDRAWN)
        .values_list("settlement_id")
        .annotate(total=Sum(F("amount_minor") - F("reversed_minor")))
    )
    kept = dict(
        VendorReserve.objects.filter(settlement__in=rows)
        .values_list("settlement_id")
        .annotate(total=Sum(F("withheld_minor") - F("released_minor")))
    )
    found = []
    for row in rows:
        left = min(row.released_minor - row.taken_minor, row.left_minor)
        gone = sent.get(row.pk, 0) + kept.get(row.pk, 0)
        found.append((row, max(0, left - gone)))
    return found


def _is_ready(
    outflow: Outflow,
    accounts: dict[int, VendorPayoutAccount],
    due: dict[Position, int],
) -> bool:
    row = outflow.settlement
    position = (row.vendor_id, row.currency)
    account = accounts.get(row.vendor_id)
    if account is None:
        return False
    # What a debt has eaten up, or was given back, is done without a transfer.
    if due[position] <= 0 or not outflow.amount_minor:
        return True
    return _may_be_sent(account, position, due[position])


def _may_be_sent(account: VendorPayoutAccount, position: Position, due: int) -> bool:
    return account.is_payable and why_not(account, position[1], due) == ""


def why_not(account: VendorPayoutAccount, currency: str, due: int) -> str:
    """Say why what is due is not sent: "", "suspended", "too_little" or "red".

    "red" is a balance at Stripe below zero: what is sent there fills the hole, its bank
    never sees it, and so would the next. What a suspended shop is due waits until it
    opens again.
    """
    if account.vendor.state == Vendor.State.SUSPENDED:
        return "suspended"
    if account.is_in_the_red and not account.is_paid_in_the_red:
        return "red"
    if movable(due, currency) < max(1, minimum_transfer(currency)):
        return "too_little"
    return ""


def minimum_transfer(currency: str) -> int:
    """Return the least that is sent at once, in minor units."""
    amounts: dict[str, int] = settings.MINIMUM_TRANSFER
    return amounts.get(currency, 1)


def _rests(vendor_ids: Collection[int]) -> dict[Position, int]:
    """Return what is due beyond the sales that wait and the refunds on their way.

    In this order: a refund that is booked meanwhile is taken out twice rather than not
    at all, and so is a sale that is released.
    """
    refunds = list(
        RefundLine.objects.filter(
            request__state__in=_BEING_REFUNDED,
            settlement_line__settlement__vendor_id__in=vendor_ids,
            settlement_line__settlement__released_minor__gt=0,
        )
        .values_list(
            "settlement_line__settlement__vendor_id",
            "settlement_line__settlement__currency",
        )
        .annotate(total=Sum("vendor_minor"))
    )
    rests = payable_now(vendor_ids)
    rows = list(_unsent_settlements(vendor_ids))
    waiting = [(row.vendor_id, row.currency, minor) for row, minor in _unsent(rows)]
    for vendor_id, currency, amount in (*waiting, *refunds):
        rests[vendor_id, currency] -= amount
    return {key: amount for key, amount in rests.items() if amount > 0}


def _rest_of(
    account: VendorPayoutAccount, position: Position, amount: int, now: datetime
) -> list[VendorTransfer]:
    vendor_id, currency = position
    # Without a sale of its own it goes at the newest rate that Stripe has used.
    payment = (
        PaymentAttempt.objects.filter(currency=currency, settled_minor__gt=0)
        .order_by("-pk")
        .first()
    )
    source = Source(currency=currency, payment=payment)
    number = VendorTransfer.objects.filter(
        vendor_id=vendor_id, currency=currency, settlement=None
    ).count()
    return [
        VendorTransfer(
            vendor_id=vendor_id,
            sequence=sequence,
            created_at=now,
            **amounts_of(part, currency),
        )
        for sequence, part in enumerate(
            provider_of(account).divide(amount, source), start=number + 1
        )
    ]


def sweep(*, now: datetime) -> int:
    """Send what waits, unless runs do that; return how many sellers were looked at.

    Each seller in a transaction of its own.
    """
    vendor_ids = sellers_waiting()
    for vendor_id in vendor_ids:
        send_waiting(vendor_ids=[vendor_id], now=now)
    return len(vendor_ids)


def sellers_waiting() -> list[int]:
    """Return the sellers for whom `send_waiting` may send something; none for runs."""
    return [] if settings.TRANSFERS == IN_RUNS else sellers_due()


def sellers_due() -> list[int]:
    """Return the sellers who can be paid and are due something that is not on its way.

    Also those with a sale that waits, though a debt may have eaten it up.
    """
    owed = LedgerBalance.objects.filter(
        account__kind=AccountKind.VENDOR_PAYABLE,
        posted_minor__gt=0,
        account__vendor__payout_account__recipient_status=RecipientStatus.ACTIVE,
    ).values_list("account__vendor_id", flat=True)
    due = payable_now(set(owed))
    waiting = Settlement.objects.filter(
        state=SettlementState.RELEASED,
        vendor__payout_account__recipient_status=RecipientStatus.ACTIVE,
    )
    return sorted(
        {vendor_id for (vendor_id, _currency), minor in due.items() if minor > 0}
        | set(waiting.values_list("vendor_id", flat=True))
    )
