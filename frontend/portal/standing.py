"""Where a shop's offers stand: beside those of others, and how well they tell."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from marketplace.core.money import Money
from marketplace.shop.catalogue.models import Product, ProductAttribute
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.partner.offers import BuyBox
from marketplace.shop.partner.selectors import buy_boxes
from search.words import without_tags
from vendors.models import Vendor
from vendors.quality import Listing, Quality, quality_of
from vendors.selectors.families import family_of

HINT_WORDS = {
    "pictures": gettext_lazy("Add pictures until there are three, from all sides."),
    "text": gettext_lazy("Say more: what it is of, its size, its care; 200 letters."),
    "details": gettext_lazy("Fill in the details of its kind: buyers filter by them."),
    "title": gettext_lazy("Give it a title of 15 to 120 letters that says what it is."),
    "ean": gettext_lazy("Add its EAN: buyers find it by that, and others compare."),
    "price": gettext_lazy("Somebody asks less with delivery: match the best offer."),
}
HINT_NAMES = {
    "pictures": gettext_lazy("Pictures"),
    "text": gettext_lazy("Description"),
    "details": gettext_lazy("Details"),
    "title": gettext_lazy("Title"),
    "ean": gettext_lazy("EAN"),
    "price": gettext_lazy("Price"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """An offer among those of a product, as a buyer in the shop's country sees them.

    `over` is by how much the cheapest other one is below, with delivery; `match` the
    price that would be as low, if there is one above zero.
    """

    place: int
    count: int
    over: Money | None = None
    match: Money | None = None

    @property
    def leads(self) -> bool:
        """Say whether buyers see it first."""
        return self.place == 1


def standings(
    vendor: Vendor, offers: Iterable[StockRecord], now: datetime
) -> dict[str, Standing]:
    """Return where each offer stands; one that nobody can buy stands nowhere.

    As many questions for many offers as for a few.
    """
    offers = list(offers)
    boxes = buy_boxes(
        {offer.product_id for offer in offers}, country=vendor.country, now=now
    )
    found = {}
    for offer in offers:
        standing = _standing(offer, boxes.get(offer.product_id))
        if standing is not None:
            found[offer.public_id] = standing
    return found


def _standing(offer: StockRecord, box: BuyBox | None) -> Standing | None:
    buyable = [each for each in box.offers if each.can_be_bought] if box else []
    own = next((each for each in buyable if each.id == offer.pk), None)
    if own is None:
        return None
    place = buyable.index(own) + 1
    # With one that is used nobody compares a new one.
    others = [each for each in buyable if each.is_new == own.is_new]
    cheapest = min((each.total for each in others), key=lambda total: total.minor)
    over = own.total.minor - cheapest.minor
    if over <= 0:
        return Standing(place, len(buyable))
    price = own.price.minor - -(-over // own.min_quantity)
    currency = own.price.currency
    return Standing(
        place,
        len(buyable),
        Money(over, currency),
        Money(price, currency) if price > 0 else None,
    )


def qualities(
    products: Sequence[Product], places: dict[int, Standing | None]
) -> dict[int, Quality]:
    """Return how well each product tells what it is, with the price of its offer.

    Images, identifiers and what a product is a choice of are to be fetched before. One
    question for any number.
    """
    kinds = {family_of(product).product_class_id for product in products}
    asked: dict[int, set[str]] = defaultdict(set)
    rows = ProductAttribute.objects.filter(product_class__in=kinds)
    for kind, code in rows.values_list("product_class", "code"):
        asked[kind].add(code)
    return {
        product.pk: quality_of(
            _listing(
                product,
                asked[family_of(product).product_class_id],
                places.get(product.pk),
            )
        )
        for product in products
    }


def _listing(product: Product, asked: set[str], place: Standing | None) -> Listing:
    alone = place is None or place.count == 1
    return Listing(
        title=len(product.title),
        pictures=len(product.images.all()),
        text=len(without_tags(product.description or family_of(product).description)),
        details=sum(product.facts.get(code) not in (None, "", []) for code in asked),
        details_asked=len(asked),
        has_ean=any(each.kind == "ean" for each in product.identifiers.all()),
        is_price_good=None if alone or place is None else place.over is None,
    )
