"""The table of offers: which rows it shows, and what was typed into them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from frontend.portal.fields import minor_of
from frontend.portal.standing import Standing, qualities, standings
from frontend.templatetags.comptoir import LOW_STOCK
from marketplace.core.amounts import UnclearAmountError
from marketplace.core.money import InexactAmountError, to_decimal
from marketplace.flows.edit_offers import Cells, OfferEdit, cells_of
from marketplace.shop.catalogue.models import (
    Category,
    Product,
    ProductCategory,
    ProductIdentifier,
    ProductImage,
)
from marketplace.shop.partner.models import StockRecord
from vendors.models import Vendor
from vendors.quality import Quality
from vendors.selectors.offers import offers_of

MOST_ROWS = 100
_LONGEST = 16
_MOST_DIGITS = 9
_SEEN_PARTS = 3
_NEEDS_CHANGE = Q(product__review_state=Product.Review.REFUSED)
_IN_REVIEW = Q(product__review_state=Product.Review.IN_REVIEW)
_ON_SALE = Q(is_active=True, product__is_public=True, partner__is_selling=True)
_LIVE = _ON_SALE & Q(left__gt=0)
TABS: dict[str, Q] = {
    "all": Q(),
    "live": _LIVE,
    "low": _LIVE & Q(left__lte=LOW_STOCK),
    "out": _ON_SALE & Q(left__lte=0),
    "off": Q(is_active=False),
    "review": _IN_REVIEW,
    "refused": _NEEDS_CHANGE,
}


@dataclass(slots=True)
class Row:
    """An offer in the table, as it is or as somebody typed it."""

    offer: StockRecord
    price: str
    stock: str
    is_active: bool
    seen: str
    field: str = ""
    error: str = ""
    is_chosen: bool = False
    place: Standing | None = None
    quality: Quality | None = None

    @property
    def image(self) -> object:
        """Return the first picture of the product."""
        pictures = list(self.offer.product.images.all())
        return pictures[0].original if pictures else None


def offers_found(
    vendor: Vendor, tab: str, words: str, category: str = ""
) -> QuerySet[StockRecord]:
    """Return the shop's offers on a tab that have all the words, of one category."""
    offers = _offers(vendor).filter(TABS.get(tab, Q()))
    if category:
        below = Category.objects.filter(
            Q(full_slug=category) | Q(full_slug__startswith=f"{category}/")
        )
        shelf = ProductCategory.objects.filter(
            product=OuterRef("product"), category__in=below
        )
        offers = offers.filter(Exists(shelf))
    for word in words.split():
        ean = ProductIdentifier.objects.filter(product=OuterRef("product"), value=word)
        offers = offers.filter(
            Q(product__title__icontains=word)
            | Q(partner_sku__icontains=word)
            | Exists(ean)
        )
    pictures = ProductImage.objects.order_by("display_order")
    return offers.prefetch_related(
        Prefetch("product__images", pictures), "product__identifiers"
    )


def categories_of(vendor: Vendor) -> list[Category]:
    """Return the categories that the shop offers something in, by name."""
    offered = ProductCategory.objects.filter(
        category=OuterRef("pk"), product__stockrecords__partner=vendor.partner_id
    )
    return list(Category.objects.filter(Exists(offered)).order_by("name"))


def add_standings(vendor: Vendor, rows: Sequence[Row], now: datetime) -> None:
    """Say of each row where it stands among others, and how well it tells."""
    found = standings(vendor, [row.offer for row in rows], now)
    products = [row.offer.product for row in rows]
    places = {row.offer.product_id: found.get(row.offer.public_id) for row in rows}
    told = qualities(products, places)
    for row in rows:
        row.place = found.get(row.offer.public_id)
        row.quality = told[row.offer.product_id]


def match_best(vendor: Vendor, row: Row, now: datetime) -> None:
    """Type the price that is as low as the best one into a row, unsaved."""
    place = standings(vendor, [row.offer], now).get(row.offer.public_id)
    if place is not None and place.match is not None:
        row.price = _shown(place.match.minor, place.match.currency)


def is_edited(row: Row) -> bool:
    """Say whether somebody typed something into a row that is not saved."""
    shown = _seen(row)
    try:
        price = minor_of(row.price, row.offer.price_currency)
    except InexactAmountError:
        return True
    typed = (price, row.stock.strip(), row.is_active)
    return typed != (shown.price_minor, str(shown.stock), shown.is_active)


def tab_counts(vendor: Vendor) -> dict[str, int]:
    """Return how many offers are on each tab; one query."""
    counts = {
        tab: Count("pk", filter=condition) if condition else Count("pk")
        for tab, condition in TABS.items()
    }
    return dict(_offers(vendor).order_by().aggregate(**counts))


def rows_of(offers: Iterable[StockRecord]) -> list[Row]:
    """Return offers as they are."""
    return [_row(offer) for offer in offers]


def typed_rows(vendor: Vendor, posted: QueryDict) -> list[Row]:
    """Return the rows of a sent table, each as it was typed."""
    sent = posted.getlist("offer")[:MOST_ROWS]
    wanted = [public_id.replace("\0", "") for public_id in sent]
    chosen = set(posted.getlist("chosen"))
    found = {
        offer.public_id: offer
        for offer in offers_found(vendor, "all", "").filter(public_id__in=wanted)
    }
    rows = []
    for public_id in dict.fromkeys(wanted):
        if public_id in found:
            row = _row(found[public_id])
            row.price = posted.get(f"price-{public_id}", row.price)[:_LONGEST]
            row.stock = posted.get(f"stock-{public_id}", row.stock)[:_LONGEST]
            row.is_active = f"active-{public_id}" in posted
            row.seen = posted.get(f"seen-{public_id}", row.seen)
            row.is_chosen = public_id in chosen
            rows.append(row)
    return rows


def edits_of(rows: Sequence[Row]) -> list[OfferEdit]:
    """Return the rows that can be read as edits; the others get their error."""
    edits = []
    for row in rows:
        seen = _seen(row)
        wanted = _wanted(row)
        if wanted is not None:
            edits.append(
                OfferEdit(offer_id=row.offer.public_id, seen=seen, wanted=wanted)
            )
    return edits


def refuse(row: Row, *, field: str, message: str) -> None:
    """Name what is wrong with a row; what it is now counts as seen from here on."""
    row.field, row.error = field, message
    row.seen = _written(cells_of(row.offer))


def _offers(vendor: Vendor) -> QuerySet[StockRecord]:
    left = F("num_in_stock") - Coalesce(F("num_allocated"), 0)
    return offers_of(vendor).annotate(left=left)


def _shown(minor: int, currency: str) -> str:
    """Write a price as it is typed in the reader's language: 24.90, or 24,90."""
    return str(number_format(to_decimal(minor, currency)))


def _row(offer: StockRecord) -> Row:
    cells = cells_of(offer)
    return Row(
        offer=offer,
        price=_shown(cells.price_minor, offer.price_currency),
        stock=str(cells.stock),
        is_active=cells.is_active,
        seen=_written(cells),
    )


def _written(cells: Cells) -> str:
    return f"{cells.price_minor}|{cells.stock}|{int(cells.is_active)}"


def _seen(row: Row) -> Cells:
    """Read what the page had shown; a forged value counts as what is there now."""
    parts = row.seen.split("|")
    good = len(parts) == _SEEN_PARTS and all(_is_whole(part) for part in parts)
    if not good:
        return cells_of(row.offer)
    price, stock, active = map(int, parts)
    return Cells(price_minor=price, stock=stock, is_active=bool(active))


def _wanted(row: Row) -> Cells | None:
    try:
        price = minor_of(row.price, row.offer.price_currency)
    except UnclearAmountError as error:
        words = _(
            "Enter a price such as 24.90. If thousands are meant, write %(large)s."
        )
        refuse(row, field="price", message=words % {"large": error.large})
        return None
    except InexactAmountError:
        refuse(row, field="price", message=_("Enter a price such as 24.90."))
        return None
    stock = row.stock.strip()
    if not _is_whole(stock):
        refuse(row, field="stock", message=_("Enter a whole number, 0 or more."))
        return None
    if not 0 <= price <= 10**_MOST_DIGITS:
        refuse(row, field="price", message=_("Enter a price such as 24.90."))
        return None
    return Cells(price_minor=price, stock=int(stock), is_active=row.is_active)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
