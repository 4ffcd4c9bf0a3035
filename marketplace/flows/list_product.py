"""A seller lists: offers, proposed products, and the moderator's word on them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.db import audit, decisions
from marketplace.db.decisions import Decided, decide_each
from marketplace.db.models import Decision
from marketplace.shop.catalogue.models import Category, Product
from marketplace.shop.partner.models import StockRecord
from search import services as search
from vendors.models import Vendor, WebhookEvent
from vendors.services import families, offers, products, review, webhook_news
from vendors.services.families import Choice
from vendors.services.offers import OfferTerms
from vendors.services.products import NotInReviewError, Proposal, Words
from vendors.services.review import Verdict

if TYPE_CHECKING:
    from django.core.files import File

# The kind of its decisions.
PRODUCT = "product"


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
def propose_choices(
    *, vendor: Vendor, family: Product, choices: Sequence[Choice], now: datetime
) -> list[Product]:
    """Send more choices of a product that is on sale to the moderators. Locks it.

    Raises NotInReviewError or ChoiceRefusedError; nothing is written then.
    """
    return families.add_choices(vendor=vendor, family=family, choices=choices, now=now)


@transaction.atomic
def resubmit_family(
    *,
    vendor: Vendor,
    family: Product,
    words: Words,
    choices: Sequence[Choice],
    now: datetime,
) -> Product:
    """Send a product and its choices, mended, to the moderators again. Locks it.

    Choices that are not named any more go. Raises NotInReviewError unless it was sent
    back, ChoiceRefusedError for a choice that is wrong; nothing is written then.
    """
    families.mend_choices(vendor=vendor, family=family, choices=choices, now=now)
    mended = products.resubmit_product(product=family, words=words, now=now)
    families.dress(mended)
    return mended


@transaction.atomic
def propose_change(
    *, product: Product, words: Words, user_id: int, now: datetime
) -> Product:
    """Ask the moderators for other words on a product that is on sale.

    Locks the product. Raises NotInReviewError if nothing would be different.
    """
    product = review.propose_change(product=product, words=words, now=now)
    audit.record("product.change_proposed", subject=product, actor_id=user_id, now=now)
    return product


@transaction.atomic
def propose_pictures(
    *, product: Product, pictures: Sequence["File[bytes]"], user_id: int, now: datetime
) -> Product:
    """Ask the moderators for pictures of its own for a choice that is on sale.

    Locks it. Raises NotInReviewError unless it was approved.
    """
    product = review.propose_pictures(product=product, pictures=pictures, now=now)
    audit.record("product.change_proposed", subject=product, actor_id=user_id, now=now)
    return product


@transaction.atomic
def decide_product(  # noqa: PLR0913  what a decision says
    *,
    product: Product,
    seen: str,
    is_approved: bool,
    reason: str,
    category: Category | None = None,
    operator_id: int,
    batch: UUID | None = None,
    now: datetime,
) -> Decision:
    """Publish a proposed product or change, or send it back; its seller gets a mail.

    `seen` is the `version` that was looked at. What is published goes into `category`,
    if one is given. It can be taken back for UNDO_SECONDS, with all else of its
    `batch`; the mail waits until then. Locks the product. Raises NotInReviewError when
    it was decided or sent anew meanwhile.
    """
    verdict = review.decide_product(
        product=product,
        seen=seen,
        is_approved=is_approved,
        reason=reason,
        category=category,
    )
    outcome = "approved" if is_approved else "refused"
    audit.record(
        f"product.change_{outcome}" if verdict.is_change else f"product.{outcome}",
        subject=verdict.product,
        actor_id=operator_id,
        reason=reason,
        now=now,
    )
    search.mark_changed(product_ids=[verdict.product.pk], now=now)
    decision = _remember(verdict, outcome, batch or uuid4(), operator_id, now)
    _tell(verdict, reason, decision)
    return decision


def _tell(verdict: Verdict, reason: str, decision: Decision) -> None:
    """Tell the shop's systems too, as late as the shop itself is told."""
    shops = Vendor.objects.filter(partner=verdict.product.submitted_by_id)
    for vendor_id in shops.values_list("pk", flat=True):
        webhook_news.tell(
            WebhookEvent.LISTING_DECIDED,
            vendor_id=vendor_id,
            now=decision.decided_at,
            due=decision.undo_until,
            product=verdict.product.pk,
            is_approved=decision.outcome == "approved",
            is_change=verdict.is_change,
            reason=reason,
        )


def _remember(
    verdict: Verdict, outcome: str, batch: UUID, operator_id: int, now: datetime
) -> Decision:
    product = verdict.product
    return decisions.remember(
        kind=PRODUCT,
        outcome=outcome,
        subject_id=product.public_id,
        label=str(product),
        before=verdict.before,
        mail={
            "kind": "product_decided",
            "product": product.pk,
            "is_approved": outcome == "approved",
            "is_change": verdict.is_change,
        },
        batch=batch,
        operator_id=operator_id,
        now=now,
    )


@transaction.atomic
def decide_products(
    *,
    products: Iterable[Product],
    seen: Mapping[str, str],
    is_approved: bool,
    reason: str,
    operator_id: int,
    now: datetime,
) -> Decided[Product]:
    """Decide several products alike, with one reason.

    `seen` maps their ids to the `version` of each that was looked at. What was decided
    or sent anew meanwhile is left. Locks them in the order of their keys. Raises
    NotInReviewError, with nothing decided, when a refusal has no reason.
    """
    if not is_approved and not reason.strip():
        raise NotInReviewError(_("Please tell the sellers what to change."))

    def decide(product: Product, batch: UUID) -> None:
        decide_product(
            product=product,
            seen=seen.get(product.public_id, ""),
            is_approved=is_approved,
            reason=reason,
            operator_id=operator_id,
            batch=batch,
            now=now,
        )

    return decide_each(products, decide, late=NotInReviewError)


def reopen_product(decision: Decision, *, operator_id: int, now: datetime) -> None:
    """Let a product wait again, for `undo_decisions`. Raises NotInReviewError."""
    product = review.reopen_product(
        public_id=decision.subject_id, before=decision.before
    )
    webhook_news.withdraw(WebhookEvent.LISTING_DECIDED, product=product.pk)
    audit.record("product.reopened", subject=product, actor_id=operator_id, now=now)
    search.mark_changed(product_ids=[product.pk], now=now)
