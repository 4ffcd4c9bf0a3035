"""What points cost: what is owed for them, until when, and what another rule costs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Case, F, Sum, Value, When
from django.db.models.functions import TruncMonth
from django.utils import timezone

from loyalty.models import PointsEntry
from loyalty.selectors import GIVES, TAKES
from loyalty.worth import Rule
from marketplace.core.money import half_up

_YEAR = timedelta(days=365)
_MONTHS = 12
# What ends first is spent first: of each lot is left what all that ever left did not
# take. By month, as there may be as many lots as orders.
_LEFT = """
WITH moves AS (
    SELECT account_id, id, available_delta AS points,
           kind IN ('vest', 'grant', 'give_back') AS has_come,
           created_at + make_interval(days => {days}) AS ends
    FROM loyalty_pointsentry
    WHERE currency = %s AND available_delta <> 0
), came AS (
    SELECT account_id, points, ends,
           SUM(points) OVER (PARTITION BY account_id ORDER BY ends, id) AS so_far
    FROM moves WHERE has_come
), gone AS (
    SELECT account_id, -SUM(points) AS points FROM moves WHERE NOT has_come
    GROUP BY account_id
)
SELECT date_trunc('month', came.ends AT TIME ZONE %s)::date AS month,
       SUM(LEAST(came.points, GREATEST(0, came.so_far - COALESCE(gone.points, 0))))
FROM came LEFT JOIN gone USING (account_id)
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month in minor units: what was given and taken, and owed at its end."""

    month: date
    given: int
    taken: int
    owed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Liability:
    """What is owed for points now, in minor units.

    `ends` is what can be spent, by the month in which it is lost; `for_ever` never is;
    `waiting` can not be spent yet, or is put to an order that waits for its payment.
    """

    owed: int
    ends: tuple[tuple[date, int], ...]
    for_ever: int
    waiting: int
    past: tuple[Month, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearEarned:
    """What the orders of the last year earned, and would have by another rule."""

    then: int
    after: int


def liability_of(rule: Rule, *, now: datetime) -> Liability:
    """Return what is owed for the points of the rule's currency. Two queries."""
    past = _past(rule.currency, now=now)
    owed = past[-1].owed
    ends, for_ever = _by_end(rule)
    spendable = sum(ends.values()) + for_ever
    return Liability(
        owed=owed,
        ends=tuple(sorted(ends.items())),
        for_ever=for_ever,
        waiting=max(0, owed - spendable),
        past=past,
    )


def year_earned(rule: Rule, other: Rule, *, now: datetime) -> YearEarned:
    """Return what a year of orders earned, and what it would by another rule.

    Everybody keeps the points that decide about their tier. Rounded by rate. One query.
    """
    rows = (
        PointsEntry.objects.filter(
            currency=rule.currency,
            kind=PointsEntry.Kind.EARN,
            created_at__gt=now - _YEAR,
            created_at__lte=now,
        )
        .order_by()
        .values_list("rate_bps")
        .annotate(worth=Sum("value_minor"))
    )
    reached = {tier.earn_bps: tier.from_points for tier in rule.tiers}
    then = after = 0
    for rate, worth in rows:
        was = rate or rule.earn_bps
        then += worth
        if was:
            rated = other.at_rate_of(reached.get(was, 0)).earn_bps
            after += half_up(worth * rated, was)
    return YearEarned(then=then, after=after)


def _by_end(rule: Rule) -> tuple[dict[date, int], int]:
    days, given = _days(rule)
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(_LEFT.format(days=days), [*given, rule.currency, zone])
        left = {month: rule.worth_of(int(points)) for month, points in cursor}
    for_ever = left.pop(None, 0)
    return {month: worth for month, worth in left.items() if worth}, for_ever


def _days(rule: Rule) -> tuple[str, list[datetime | int | None]]:
    """Return SQL for how many days an entry's points live, and what is put into it."""
    *later, (_since, first) = rule.lives or ((None, rule.lives_days),)
    whens = "".join(" WHEN created_at >= %s THEN %s::int" for _each in later)
    given = [value for span in later for value in span]
    case = f"CASE{whens} ELSE %s::int END" if later else "%s::int"
    return case, [*given, first]


def _past(currency: str, *, now: datetime) -> tuple[Month, ...]:
    """Return the last twelve months, this one as far as it has come."""
    gives = Case(When(kind__in=GIVES, then=F("value_minor")), default=Value(0))
    takes = Case(When(kind__in=TAKES, then=F("value_minor")), default=Value(0))
    rows = (
        PointsEntry.objects.filter(currency=currency, created_at__lte=now)
        .order_by()
        .annotate(month=TruncMonth("created_at"))
        .values("month")
        .annotate(given=Sum(gives), taken=Sum(takes))
    )
    moved = {timezone.localdate(row["month"]): row for row in rows}
    this = timezone.localdate(now).replace(day=1)
    shown = [_months_before(this, count) for count in reversed(range(_MONTHS))]
    owed = sum(
        row["given"] - row["taken"] for day, row in moved.items() if day < shown[0]
    )
    past = []
    for month in shown:
        row = moved.get(month, {"given": 0, "taken": 0})
        owed += row["given"] - row["taken"]
        past.append(
            Month(month=month, given=row["given"], taken=row["taken"], owed=owed)
        )
    return tuple(past)


def _months_before(month: date, count: int) -> date:
    years, rest = divmod(month.year * _MONTHS + month.month - 1 - count, _MONTHS)
    return date(years, rest + 1, 1)
