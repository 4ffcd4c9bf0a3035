"""The market's figures: what was sold, what the platform keeps, what went back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import TruncDate

from marketplace.core.viewer import Viewer
from payouts.models import Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySales:
    """What was paid for on one day, in minor units."""

    day: date
    gross_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketFigures:
    """Sums over a time, in minor units of the market's currency."""

    currency: str
    gross_minor: int
    commission_minor: int
    refunded_minor: int
    orders: int
    days: list[DaySales]

    @property
    def take_percent(self) -> float:
        """Return the platform's commission as a share of sales."""
        return 100 * self.commission_minor / self.gross_minor if self.gross_minor else 0

    @property
    def refund_percent(self) -> float:
        """Return what was given back as a share of sales."""
        return 100 * self.refunded_minor / self.gross_minor if self.gross_minor else 0


def market_figures(viewer: Viewer, *, since: datetime, now: datetime) -> MarketFigures:
    """Return the figures of sales paid since then; zeros for who is no operator."""
    paid = Settlement.objects.filter(
        paid_at__gte=since, paid_at__lte=now, currency=settings.CURRENCY
    )
    if not viewer.is_operator:
        paid = paid.none()
    sums = paid.aggregate(
        gross=Sum("gross_minor", default=0),
        commission=Sum("commission_minor", default=0),
        back=Sum("commission_back_minor", default=0),
        refunded=Sum("refunded_gross_minor", default=0),
    )
    by_day = (
        paid.annotate(day=TruncDate("paid_at"))
        .values("day")
        .annotate(gross=Sum("gross_minor"))
        .order_by("day")
    )
    return MarketFigures(
        currency=settings.CURRENCY,
        gross_minor=sums["gross"],
        commission_minor=sums["commission"] - sums["back"],
        refunded_minor=sums["refunded"],
        orders=paid.values("order_id").distinct().count(),
        days=[DaySales(day=row["day"], gross_minor=row["gross"]) for row in by_day],
    )
