"""A seller's system writes many offers at once, each with its own answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.shop.catalogue.models import Product, ProductIdentifier
from marketplace.shop.partner.models import StockRecord
from search import services as search
from vendors.models import Vendor
from vendors.services import offers
from vendors.services.offers import OfferRefusedError, OfferTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWish:
    """An offer as it shall be; a new one names its product by id or EAN."""

    terms: OfferTerms
    product_id: str = ""
    ean: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAnswer:
    """What became of one wish: created, updated or refused."""

    sku: str
    outcome: str
    offer_id: str = ""
    field: str = ""
    message: str = ""


@transaction.atomic
def upsert_offers(
    *, vendor: Vendor, wishes: Sequence[OfferWish], now: datetime
) -> list[OfferAnswer]:
    """Create or change the offers with these numbers; a bad one spoils no other.

    Locks each offer that it changes, in the order of their primary keys.
    """
    existing = {
        offer.partner_sku: offer
        for offer in StockRecord.objects.filter(
            partner_id=vendor.partner_id,
            partner_sku__in=[wish.terms.sku.strip() for wish in wishes],
        )
    }
    products = _products(vendor, wishes)
    answers: dict[int, OfferAnswer] = {}
    changed: set[int] = set()
    for place in _lock_order(wishes, existing):
        wish = wishes[place]
        try:
            with transaction.atomic():
                offer, outcome = _write(vendor, wish, existing, products)
        except RefusedError as refusal:
            answers[place] = OfferAnswer(
                sku=wish.terms.sku,
                outcome="refused",
                field=getattr(refusal, "field", ""),
                message=refusal.message,
            )
        else:
            existing[offer.partner_sku] = offer
            changed.add(offer.product_id)
            answers[place] = OfferAnswer(
                sku=offer.partner_sku, outcome=outcome, offer_id=offer.public_id
            )
    search.mark_changed(product_ids=sorted(changed), now=now)
    return [answers[place] for place in range(len(wishes))]


def _write(
    vendor: Vendor,
    wish: OfferWish,
    existing: dict[str, StockRecord],
    products: dict[str, Product],
) -> tuple[StockRecord, str]:
    offer = existing.get(wish.terms.sku.strip())
    if offer is not None:
        return offers.change_offer(offer=offer, terms=wish.terms), "updated"
    product = products.get(wish.product_id) or products.get(wish.ean)
    if product is None:
        raise OfferRefusedError(
            _("No product has this id or EAN: propose it in the portal first."),
            field="product_id" if wish.product_id else "ean",
        )
    made = offers.list_offer(vendor=vendor, product=product, terms=wish.terms)
    return made, "created"


def _products(vendor: Vendor, wishes: Iterable[OfferWish]) -> dict[str, Product]:
    """Return the products that the seller may offer, by public id and by EAN."""
    wishes = list(wishes)
    public = Product.objects.filter(is_public=True)
    own = Product.objects.filter(submitted_by_id=vendor.partner_id)
    visible = public | own
    ids = {wish.product_id for wish in wishes if wish.product_id}
    eans = {wish.ean for wish in wishes if wish.ean}
    found = {
        product.public_id: product for product in visible.filter(public_id__in=ids)
    }
    named = ProductIdentifier.objects.filter(
        kind=ProductIdentifier.Kind.EAN, value__in=eans, product__in=visible
    ).select_related("product")
    found.update({identifier.value: identifier.product for identifier in named})
    return found


def _lock_order(
    wishes: Sequence[OfferWish], existing: dict[str, StockRecord]
) -> list[int]:
    def key(place: int) -> tuple[int, int]:
        offer = existing.get(wishes[place].terms.sku.strip())
        return (offer.pk if offer else 0, place)

    return sorted(range(len(wishes)), key=key)
