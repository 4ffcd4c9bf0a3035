"""What stands out about a listing, and how closely a moderator should look at it."""

from datetime import datetime
from typing import Any

from django.db.models import (
    Aggregate,
    BooleanField,
    Case,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Length

from marketplace.shop.catalogue.models import (
    Product,
    ProductIdentifier,
    ProductImage,
)
from marketplace.shop.partner.models import StockRecord

# The most telling first. Each is worth more than all below it together, so that the
# words of an entry say why it stands where it does.
WORTH = {
    "has_claim": 32,
    "is_cheap": 16,
    "is_young": 8,
    "is_first": 4,
    "lacks_picture": 2,
    "is_short": 1,
}
# A text this short says too little; tags count with it.
_SHORT = 70
# Fewer prices have no middle that says anything; far below is less than half of it.
_ENOUGH_PRICES, _PART = 5, 2


class _Middle(Aggregate):
    """The price in the middle: as many are lower as are higher."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DecimalField(max_digits=12, decimal_places=2)


def flagged(
    rows: QuerySet[Product], *, claims: str, young_since: datetime
) -> QuerySet[Product]:
    """Return listings with what stands out about each, and their `risk` in points.

    `has_claim`: it says what needs a proof (`claims` is an expression of PostgreSQL).
    `is_cheap`: it costs less than half of `usual_price`, the price in the middle of
    what other sellers ask for new things of its category in its currency, where they
    are enough; of a product in choices nothing is said. `is_young`: its seller opened
    after `young_since`. `is_first`: they have nothing else in the shop. The others say
    what it lacks.
    """
    rows = _with_prices(rows).annotate(description_length=Length("description"))
    flags = _flags(claims, young_since)
    rows = rows.annotate(
        **{
            name: ExpressionWrapper(Q(flag), output_field=BooleanField())
            for name, flag in flags.items()
        },
    )
    counted = [
        Case(When(**{name: True}, then=points), default=0)
        for name, points in WORTH.items()
    ]
    return rows.annotate(risk=sum(counted, Value(0)))


def _flags(claims: str, young_since: datetime) -> dict[str, Any]:
    says_so = Q(title__iregex=claims) | Q(change__title__iregex=claims)
    numbers = ProductIdentifier.objects.filter(product=OuterRef("pk"))
    below = ProductIdentifier.objects.filter(product__parent=OuterRef("pk"))
    pictures = ProductImage.objects.filter(product=OuterRef("pk"))
    on_sale = StockRecord.objects.filter(
        partner=OuterRef("submitted_by"), product__is_public=True
    )
    return {
        "has_claim": says_so | Q(description__iregex=claims),
        "is_cheap": Q(change__isnull=True, asked_price__lt=F("usual_price") / _PART),
        "is_young": Q(submitted_by__vendor__opened_at__gte=young_since),
        "is_first": Q(submitted_by__isnull=False) & ~Exists(on_sale),
        "lacks_picture": ~Exists(pictures),
        # Two questions: each has an index, one "or" over both has none.
        "lacks_number": ~Exists(numbers) & ~Exists(below),
        "is_short": Q(description_length__lt=_SHORT, parent=None),
        "is_change": Q(change__isnull=False),
    }


def _with_prices(rows: QuerySet[Product]) -> QuerySet[Product]:
    shelves = Product.categories.through.objects.filter(product=OuterRef("pk"))
    own = StockRecord.objects.filter(product=OuterRef("pk")).order_by("price", "pk")
    others = (
        StockRecord.objects.filter(
            is_active=True,
            condition=StockRecord.Condition.NEW,
            price_currency=OuterRef("asked_currency"),
            product__is_public=True,
            product__categories=OuterRef("shelf"),
        )
        .exclude(partner=OuterRef("submitted_by"))
        .order_by()
        .values("price_currency")
        .annotate(count=Count("pk"), middle=_Middle("price"))
        .filter(count__gte=_ENOUGH_PRICES)
    )
    return rows.annotate(
        shelf=Subquery(shelves.order_by("pk").values("category")[:1]),
        asked_price=Subquery(own.values("price")[:1]),
        asked_currency=Subquery(own.values("price_currency")[:1]),
    ).annotate(usual_price=Subquery(others.values("middle")))
