"""A seller writes many offers at once, in as many statements as a few."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from vendors.models import Vendor
from vendors.services.offers import (
    OfferRefusedError,
    OfferTerms,
    already_offered,
    apply_terms,
    check_terms,
    new_offer,
    number_in_use,
)

_CHANGING = [
    "price",
    "price_currency",
    "condition",
    "condition_note",
    "handling_days",
    "is_active",
    "num_in_stock",
    "date_updated",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An offer as it shall be; only a new one needs the product.

    `named_by` is the field that says which product: a refusal points at it.
    """

    terms: OfferTerms
    product: Product | None
    named_by: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An offer that was written."""

    offer: StockRecord
    is_new: bool


@transaction.atomic
def write_offers(
    *, vendor: Vendor, listings: Sequence[Listing]
) -> list[Listed | OfferRefusedError]:
    """Create or change the offers with these numbers; return an answer to each.

    One that breaks a rule spoils no other; one with the number of an earlier one
    changes it. How many may be bought at once stays as it is. Locks the offers that
    exist, in the order of their primary keys.
    """
    batch = _Batch(vendor, listings)
    answers = [batch.write(listing) for listing in listings]
    batch.save()
    return [batch.settled(answer) for answer in answers]


class _Batch:
    """The offers of a seller while many are written: read once, written once."""

    def __init__(self, vendor: Vendor, listings: Sequence[Listing]) -> None:
        self.vendor = vendor
        own = StockRecord.objects.filter(partner_id=vendor.partner_id)
        named = own.filter(partner_sku__in={_number(each.terms) for each in listings})
        locked = named.select_for_update(no_key=True).order_by("pk")
        self.offers = {offer.partner_sku: offer for offer in locked}
        products = {each.product for each in listings if each.product is not None}
        beside = own.filter(product__in=products)
        self.taken = Counter(beside.values_list("product_id", "condition"))
        self.changed: dict[str, StockRecord] = {}
        self.fresh: dict[str, StockRecord] = {}
        self.lost: set[str] = set()

    def write(self, listing: Listing) -> Listed | OfferRefusedError:
        """Note what one listing changes; a refusal changes nothing."""
        try:
            check_terms(listing.terms)
            offer = self.offers.get(_number(listing.terms))
            if offer is None:
                return Listed(self._add(listing), is_new=True)
        except OfferRefusedError as refusal:
            return refusal
        self._change(offer, listing.terms)
        return Listed(offer, is_new=False)

    def save(self) -> None:
        """Write what was noted; what somebody else listed meanwhile stays theirs."""
        fresh = [self.fresh[number] for number in sorted(self.fresh)]
        StockRecord.objects.bulk_create(fresh, ignore_conflicts=True)
        written = StockRecord.objects.filter(
            public_id__in=[offer.public_id for offer in fresh]
        )
        self.lost = self.fresh.keys() - set(
            written.values_list("partner_sku", flat=True)
        )
        StockRecord.objects.bulk_create(
            self.changed.values(),
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=_CHANGING,
        )

    def settled(self, answer: Listed | OfferRefusedError) -> Listed | OfferRefusedError:
        """Return the answer as it stands now that all is written."""
        if isinstance(answer, Listed) and answer.offer.partner_sku in self.lost:
            return number_in_use()
        return answer

    def _add(self, listing: Listing) -> StockRecord:
        if listing.product is None:
            raise OfferRefusedError(
                _("No product has this id or EAN: propose it in the portal first."),
                field=listing.named_by,
            )
        if self.taken[listing.product.pk, listing.terms.condition]:
            raise already_offered()
        offer = new_offer(self.vendor, listing.product)
        self._apply(offer, listing.terms)
        self.offers[offer.partner_sku] = self.fresh[offer.partner_sku] = offer
        return offer

    def _change(self, offer: StockRecord, terms: OfferTerms) -> None:
        self.taken[offer.product_id, offer.condition] -= 1
        # Nothing that writes many says how many one may buy: the portal alone does.
        least, most = offer.min_quantity, offer.max_quantity
        self._apply(offer, replace(terms, min_quantity=least, max_quantity=most))
        if offer.partner_sku not in self.fresh:
            self.changed[offer.partner_sku] = offer

    def _apply(self, offer: StockRecord, terms: OfferTerms) -> None:
        apply_terms(offer, terms)
        self.taken[offer.product_id, offer.condition] += 1


def _number(terms: OfferTerms) -> str:
    return terms.sku.strip()
