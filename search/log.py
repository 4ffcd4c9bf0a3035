"""What was asked, found and looked at; never by whom."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.core import signing
from django.db import connection
from django.db.models import Avg, Count, Q, QuerySet

from marketplace.db import daily
from search.backends.base import MAX_PAGE, PAGE_SIZE, ProductQuery, ResultPage
from search.models import QueryLog
from search.words import MAX_QUERY_LENGTH, prepared, storable

KEPT = timedelta(days=90)
_MOST_CLICKS = 20
MOST_ROWS = 200
# Asked once, a query says more of a person than of the shop.
_TIMES_TO_TELL = 2
_SALT = "search.query"
# A page stays open for so long; later clicks are not counted.
_OPEN = timedelta(hours=12)

_CLICK = """
UPDATE search_query SET clicks = array_append(clicks, %s::smallint)
WHERE id = %s AND results >= %s AND cardinality(clicks) < %s
  AND NOT %s::smallint = ANY(clicks)
"""


class Report(StrEnum):
    """Which queries are listed."""

    ALL = "all"
    NOTHING = "nothing"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of some days: how often, what it found, what was opened of it.

    `opened` is the share of askings after which something was opened, from 0 to 1;
    `place` the mean place of what was opened first, from 1.
    """

    text: str
    times: int
    results: int
    opened: float
    place: float | None

    @property
    def opened_percent(self) -> float:
        """Return the share after which something was opened, from 0 to 100."""
        return self.opened * 100


@dataclass(frozen=True, slots=True)
class Totals:
    """All askings of some days; shares from 0 to 1."""

    times: int
    nothing: float
    opened: float
    place: float | None

    @property
    def nothing_percent(self) -> float:
        """Return the share that found nothing, from 0 to 100."""
        return self.nothing * 100

    @property
    def opened_percent(self) -> float:
        """Return the share after which something was opened, from 0 to 100."""
        return self.opened * 100


def note_query(
    query: ProductQuery, page: ResultPage, *, who: str, now: datetime
) -> str:
    """Remember what was asked and found, never by whom; browsing is not noted.

    Who asks the same words again that day, with filters or on another page, is in the
    same asking: see `marketplace.db.daily`. Returns a token by which the page may tell
    what was opened, empty if not noted.
    """
    text = storable(query.text.lower())[:MAX_QUERY_LENGTH]
    if not text:
        return ""
    mark = daily.mark_of(who=who, did=prepared(text) or text, now=now)
    row_id = daily.known(mark)
    if row_id is None:
        begins = query.page == 1 and not query.groups and not query.without
        is_asking = begins and daily.is_first(mark)
        row_id = _noted(query, page, text, is_asking=is_asking, now=now).pk
        if is_asking:
            daily.remember(mark, row_id)
    return signing.dumps(row_id, salt=_SALT)


def _noted(
    query: ProductQuery,
    page: ResultPage,
    text: str,
    *,
    is_asking: bool,
    now: datetime,
) -> QueryLog:
    return QueryLog.objects.create(
        text=text,
        scope=query.scope,
        filters={group: sorted(query.filters[group]) for group in query.filters},
        sort=query.sort,
        page=query.page,
        is_asking=is_asking,
        results=page.total,
        corrected=page.corrected[:MAX_QUERY_LENGTH],
        engine=page.engine,
        asked_on=now.date(),
    )


def note_click(*, token: str, place: int) -> bool:
    """Remember that the result at a place, from 1, was opened; each place once.

    Returns whether the token is one of ours and still counts.
    """
    if not 1 <= place <= MAX_PAGE * PAGE_SIZE:
        return False
    try:
        row_id = signing.loads(token, salt=_SALT, max_age=_OPEN)
    except signing.BadSignature:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_CLICK, [place, row_id, place, _MOST_CLICKS, place])
    return True


def forget_old(now: datetime) -> None:
    """Delete what was asked more than 90 days ago."""
    QueryLog.objects.filter(asked_on__lt=(now - KEPT).date()).delete()


def report(kind: Report, *, since: date) -> list[Asked]:
    """Return the queries since a day, the most frequent first, at most 200.

    Those that found nothing, those that found something of which nothing was ever
    opened, or all; none that was asked only once.
    """
    rows = (
        _askings(since)
        .values("text")
        .annotate(
            times=Count("id"),
            results=Avg("results"),
            opened=_opened(),
            place=Avg("clicks__0"),
        )
        .filter(times__gte=_TIMES_TO_TELL)
    )
    if kind is Report.NOTHING:
        rows = rows.filter(results=0)
    elif kind is Report.IGNORED:
        rows = rows.filter(results__gt=0, opened=0)
    return [
        Asked(
            text=row["text"],
            times=row["times"],
            results=round(row["results"]),
            opened=row["opened"] / row["times"],
            place=row["place"],
        )
        for row in rows.order_by("-times", "text")[:MOST_ROWS]
    ]


def totals(*, since: date) -> Totals:
    """Return what all askings since a day come to."""
    row = _askings(since).aggregate(
        times=Count("id"),
        nothing=Count("id", filter=Q(results=0)),
        opened=_opened(),
        place=Avg("clicks__0"),
    )
    times = row["times"] or 1
    return Totals(
        row["times"], row["nothing"] / times, row["opened"] / times, row["place"]
    )


def _askings(since: date) -> QuerySet[QueryLog]:
    return QueryLog.objects.filter(asked_on__gte=since, page=1, is_asking=True)


def _opened() -> Count:
    return Count("id", filter=~Q(clicks=[]))
