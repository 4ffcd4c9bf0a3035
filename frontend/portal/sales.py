"""How a shop sells: a week, this month or this year beside the one before."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import formats
from frontend.middleware import ViewerRequest
from frontend.portal.line_chart import Place, line_chart, spark
from marketplace.core.money import Money
from marketplace.db.dates import written_day
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from vendors.models import Vendor
from vendors.selectors.shop_sales import (
    BestSeller,
    Sold,
    best_sellers,
    counted_since,
    pieces_by_day,
    sold_between,
    sold_by_time,
    visitors_between,
)

SPANS = {
    "week": gettext_lazy("7 days"),
    "month": gettext_lazy("Month"),
    "year": gettext_lazy("Year"),
}
_WEEK, _MONTHS = 7, 12
_BEST, _BEST_DAYS, _SPARK_DAYS = 5, 30, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span of time beside the one before; `first` and the like are midnights.

    `so_far` is as far into the span before as now is into this one.
    """

    kind: str
    title: str
    before: str
    first: datetime
    before_first: datetime
    so_far: datetime

    @property
    def is_by_month(self) -> bool:
        """Say whether its parts are months, not days."""
        return self.kind == "year"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, and how it differs from the one before (`up`, `down` or nothing)."""

    title: str
    value: str
    change: str = ""
    way: str = ""


def sales_of(request: ViewerRequest, vendor: Vendor, now: datetime) -> dict[str, Any]:
    """Return what the card of sales shows for the span that was asked for."""
    asked = request.GET.get("span", "month")
    span = _span(asked if asked in SPANS else "month", now)
    here, before = sold_between(
        request.viewer,
        vendor.partner_id,
        [(span.first, now), (span.before_first, span.so_far)],
    )
    sold = sold_by_time(
        request.viewer,
        vendor.partner_id,
        since=span.before_first,
        until=now,
        by_month=span.is_by_month,
    )
    places = _places(span, sold, timezone.localtime(now).date())
    conversion, visitors = _conversion(request, vendor, span, now)
    return {
        "span": span,
        "spans": SPANS,
        "figures": [*_figures(here, before), conversion],
        "visitors": visitors,
        "places": places,
        "chart": line_chart(places, currency=settings.CURRENCY),
        "currency": settings.CURRENCY,
        "has_before": bool(before.orders),
    }


def best_of(
    request: ViewerRequest, vendor: Vendor, now: datetime
) -> list[dict[str, Any]]:
    """Return what sold best in thirty days, each with a small line and its offer."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=_BEST_DAYS - 1)
    best = best_sellers(request.viewer, vendor.partner_id, since=since, count=_BEST)
    keys = [each.product_id for each in best]
    by_day = pieces_by_day(
        request.viewer, vendor.partner_id, products=keys, since=since
    )
    things = Product.objects.prefetch_related("images").in_bulk(keys)
    offers = dict(
        StockRecord.objects.filter(
            partner_id=vendor.partner_id, product__in=keys
        ).values_list("product_id", "public_id")
    )
    days = [since.date() + timedelta(days=n) for n in range(_BEST_DAYS)]
    return [
        _best(each, things[each.product_id], offers, by_day, days)
        for each in best
        if each.product_id in things
    ]


def _best(
    best: BestSeller,
    product: Product,
    offers: dict[int, str],
    by_day: dict[int, dict[date, int]],
    days: list[date],
) -> dict[str, Any]:
    sold = by_day.get(best.product_id, {})
    counts = [sold.get(day, 0) for day in days]
    steps = range(0, len(counts), _SPARK_DAYS)
    pictures = list(product.images.all())
    return {
        "title": product.get_title(),
        "image": pictures[0].original if pictures else None,
        "offer": offers.get(best.product_id, ""),
        "pieces": best.pieces,
        "paid": formats.as_money(best.paid, settings.CURRENCY),
        "spark": spark([sum(counts[n : n + _SPARK_DAYS]) for n in steps]),
        "words": _("Pieces in three days each: %s")
        % ", ".join(str(sum(counts[n : n + _SPARK_DAYS])) for n in steps),
    }


def _span(kind: str, now: datetime) -> Span:
    local = timezone.localtime(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if kind == "week":
        first = _moved(midnight, -(_WEEK - 1))
        before = _moved(first, -_WEEK)
        title, named = _("Sales in 7 days"), _("The 7 days before")
    elif kind == "year":
        first = midnight.replace(month=1, day=1)
        before = first.replace(year=first.year - 1)
        title = _("Sales in %(year)d") % {"year": first.year}
        named = str(before.year)
    else:
        first = midnight.replace(day=1)
        before = _moved(first, -1).replace(day=1)
        title = _("Sales in %(month)s") % {"month": written_day(first, "LLLL")}
        named = written_day(before, "LLLL")
    so_far = min(before + (local - first), first)
    return Span(
        kind=kind,
        title=title,
        before=named,
        first=first,
        before_first=before,
        so_far=so_far,
    )


def _moved(midnight: datetime, days: int) -> datetime:
    """Return the midnight so many days on, summer time or not."""
    return timezone.make_aware(
        midnight.replace(tzinfo=None) + timedelta(days=days), midnight.tzinfo
    )


def _places(span: Span, sold: dict[date, int], today: date) -> list[Place]:
    first, before = span.first.date(), span.before_first.date()
    if span.is_by_month:
        months = [first.replace(month=n + 1) for n in range(_MONTHS)]
        pairs = [(day, day.replace(year=day.year - 1)) for day in months]
        return [_place(day, past, sold, today, "LLL") for day, past in pairs]
    if span.kind == "week":
        pairs = [
            (first + timedelta(days=n), before + timedelta(days=n))
            for n in range(_WEEK)
        ]
        return [_place(day, past, sold, today, "EEE") for day, past in pairs]
    count = max(_days_of(first), _days_of(before))
    pairs = [
        (first + timedelta(days=n), before + timedelta(days=n)) for n in range(count)
    ]
    return [
        _place(
            day if day.month == first.month else None,
            past if past.month == before.month else None,
            sold,
            today,
            "d",
        )
        for day, past in pairs
    ]


def _place(
    day: date | None,
    past: date | None,
    sold: dict[date, int],
    today: date,
    words: str,
) -> Place:
    named = day or past or today
    has_begun = day is not None and day <= today
    is_month = words == "LLL"
    return Place(
        label=written_day(named, words) if day else "",
        name=written_day(named, "LLLL") if is_month else formats.date_range(named),
        now_minor=sold.get(day, 0) if day and has_begun else None,
        past_minor=sold.get(past, 0) if past else None,
    )


def _days(first: datetime, end: datetime) -> tuple[date, date]:
    """Return the days of a span whose end does not belong to it."""
    last = timezone.localtime(end - timedelta(microseconds=1)).date()
    return timezone.localtime(first).date(), last


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _days_of(first: date) -> int:
    following = (first + timedelta(days=31)).replace(day=1)
    return (following - first).days


def _figures(here: Sold, before: Sold) -> list[Figure]:
    currency = settings.CURRENCY
    average, past = here.average_minor, before.average_minor
    figures = [
        Figure(
            _("Sales"),
            formats.figure(Money(here.minor, currency)),
            *_change(here.minor, before.minor),
        ),
        Figure(
            _("Orders"),
            formats.number(here.orders),
            *_change(here.orders, before.orders),
        ),
    ]
    if average is None:
        return [*figures, Figure(_("Average order"), "–")]
    words, way = "", ""
    if past is not None:
        words = formats.amount(Money(abs(average - past), currency))
        way = _way(average - past)
    value = formats.amount(Money(average, currency))
    return [*figures, Figure(_("Average order"), value, words, way)]


def _conversion(
    request: ViewerRequest, vendor: Vendor, span: Span, now: datetime
) -> tuple[Figure, int]:
    """Return the orders of a hundred visitors, and how many looked.

    Of whole days, and of none before the first on which anybody was counted.
    """
    shop = vendor.partner_id
    counted = counted_since(request.viewer, shop) or date.max
    days = [_days(span.first, now), _days(span.before_first, span.so_far)]
    known = [(max(first, counted), last) for first, last in days if counted <= last]
    midnights = [
        (_midnight(first), _midnight(last + timedelta(days=1))) for first, last in known
    ]
    sold = sold_between(request.viewer, shop, midnights) if known else []
    came = visitors_between(request.viewer, shop, known)
    shares = [*(_share(*each) for each in zip(sold, came, strict=True)), None, None]
    return _conversion_of(*shares[:2]), sum(came[:1])


def _conversion_of(here: float | None, before: float | None) -> Figure:
    """Return it beside the time before; the change is in points of a hundred."""
    if here is None:
        return Figure(_("Conversion"), "–")
    value = formats.percent(here, 1)
    if before is None:
        return Figure(_("Conversion"), value)
    change = round(here - before, 1)
    points = _("%s pt") % formats.number(abs(change), 1)
    return Figure(_("Conversion"), value, points, _way(change))


def _share(sold: Sold, visitors: int) -> float | None:
    """Return the orders of a hundred visitors, None if more bought than were seen.

    So it is where the cache was away.
    """
    if not visitors or sold.orders > visitors:
        return None
    return 100 * sold.orders / visitors


def _change(here: int, before: int) -> tuple[str, str]:
    if not before:
        return "", ""
    percent = abs(100 * (here - before) / before)
    return formats.percent(percent), _way(here - before)


def _way(change: float) -> str:
    return "up" if change > 0 else "down" if change < 0 else ""
