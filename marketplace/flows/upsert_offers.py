"""A seller's system writes many offers at once, each with its own answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from search import services as search
from vendors.models import Vendor
from vendors.selectors.offers import products_named
from vendors.services.offer_batch import Listed, Listing, write_offers
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
    products = products_named(
        vendor=vendor,
        ids={wish.product_id for wish in wishes if wish.product_id},
        eans={wish.ean for wish in wishes if wish.ean},
    )
    listings = [
        Listing(
            terms=wish.terms,
            product=products.get(wish.product_id) or products.get(wish.ean),
            named_by="product_id" if wish.product_id else "ean",
        )
        for wish in wishes
    ]
    written = write_offers(vendor=vendor, listings=listings)
    changed = {each.offer.product_id for each in written if isinstance(each, Listed)}
    search.mark_changed(product_ids=sorted(changed), now=now)
    return [_answer(wish, each) for wish, each in zip(wishes, written, strict=True)]


def _answer(wish: OfferWish, written: Listed | OfferRefusedError) -> OfferAnswer:
    if isinstance(written, Listed):
        return OfferAnswer(
            sku=written.offer.partner_sku,
            outcome="created" if written.is_new else "updated",
            offer_id=written.offer.public_id,
        )
    return OfferAnswer(
        sku=wish.terms.sku,
        outcome="refused",
        field=written.field,
        message=written.message,
    )
