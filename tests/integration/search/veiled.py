"""Things that nobody may see any more, each hidden in a way of its own.

Each has a root that is typed, and secret words of its title, seller, shelf and facet
that nobody types: where one of them stands in an answer, it was told.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal

from marketplace.flows.edit_offers import OfferEdit, cells_of, edit_offers
from marketplace.flows.join_market import suspend_shop
from marketplace.flows.keep_lists import show_category
from marketplace.shop.catalogue.models import Category, Product
from marketplace.shop.partner.models import Partner, StockRecord
from search.services import mark_changed, mark_seller_changed
from tests.factories import (
    NOW,
    CategoryFactory,
    OfferFactory,
    ProductFactory,
    UserFactory,
    seller,
)
from tests.integration.search.market import Market
from vendors.models import Vendor

PRICE = Decimal(9_900)


@dataclass(frozen=True)
class Veiled:
    """A thing with an offer, a seller and a shelf of its own."""

    root: str
    product: Product
    offer: StockRecord
    partner: Partner
    shelf: Category

    def secret(self, of: str) -> str:
        """Return the word that only `of` has: title, seller, category or facet."""
        return f"{self.root[::-1]}{of[0]}"


Hide = Callable[[Veiled], None]


def made(market: Market, root: str, *, is_variant: bool) -> Veiled:
    """Offer a thing, or a variant of it."""
    back = root[::-1]
    partner = seller(f"{root} house {back}s".capitalize(), code=root)
    above = CategoryFactory.create(name=f"{root} wing", parent=market.kitchen)
    shelf = CategoryFactory.create(
        name=f"{root} shelf {back}c".capitalize(), slug=root, parent=above
    )
    product = ProductFactory.create(
        title=f"{root} vessel {back}t".capitalize(),
        brand=f"{root} {back}t",
        category=shelf,
        facts={"colour": f"{back}f"},
        structure=Product.PARENT if is_variant else Product.STANDALONE,
    )
    sold = product
    if is_variant:
        sold = ProductFactory.create(
            title=f"{root} size 2", structure=Product.CHILD, parent=product
        )
    offer = OfferFactory.create(
        product=sold, partner=partner, price=PRICE, partner_sku=f"{root}-77"
    )
    return Veiled(root, product, offer, partner, shelf)


# --- ways to hide -----------------------------------------------------------------


def in_review(one: Veiled) -> None:
    one.product.review_state = Product.Review.IN_REVIEW
    not_public(one)


def not_public(one: Veiled) -> None:
    one.product.is_public = False
    one.product.save()
    mark_changed([one.product.pk], NOW)


def variant_not_public(one: Veiled) -> None:
    Product.objects.filter(parent=one.product).update(is_public=False)
    mark_changed([one.product.pk], NOW)


def suspended(one: Veiled) -> None:
    suspend_shop(
        vendor=one.partner.vendor,
        reason="Fakes",
        operator_id=UserFactory.create().pk,
        now=NOW,
    )


def closed(one: Veiled) -> None:
    _no_shop(one, Vendor.State.CLOSED)


def not_approved(one: Veiled) -> None:
    _no_shop(one, Vendor.State.APPLYING)


def withdrawn(one: Veiled) -> None:
    seen = cells_of(one.offer)
    wanted = type(seen)(price_minor=seen.price_minor, stock=seen.stock, is_active=False)
    edit = OfferEdit(offer_id=one.offer.public_id, seen=seen, wanted=wanted)
    [answer] = edit_offers(vendor=one.partner.vendor, edits=[edit], now=NOW)
    assert answer.outcome == "changed"


def deleted(one: Veiled) -> None:
    one.offer.delete()
    mark_changed([one.product.pk], NOW)


def in_another_currency(one: Veiled) -> None:
    StockRecord.objects.filter(pk=one.offer.pk).update(price_currency="USD")
    mark_changed([one.product.pk], NOW)


def on_a_hidden_shelf(one: Veiled) -> None:
    _show(one.shelf, is_public=False)


def below_a_hidden_shelf(one: Veiled) -> None:
    _show(Category.objects.get_parent(one.shelf), is_public=False)


def _no_shop(one: Veiled, state: Vendor.State) -> None:
    Vendor.objects.filter(partner=one.partner).update(state=state)
    Partner.objects.filter(pk=one.partner.pk).update(is_selling=False)
    mark_seller_changed(one.partner.pk, NOW)


def _show(shelf: Category, *, is_public: bool) -> None:
    show_category(
        category=shelf,
        is_public=is_public,
        operator_id=UserFactory.create().pk,
        now=NOW,
    )


_ALL = ("title", "facet")
# Root, what hides it, and what of it is secret then.
TABLE: tuple[tuple[str, Hide, Collection[str]], ...] = (
    ("abrastol", in_review, _ALL),
    ("belquidin", not_public, _ALL),
    ("corvidena", variant_not_public, _ALL),
    ("dulmarak", suspended, (*_ALL, "seller")),
    ("estriope", closed, (*_ALL, "seller")),
    ("fennogur", not_approved, (*_ALL, "seller")),
    ("galvintho", withdrawn, _ALL),
    ("hopradel", deleted, _ALL),
    ("isquorin", in_another_currency, _ALL),
    ("lumidrak", suspended, (*_ALL, "seller")),
    ("morpheldo", withdrawn, _ALL),
    ("jamberlo", on_a_hidden_shelf, ("category",)),
    ("kestovar", below_a_hidden_shelf, ("category",)),
)
# These are sold as a variant of what is found.
_VARIANTS = {"corvidena", "lumidrak", "morpheldo"}


def shelved(market: Market) -> list[tuple[Veiled, Hide, Collection[str]]]:
    """Offer everything of the table; nothing is hidden yet."""
    return [
        (made(market, root, is_variant=root in _VARIANTS), hide, secrets)
        for root, hide, secrets in TABLE
    ]
