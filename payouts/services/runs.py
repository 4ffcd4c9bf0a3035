"""Runs: a preview of what sellers are due, approved by two people, then sent."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Avg, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.errors import RefusedError
from marketplace.core.money import Money, exponent, movable
from marketplace.db.amounts import written_amount
from payouts.models import (
    AccountKind,
    LedgerBalance,
    Obstacle,
    PayoutRun,
    PayoutRunItem,
    RunState,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.models.run import reason_of
from payouts.services.due import payable_now
from payouts.services.sending import IN_RUNS, send_at_most, why_not

__all__ = [
    "PayoutRun",
    "RunRefusedError",
    "approve",
    "cancel",
    "choose",
    "less_by_now",
    "prepare",
    "total_of",
]

# So many sellers fit into a notice.
_NAMED = 5
_OPEN = (RunState.PREPARED, RunState.APPROVED)
_HELD = (AccountKind.VENDOR_HELD, AccountKind.VENDOR_RESERVE)


class RunRefusedError(RefusedError):
    """A run that cannot be prepared or approved like this; says why."""

    code = "run.refused"


@transaction.atomic
def prepare(*, currency: str, by: int, now: datetime) -> PayoutRun:
    """Write down what each seller is due in a currency; nothing is sent.

    A run that was open is given up: its approvals were for other amounts.

    Raises RunRefusedError if nobody is due anything.
    """
    for run in PayoutRun.objects.select_for_update(no_key=True).filter(
        currency=currency, state__in=_OPEN
    ):
        _close(run, RunState.CANCELLED)
    items = _items(currency)
    if not any(item.is_included for item in items):
        raise RunRefusedError(_why_nobody(items, currency))
    run = PayoutRun(currency=currency, prepared_by_id=by, prepared_at=now)
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError as error:
        raise RunRefusedError(_("Somebody else has just prepared a run.")) from error
    for item in items:
        item.run = run
    PayoutRunItem.objects.bulk_create(items)
    return run


def _why_nobody(items: Sequence[PayoutRunItem], currency: str) -> str:
    """Return who is due something that cannot be sent, and why."""
    rows = [_why_not_this_one(item, currency) for item in items[:_NAMED]]
    if more := len(items) - len(rows):
        rows.append(ngettext("and %(n)s other", "and %(n)s others", more) % {"n": more})
    if rows:
        return _("Nobody can be paid just now: %(who)s.") % {"who": "; ".join(rows)}
    words = [_("Nothing is due in %(currency)s.") % {"currency": currency}]
    if settings.TRANSFERS != IN_RUNS:
        words.append(_("What is released leaves by itself within a minute."))
    return " ".join(words)


def _why_not_this_one(item: PayoutRunItem, currency: str) -> str:
    said = {
        "seller": item.vendor.name,
        "sum": written_amount(Money(abs(item.due_minor), currency)),
    }
    if item.due_minor < 0:
        return _("%(seller)s owes %(sum)s") % said
    why = reason_of(item.obstacle, _account_of(item))
    return _("%(seller)s waits for %(sum)s (%(why)s)") % {**said, "why": why}


def _account_of(item: PayoutRunItem) -> VendorPayoutAccount | None:
    rows = VendorPayoutAccount.objects.filter(vendor_id=item.vendor_id)
    return rows.first()


def _items(currency: str) -> list[PayoutRunItem]:
    balances = LedgerBalance.objects.filter(account__currency=currency)
    vendor_ids = set(balances.values_list("account__vendor_id", flat=True))
    held = dict(
        balances.filter(account__kind__in=_HELD)
        .values_list("account__vendor_id")
        .annotate(total=Sum("posted_minor"))
    )
    usual = dict(
        PayoutRunItem.objects.filter(run__currency=currency, paid_minor__gt=0)
        .values_list("vendor_id")
        .annotate(mean=Avg("paid_minor"))
    )
    accounts = {
        row.vendor_id: row
        for row in VendorPayoutAccount.objects.filter(
            vendor_id__in=vendor_ids
        ).select_related("vendor")
    }
    due = payable_now(vendor_ids)
    return [
        _item(vendor_id, minor, currency, accounts.get(vendor_id), held, usual)
        for (vendor_id, own), minor in sorted(due.items(), key=lambda each: -each[1])
        if own == currency and minor
    ]


def _item(
    vendor_id: int,
    due: int,
    currency: str,
    account: VendorPayoutAccount | None,
    held: dict[int, int],
    usual: dict[int, float],
) -> PayoutRunItem:
    obstacle = _obstacle(account, currency, due)
    return PayoutRunItem(
        vendor_id=vendor_id,
        due_minor=due,
        held_minor=held.get(vendor_id, 0),
        usual_minor=round(usual.get(vendor_id, 0)),
        obstacle=obstacle,
        is_included=obstacle == "",
    )


def _obstacle(account: VendorPayoutAccount | None, currency: str, due: int) -> str:
    if due < 0:
        return Obstacle.DEBT
    if account is None or not account.is_payable:
        return Obstacle.NOT_PAYABLE
    return why_not(account, currency, due)


@transaction.atomic
def choose(
    *, run_id: int, vendor_ids: Collection[int], among: Collection[int]
) -> PayoutRun:
    """Pay these sellers in the run and leave the others for the next.

    `among` are those who were looked at: the others of the run stay as they are.
    Locks the run. Raises RunRefusedError once somebody has approved it.
    """
    run = PayoutRun.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.state != RunState.PREPARED:
        raise RunRefusedError(
            _("Somebody has approved this run. Calculate it again to change it.")
        )
    payable = run.items.filter(obstacle="", vendor_id__in=among)
    payable.update(is_included=False)
    payable.filter(vendor_id__in=vendor_ids).update(is_included=True)
    return run


@transaction.atomic
def approve(*, run_id: int, whole: int, by: int, now: datetime) -> PayoutRun:
    """Approve a run; the second person's approval sends it.

    `whole` is the total in whole units, as the person typed it. Sends each seller what
    they are due now, and no more than the preview says. Locks the run, then what
    sending locks. A second click changes nothing.

    Raises RunRefusedError for another total, for a person who has approved before, or
    a run that is closed.
    """
    run = PayoutRun.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.state == RunState.EXECUTED and run.second_by_id == by:
        return run
    if run.state not in _OPEN:
        raise RunRefusedError(_("This run is closed."))
    if whole != total_of(run) // 10 ** exponent(run.currency):
        raise RunRefusedError(
            _(
                "That is not the total of this run. Read it and type its whole units, "
                "without the cents and not rounded."
            )
        )
    if run.state == RunState.PREPARED:
        run.state, run.first_by_id, run.first_at = RunState.APPROVED, by, now
        run.save()
        return run
    if run.first_by_id == by:
        raise RunRefusedError(
            _("You have approved this run. A second person has to look at it.")
        )
    run.second_by_id, run.second_at = by, now
    _execute(run, now)
    _close(run, RunState.EXECUTED)
    return run


def total_of(run: PayoutRun) -> int:
    """Return what the run pays at most."""
    rows = run.items.filter(is_included=True)
    return rows.aggregate(total=Sum("due_minor", default=0))["total"]


def _execute(run: PayoutRun, now: datetime) -> None:
    items = list(run.items.filter(is_included=True))
    # What left without a run, at this very moment, is none of this one's.
    others = list(_sent(items, run.currency, now).values_list("pk", flat=True))
    send_at_most(
        caps={(item.vendor_id, run.currency): item.due_minor for item in items},
        now=now,
    )
    sent = _sent(items, run.currency, now).exclude(pk__in=others)
    paid = dict(sent.values_list("vendor_id").annotate(total=Sum("amount_minor")))
    sent.update(run=run)
    vendor_ids = [item.vendor_id for item in items]
    # Sending has locked them.
    accounts = VendorPayoutAccount.objects.select_related("vendor").in_bulk(
        vendor_ids, field_name="vendor_id"
    )
    left = payable_now(vendor_ids)
    for item in items:
        item.paid_minor = paid.get(item.vendor_id, 0)
        was_due = left[item.vendor_id, run.currency] + item.paid_minor
        item.unpaid_because = _why_less(
            item, run.currency, was_due, accounts.get(item.vendor_id)
        )
    PayoutRunItem.objects.bulk_update(items, ["paid_minor", "unpaid_because"])


def _why_less(
    item: PayoutRunItem,
    currency: str,
    was_due: int,
    account: VendorPayoutAccount | None,
) -> str:
    """Say why a seller was sent less than the preview said; "" if they were not."""
    if (item.paid_minor or 0) >= movable(item.due_minor, currency):
        return ""
    is_less = was_due < item.due_minor
    if was_due <= 0:
        return Obstacle.LESS
    obstacle = _obstacle(account, currency, min(was_due, item.due_minor))
    return obstacle or (Obstacle.LESS if is_less else Obstacle.STOPPED)


def _sent(
    items: Iterable[PayoutRunItem], currency: str, now: datetime
) -> QuerySet[VendorTransfer]:
    return VendorTransfer.objects.filter(
        vendor_id__in=[item.vendor_id for item in items],
        currency=currency,
        created_at=now,
        run=None,
    )


def less_by_now(run: PayoutRun) -> dict[int, int]:
    """Return what sellers are due now, of those whom an open run promises more.

    By the seller's key, in the run's minor units. Takes no lock: sending looks again.
    """
    if run.state not in _OPEN:
        return {}
    rows = run.items.filter(is_included=True)
    promised = dict(rows.values_list("vendor_id", "due_minor"))
    due = payable_now(promised)
    now = {vendor_id: due[vendor_id, run.currency] for vendor_id in promised}
    return {key: minor for key, minor in now.items() if minor < promised[key]}


@transaction.atomic
def cancel(*, run_id: int) -> PayoutRun:
    """Give a run up before it is sent. Locks it.

    Raises RunRefusedError once it is executed.
    """
    run = PayoutRun.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.state == RunState.EXECUTED:
        raise RunRefusedError(_("This run has been sent."))
    if run.state != RunState.CANCELLED:
        _close(run, RunState.CANCELLED)
    return run


def _close(run: PayoutRun, state: RunState) -> None:
    run.state = state
    run.save()
