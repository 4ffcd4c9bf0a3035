"""Move points. Each entry has a key, so a repeated call changes nothing.

Every function locks the account first. What the points are worth in the books is posted
by the flow that calls, through payouts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from loyalty.expiry import Lot, lost, lots_of, untold
from loyalty.models import PointsAccount, PointsEntry
from loyalty.selectors import left_of_earned
from loyalty.worth import Rule
from marketplace.core.errors import RefusedError
from marketplace.core.money import half_up

Kind = PointsEntry.Kind


class NotEnoughPointsError(RefusedError):
    """Fewer points are left than the buyer wants to spend."""

    code = "points.not_enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose points: an account, or an e-mail that has none yet."""

    user_id: int | None
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So many points and their worth; earned ones at which rate."""

    points: int
    value_minor: int
    currency: str
    rate_bps: int | None = None


@transaction.atomic
def hold(*, user_id: int, order_id: int, amount: Amount, now: datetime) -> PointsEntry:
    """Put points aside for an order that waits for its payment.

    Raises NotEnoughPointsError if fewer are available; then nothing is written.
    """
    account = _locked_account(Owner(user_id=user_id, email=""))
    if (found := _written(f"hold:{order_id}")) is not None:
        return found
    if account.available < amount.points:
        raise NotEnoughPointsError(
            _("You have %(left)d points left. Choose how many to use again.")
            % {"left": max(0, account.available)}
        )
    entry = PointsEntry(
        key=f"hold:{order_id}",
        kind=Kind.HOLD,
        order_id=order_id,
        available_delta=-amount.points,
        held_delta=amount.points,
    )
    return _write(account, entry, amount, now)


@transaction.atomic
def release_hold(*, order_id: int, now: datetime) -> PointsEntry | None:
    """Give the points of an order back that was not paid; None if it held none."""
    return _end_hold(order_id, Kind.UNHOLD, now)


@transaction.atomic
def spend_hold(*, order_id: int, now: datetime) -> PointsEntry | None:
    """Spend the points that an order holds, as it is paid; None if it held none."""
    return _end_hold(order_id, Kind.SPEND, now)


@transaction.atomic
def earn(
    *,
    owner: Owner,
    order_id: int,
    vendor_order_id: int,
    amount: Amount,
    spendable_at: datetime,
    now: datetime,
) -> PointsEntry | None:
    """Note the points for a confirmed part of an order; pending until `spendable_at`.

    None when there are none to earn. A guest's wait for the verified e-mail.
    """
    if amount.points <= 0:
        return None
    account = _locked_account(owner)
    key = f"earn:{vendor_order_id}"
    if (found := _written(key)) is not None:
        return found
    entry = PointsEntry(
        key=key,
        kind=Kind.EARN,
        order_id=order_id,
        vendor_order_id=vendor_order_id,
        pending_delta=amount.points,
        spendable_at=spendable_at,
        rate_bps=amount.rate_bps,
    )
    return _write(account, entry, amount, now)


@transaction.atomic
def vest(*, vendor_order_id: int, now: datetime) -> PointsEntry | None:
    """Let the pending points of a part be spent; None with none, or too early."""
    earned = _locked_earning(vendor_order_id)
    if earned is None or earned.spendable_at is None or earned.spendable_at > now:
        return None
    pending = _pending_of(vendor_order_id)
    if pending <= 0:
        return None
    entry = PointsEntry(
        key=f"vest:{vendor_order_id}",
        kind=Kind.VEST,
        order_id=earned.order_id,
        vendor_order_id=vendor_order_id,
        pending_delta=-pending,
        available_delta=pending,
    )
    amount = Amount(points=pending, value_minor=0, currency=earned.currency)
    return _write(earned.account, entry, amount, now)


@transaction.atomic
def note_told(
    *, account_id: int, rule: Rule, within: timedelta, now: datetime
) -> list[Lot]:
    """Note that an account's owner is told of points that are lost soon; return them.

    Locks the account. None the second time, and where they were spent meanwhile.
    """
    accounts = PointsAccount.objects.select_for_update(no_key=True)
    account = accounts.get(pk=account_id)
    if account.user_id is None:
        return []
    found = untold(
        lots_of(account.user_id, rule=rule),
        told_until=account.told_until,
        within=within,
        now=now,
    )
    if found:
        account.told_until = found[-1].expires_at
        account.save(update_fields=["told_until"])
    return found


@transaction.atomic
def claw_back(
    *,
    key: str,
    vendor_order_id: int,
    points: int,
    reason: str,
    now: datetime,
) -> PointsEntry | None:
    """Take points back that a part had earned; pending ones first.

    Takes no more than the part still gives; `available` may fall below zero. `key`
    names the cause (`refund:12`). The entry's `value_minor` is what the books must
    lose. None when nothing is left to take.
    """
    earned = _locked_earning(vendor_order_id)
    if earned is None:
        return None
    if (found := _written(f"claw:{key}")) is not None:
        return found
    taken = min(points, left_of_earned(vendor_order_id))
    if taken <= 0:
        return None
    from_pending = min(taken, _pending_of(vendor_order_id))
    value_minor = half_up(earned.value_minor * taken, earned.pending_delta)
    entry = PointsEntry(
        key=f"claw:{key}",
        kind=Kind.CLAW_BACK,
        order_id=earned.order_id,
        vendor_order_id=vendor_order_id,
        pending_delta=-from_pending,
        available_delta=from_pending - taken,
        reason=reason,
    )
    amount = Amount(points=taken, value_minor=value_minor, currency=earned.currency)
    return _write(earned.account, entry, amount, now)


@transaction.atomic
def give_back(
    *, key: str, order_id: int, amount: Amount, reason: str, now: datetime
) -> PointsEntry | None:
    """Return points that an order had spent, after a refund named by `key`.

    What is refunded was paid: points that are still held, for the refund was told
    before the payment, are spent first.
    """
    if amount.points <= 0:
        return None
    spent = _end_hold(order_id, Kind.SPEND, now)
    if spent is None or spent.kind != Kind.SPEND:
        return None
    account = _locked(spent.account_id)
    if (found := _written(f"back:{key}")) is not None:
        return found
    entry = PointsEntry(
        key=f"back:{key}",
        kind=Kind.GIVE_BACK,
        order_id=order_id,
        available_delta=amount.points,
        reason=reason,
    )
    return _write(account, entry, amount, now)


@transaction.atomic
def grant(
    *, key: str, user_id: int, amount: Amount, reason: str, now: datetime
) -> PointsEntry:
    """Give points away, for example for a delay; they may be spent at once."""
    account = _locked_account(Owner(user_id=user_id, email=""))
    if (found := _written(f"grant:{key}")) is not None:
        return found
    entry = PointsEntry(
        key=f"grant:{key}",
        kind=Kind.GRANT,
        available_delta=amount.points,
        reason=reason,
    )
    return _write(account, entry, amount, now)


@transaction.atomic
def expire(*, account_id: int, rule: Rule, now: datetime) -> PointsEntry | None:
    """Take the points that lived longer than the rule says; None with none.

    Locks the account. Once a day at most: what is lost later goes the day after.
    """
    account = _locked(account_id)
    points = lost(rule=rule, now=now, account_id=account_id).get(account_id, 0)
    key = f"expire:{account_id}:{now:%Y-%m-%d}"
    if points <= 0 or _written(key) is not None:
        return None
    entry = PointsEntry(key=key, kind=Kind.EXPIRE, available_delta=-points)
    amount = Amount(
        points=points, value_minor=rule.worth_of(points), currency=rule.currency
    )
    return _write(account, entry, amount, now)


@transaction.atomic
def join_guest(*, user_id: int, email: str) -> int:
    """Move the points that waited for a verified e-mail to its account.

    Entries keep their amounts and change their owner. Returns how many points came,
    pending ones included. A second call finds nothing.
    """
    guests = PointsAccount.objects.select_for_update().filter(user__isnull=True)
    guest = guests.filter(email=email.lower()).first()
    if guest is None:
        return 0
    account = _locked_account(Owner(user_id=user_id, email=""))
    PointsEntry.objects.filter(account=guest).update(account=account)
    for name in ("available", "pending", "held"):
        setattr(account, name, getattr(account, name) + getattr(guest, name))
    account.save(update_fields=["available", "pending", "held"])
    moved = guest.available + guest.pending
    guest.delete()
    return moved


def _end_hold(order_id: int, kind: Kind, now: datetime) -> PointsEntry | None:
    held = PointsEntry.objects.filter(order_id=order_id, kind=Kind.HOLD).first()
    if held is None:
        return None
    account = _locked(held.account_id)
    # One key for both ends: points are given back or spent, never both.
    if (found := _written(f"end-hold:{order_id}")) is not None:
        return found
    entry = PointsEntry(
        key=f"end-hold:{order_id}",
        kind=kind,
        order_id=order_id,
        held_delta=-held.held_delta,
        available_delta=held.held_delta if kind == Kind.UNHOLD else 0,
    )
    amount = Amount(
        points=held.held_delta, value_minor=held.value_minor, currency=held.currency
    )
    return _write(account, entry, amount, now)


def _locked_account(owner: Owner) -> PointsAccount:
    """Lock the account of somebody, making it where there is none."""
    wanted = _wanted(owner)
    accounts = PointsAccount.objects.select_for_update().filter(**wanted)
    if (found := accounts.first()) is not None:
        return found
    fresh = PointsAccount(**wanted)
    # Somebody else may be making it at this moment: then theirs is taken.
    PointsAccount.objects.bulk_create([fresh], ignore_conflicts=True)
    return accounts.get()


def _wanted(owner: Owner) -> dict[str, object]:
    if owner.user_id is not None:
        return {"user_id": owner.user_id}
    return {"user_id": None, "email": owner.email.lower()}


def _locked(account_id: int) -> PointsAccount:
    return PointsAccount.objects.select_for_update().get(pk=account_id)


def _locked_earning(vendor_order_id: int) -> PointsEntry | None:
    earned = PointsEntry.objects.filter(key=f"earn:{vendor_order_id}").first()
    if earned is not None:
        earned.account = _locked(earned.account_id)
    return earned


def _written(key: str) -> PointsEntry | None:
    return PointsEntry.objects.filter(key=key).first()


def _pending_of(vendor_order_id: int) -> int:
    entries = PointsEntry.objects.filter(vendor_order_id=vendor_order_id)
    return entries.aggregate(all=Sum("pending_delta"))["all"] or 0


def _write(
    account: PointsAccount, entry: PointsEntry, amount: Amount, now: datetime
) -> PointsEntry:
    """Write an entry and move the sums of its locked account with it."""
    entry.account = account
    entry.value_minor = amount.value_minor
    entry.currency = amount.currency
    entry.created_at = now
    entry.save(force_insert=True)
    account.available += entry.available_delta
    account.pending += entry.pending_delta
    account.held += entry.held_delta
    account.save(update_fields=["available", "pending", "held"])
    return entry
