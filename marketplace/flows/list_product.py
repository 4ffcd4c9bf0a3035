"""A seller lists: offers, proposed products, and the moderator's word on them."""

from datetime import datetime

from django.db import transaction

from marketplace.db import audit, outbox
from marketplace.shop.catalogue.models import Category, Product
from marketplace.shop.partner.models import StockRecord
from search import services as search
from vendors.models import Vendor
from vendors.services import offers, products
from vendors.services.offers import OfferTerms
from vendors.services.products import Proposal


@transaction.atomic
def list_offer(
    *, vendor: Vendor, product: Product, terms: OfferTerms, now: datetime
) -> StockRecord:
    """Put a product on sale and tell search. Raises OfferRefusedError."""
    offer = offers.list_offer(vendor=vendor, product=product, terms=terms)
    search.mark_changed(product_ids=[product.pk], now=now)
    return offer


@transaction.atomic
def change_offer(
    *, offer: StockRecord, terms: OfferTerms, now: datetime
) -> StockRecord:
    """Change an offer and tell search. Locks it; raises OfferRefusedError."""
    offer = offers.change_offer(offer=offer, terms=terms)
    search.mark_changed(product_ids=[offer.product_id], now=now)
    return offer


@transaction.atomic
def propose_product(
    *, vendor: Vendor, proposal: Proposal, terms: OfferTerms, now: datetime
) -> Product:
    """Send a new product with the seller's offer to the moderators.

    Raises ProductRefusedError or OfferRefusedError; nothing is written then.
    """
    product = products.propose_product(vendor=vendor, proposal=proposal, now=now)
    offers.list_offer(vendor=vendor, product=product, terms=terms)
    return product


@transaction.atomic
def decide_product(
    *,
    product: Product,
    is_approved: bool,
    reason: str,
    category: Category | None = None,
    operator_id: int,
    now: datetime,
) -> Product:
    """Publish a proposed product or send it back; its seller gets a mail.

    What is published goes into `category`, if one is given. Locks the product. Raises
    NotInReviewError when it was decided meanwhile.
    """
    product = products.decide_product(
        product=product, is_approved=is_approved, reason=reason, category=category
    )
    audit.record(
        "product.approved" if is_approved else "product.refused",
        subject=product,
        actor_id=operator_id,
        reason=reason,
        now=now,
    )
    outbox.emit(
        topic="mail",
        key=f"product.decided:{product.public_id}:{now.isoformat()}",
        payload={"kind": "product_decided", "product": product.pk},
        now=now,
    )
    search.mark_changed(product_ids=[product.pk], now=now)
    return product
