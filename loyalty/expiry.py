"""When points are lost: what ends first is spent first, the rest lives so many days.

What can be spent came with an entry that vested, gave back or granted; everything that
left since took what ends first. So of what ends until a day, lost is what all that ever
left did not take. While a rule's lives stay, what ends first is the oldest.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from loyalty.models import PointsAccount, PointsEntry
from loyalty.worth import Rule

Kind = PointsEntry.Kind
_CAME = (Kind.VEST, Kind.GRANT, Kind.GIVE_BACK)
_HAS_COME = Q(kind__in=_CAME)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lot:
    """Points that can be spent until a moment."""

    points: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """Points that came to be spent, or left (below zero)."""

    kind: str
    points: int
    order_id: int | None = None
    part_id: int | None = None
    ends: datetime | None = None


@dataclass(slots=True)
class _Left:
    """What is left of points that came with a part of an order."""

    part_id: int | None
    points: int
    ends: datetime | None


def by_day(found: Iterable[Lot]) -> list[tuple[date, int]]:
    """Return what is lost on each day of the shop's wall, the first first. Pure."""
    days: dict[date, int] = {}
    for lot in found:
        day = timezone.localdate(lot.expires_at)
        days[day] = days.get(day, 0) + lot.points
    return sorted(days.items())


def lots(
    came: Sequence[tuple[datetime, int]],
    *,
    gone: int,
    expires_at: Callable[[datetime], datetime | None],
) -> list[Lot]:
    """Return what is left of points that came, the first to be lost first. Pure.

    `came` begins with the oldest; `gone` is what left, whenever. What lives for ever is
    left out.
    """
    ending = ((expires_at(at), points) for at, points in came)
    left = []
    for until, points in sorted(ending, key=lambda each: _turn(each[0])):
        taken = min(points, gone)
        gone -= taken
        if points > taken and until is not None:
            left.append(Lot(points - taken, until))
    return left


def lots_of(user_id: int, *, rule: Rule) -> list[Lot]:
    """Return somebody's points by when they are lost; none where they live for ever.

    Two queries.
    """
    if not _loses(rule):
        return []
    entries = PointsEntry.objects.filter(
        account__user_id=user_id, currency=rule.currency
    ).exclude(available_delta=0)
    came = entries.filter(_HAS_COME).order_by("created_at", "id")
    gone = entries.exclude(_HAS_COME).aggregate(all=Sum("available_delta"))["all"] or 0
    return lots(
        list(came.values_list("created_at", "available_delta")),
        gone=-gone,
        expires_at=rule.expires_at,
    )


def lost_by_part(moves: Sequence[Move]) -> Counter[int | None]:
    """Count the points that were lost for their age, by the part they came with. Pure.

    `moves` begins with the oldest. What leaves takes what ends first; what is taken
    back of a part takes that part's own first. None stands for what came with no part.
    """
    released = {move.order_id for move in moves if move.kind == Kind.UNHOLD}
    there: list[_Left] = []
    owed = 0
    all_lost: Counter[int | None] = Counter()
    for move in moves:
        if move.kind in {Kind.HOLD, Kind.UNHOLD} and move.order_id in released:
            continue
        if move.kind in _CAME:
            eaten = min(owed, move.points)
            owed -= eaten
            there.append(_Left(move.part_id, move.points - eaten, move.ends))
            continue
        taken = _take(-move.points, _in_turn(there, move))
        owed += -move.points - taken.total()
        if move.kind == Kind.EXPIRE:
            all_lost += taken
        there = [left for left in there if left.points]
    return all_lost


def _turn(ends: datetime | None) -> tuple[bool, datetime]:
    """Sort what ends first to the front, what never does to the back."""
    return ends is None, ends or _NEVER


def _in_turn(there: Sequence[_Left], move: Move) -> Sequence[_Left]:
    turn = sorted(there, key=lambda left: _turn(left.ends))
    if move.kind != Kind.CLAW_BACK:
        return turn
    return sorted(turn, key=lambda left: left.part_id != move.part_id)


def _take(points: int, there: Iterable[_Left]) -> Counter[int | None]:
    """Take so many points, or all there are; return of which parts they were."""
    taken: Counter[int | None] = Counter()
    for left in there:
        here = min(left.points, points - taken.total())
        left.points -= here
        taken[left.part_id] += here
    return taken


def untold(
    found: Sequence[Lot],
    *,
    told_until: datetime | None,
    within: timedelta,
    now: datetime,
) -> list[Lot]:
    """Return the points to tell of: none before some are lost within that time. Pure.

    Then all that is lost as long after as well, so that whoever earns each day has one
    mail of many days and not one each day.
    """
    new = [lot for lot in found if lot.expires_at > max(now, told_until or now)]
    if not new or new[0].expires_at > now + within:
        return []
    until = new[0].expires_at + within
    return [lot for lot in new if lot.expires_at <= until]


def to_tell(*, rule: Rule, within: timedelta, now: datetime) -> list[int]:
    """Return the accounts with an owner that lose points soon. One query.

    Some of them may have been told: `untold` knows.
    """
    soon = lost(rule=rule, now=now + within)
    accounts = PointsAccount.objects.filter(pk__in=list(soon), user__is_active=True)
    new = Q(told_until=None) | Q(told_until__lt=now + within)
    return list(accounts.filter(new).order_by("pk").values_list("pk", flat=True))


def lost(*, rule: Rule, now: datetime, account_id: int | None = None) -> dict[int, int]:
    """Map accounts to the points that have lived too long by now. One query.

    No account loses more than it can spend.
    """
    if not _loses(rule):
        return {}
    entries = PointsEntry.objects.filter(
        currency=rule.currency, account__available__gt=0
    )
    if account_id is not None:
        entries = entries.filter(account_id=account_id)
    old = Sum("available_delta", filter=_HAS_COME & _too_old(rule, now))
    gone = Sum("available_delta", filter=~_HAS_COME)
    rows = (
        entries.order_by()
        .values("account_id", "account__available")
        .annotate(too_old=Coalesce(old, 0) + Coalesce(gone, 0))
        .filter(too_old__gt=0)
    )
    return {
        row["account_id"]: min(row["too_old"], row["account__available"])
        for row in rows
    }


def _loses(rule: Rule) -> bool:
    spans = [days for _since, days in rule.lives] or [rule.lives_days]
    return any(days is not None for days in spans)


def _too_old(rule: Rule, now: datetime) -> Q:
    """Say of what came that it has lived as long as the rule of its day let it."""
    spans = rule.lives or ((now, rule.lives_days),)
    oldest = len(spans) - 1
    found, until = Q(pk__in=()), None
    for number, (since, days) in enumerate(spans):
        if days is not None:
            came = Q(created_at__lte=now - timedelta(days=days))
            # The first rule speaks for what came before it, too.
            came &= Q() if number == oldest else Q(created_at__gte=since)
            came &= Q() if until is None else Q(created_at__lt=until)
            found |= came
        until = since
    return found
