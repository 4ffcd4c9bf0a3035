"""What stands out about a listing, and how closely a moderator should look at it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, Length

from marketplace.shop.catalogue.models import (
    Product,
    ProductIdentifier,
    ProductImage,
)
from marketplace.shop.partner.models import StockRecord

# The most telling first. Each is worth more than all below it together, so that the
# words of an entry say why it stands where it does.
WORTH = {
    "has_claim": 64,
    "is_reported": 32,
    "is_cheap": 16,
    "is_young": 8,
    "is_first": 4,
    "lacks_picture": 2,
    "is_short": 1,
}
# A text this short says too little; tags count with it.
_SHORT = 70
# Fewer prices have no middle that says anything; far below is less than half of it.
_ENOUGH_PRICES, _MOST_PRICES, _PART = 5, 500, 2
_PRICE: "DecimalField[Any, Any]" = DecimalField(max_digits=12, decimal_places=2)
# Listings that are alike in these have the same usual price.
_SHARED = ("shelf", "asked_currency", "submitted_by")


class _Middle(Subquery):
    """The price in the middle of some: as many are lower as are higher.

    None where they are fewer than `enough`.
    """

    template = (
        "(SELECT CASE WHEN count(*) >= %(enough)s THEN"
        " PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY price) END"
        " FROM (%(subquery)s) AS asked)"
    )


def flagged(
    rows: QuerySet[Product],
    *,
    claims: str,
    young_since: datetime,
    reported: Collection[int],
) -> QuerySet[Product]:
    """Return listings with what stands out about each.

    `has_claim`: it says what needs a proof (`claims` is an expression of PostgreSQL).
    `is_reported`: buyers reported its seller, one of the partners `reported`.
    `is_cheap`: it costs less than half of `usual_price`, the price in the middle of
    what other sellers ask for new things of its category in its currency (of so many
    of them as tell it), where they are enough; of a product in choices nothing is said.
    `is_young`: its seller opened after `young_since`. `is_first`: they have nothing
    else in the shop. The others say what it lacks.

    What many of them share, the usual price and whether their seller is in the shop, is
    asked once and not for each of them: three queries.
    """
    rows = _with_price(rows)
    shared = rows.order_by().values_list("pk", *_SHARED)
    ones = {tuple(said): pk for pk, *said in shared}
    usual = _usual_prices(ones.values())
    on_sale = _on_sale().filter(partner__in={seller for *_said, seller in ones})
    sells = Q(
        submitted_by__in=list(on_sale.values_list("partner", flat=True).distinct())
    )
    rows = rows.annotate(
        usual_price=_looked_up(usual), description_length=Length("description")
    )
    return rows.annotate(
        **{
            name: ExpressionWrapper(Q(flag), output_field=BooleanField())
            for name, flag in _flags(claims, young_since, reported, sells).items()
        }
    )


def _usual_prices(product_ids: Iterable[int]) -> dict[str, str]:
    """Map what listings share to the usual price; one product stands for its like."""
    ones = _with_price(Product.objects.filter(pk__in=product_ids))
    return {
        ":".join(map(str, said)): str(price)
        for *said, price in _with_usual_price(ones).values_list(*_SHARED, "usual_price")
        if price is not None
    }


def by_risk(
    rows: QuerySet[Product],
    *,
    claims: str,
    young_since: datetime,
    reported: Collection[int],
) -> QuerySet[Product]:
    """Return listings as `flagged` does with their `risk` in points, most first."""
    counted = [
        Case(When(**{name: True}, then=points), default=0)
        for name, points in WORTH.items()
    ]
    rows = flagged(rows, claims=claims, young_since=young_since, reported=reported)
    rows = rows.annotate(risk=sum(counted, Value(0)))
    return rows.order_by("-risk", "submitted_at", "id")


def _flags(
    claims: str, young_since: datetime, reported: Collection[int], sells: Q
) -> dict[str, Any]:
    says_so = Q(title__iregex=claims) | Q(change__title__iregex=claims)
    numbers = ProductIdentifier.objects.filter(product=OuterRef("pk"))
    below = ProductIdentifier.objects.filter(product__parent=OuterRef("pk"))
    pictures = ProductImage.objects.filter(product=OuterRef("pk"))
    return {
        "has_claim": says_so | Q(description__iregex=claims),
        "is_reported": Q(submitted_by__in=reported),
        "is_cheap": Q(change__isnull=True, asked_price__lt=F("usual_price") / _PART),
        "is_young": Q(submitted_by__vendor__opened_at__gte=young_since),
        "is_first": Q(submitted_by__isnull=False) & ~sells,
        "lacks_picture": ~Exists(pictures),
        # Two questions: each has an index, one "or" over both has none.
        "lacks_number": ~Exists(numbers) & ~Exists(below),
        "is_short": Q(description_length__lt=_SHORT, parent=None),
        "is_change": Q(change__isnull=False),
    }


def _on_sale() -> QuerySet[StockRecord]:
    return StockRecord.objects.filter(product__is_public=True).order_by()


def _with_price(rows: QuerySet[Product]) -> QuerySet[Product]:
    shelves = Product.categories.through.objects.filter(product=OuterRef("pk"))
    own = StockRecord.objects.filter(product=OuterRef("pk")).order_by("price", "pk")
    return rows.annotate(
        shelf=Subquery(shelves.order_by("pk").values("category")[:1]),
        asked_price=Subquery(own.values("price")[:1]),
        asked_currency=Subquery(own.values("price_currency")[:1]),
    )


def _with_usual_price(rows: QuerySet[Product]) -> QuerySet[Product]:
    others = (
        _on_sale()
        .filter(
            is_active=True,
            condition=StockRecord.Condition.NEW,
            price_currency=OuterRef("asked_currency"),
            product__categories=OuterRef("shelf"),
        )
        .exclude(partner=OuterRef("submitted_by"))
    )
    # No order: those that are found first tell as much, and a category may be large.
    asked = others.values("price")[:_MOST_PRICES]
    return rows.annotate(usual_price=_Middle(asked, enough=_ENOUGH_PRICES))


def _looked_up(prices: Mapping[str, str]) -> Cast:
    """Return what `prices` says of what a listing shares with others."""
    parts: list[Any] = []
    for name in _SHARED:
        parts += [Cast(name, TextField()), Value(":")]
    said = Func(
        Value(prices, output_field=JSONField()),
        Concat(*parts[:-1], output_field=TextField()),
        function="jsonb_extract_path_text",
        output_field=TextField(),
    )
    return Cast(said, _PRICE)
