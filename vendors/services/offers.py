"""A seller lists: offers on products that exist."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core.errors import RefusedError
from marketplace.core.money import to_decimal
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from vendors.models import Vendor

MOST_MINOR = 99_999_999
MOST_STOCK = 1_000_000
MOST_HANDLING_DAYS = 60


class OfferRefusedError(RefusedError):
    """The offer breaks a rule; `field` names the one to correct."""

    code = "offer.refused"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerms:
    """What a seller says of an offer. `stock` is what can still be bought."""

    sku: str
    price_minor: int
    currency: str
    stock: int
    condition: str = StockRecord.Condition.NEW
    condition_note: str = ""
    handling_days: int = 1
    min_quantity: int = 1
    max_quantity: int | None = None
    is_active: bool = True


# What to do about a field, translated only when it is said: a sheet checks thousands.
_DO = {
    "sku": gettext_lazy("Give the offer a number of your own."),
    "price": gettext_lazy("Enter a price above zero, for example 24.90."),
    "stock": gettext_lazy("Enter how many you have."),
    "condition": format_lazy(
        gettext_lazy("Choose one of: {conditions}."),
        conditions=", ".join(StockRecord.Condition.values),
    ),
    "handling_days": gettext_lazy("Enter the working days until dispatch, 60 at most."),
    "min_quantity": gettext_lazy("Enter at least 1."),
    "max_quantity": gettext_lazy("The most that one may buy is below the least."),
}


def check_terms(terms: OfferTerms) -> None:
    """Raise OfferRefusedError with the field and what to do."""
    rules = {
        "sku": bool(terms.sku.strip()),
        "price": 0 < terms.price_minor <= MOST_MINOR,
        "stock": 0 <= terms.stock <= MOST_STOCK,
        "condition": terms.condition in StockRecord.Condition.values,
        "handling_days": 0 <= terms.handling_days <= MOST_HANDLING_DAYS,
        "min_quantity": terms.min_quantity >= 1,
        "max_quantity": terms.max_quantity is None
        or terms.max_quantity >= terms.min_quantity,
    }
    for field, holds in rules.items():
        if not holds:
            raise OfferRefusedError(str(_DO[field]), field=field)


@transaction.atomic
def list_offer(*, vendor: Vendor, product: Product, terms: OfferTerms) -> StockRecord:
    """Put a product on sale for a seller.

    Raises OfferRefusedError for terms that break a rule, a number that is in use, or a
    second offer of the same product in the same condition.
    """
    check_terms(terms)
    twin = StockRecord.objects.filter(
        partner_id=vendor.partner_id, product=product, condition=terms.condition
    )
    if twin.exists():
        raise already_offered()
    offer = new_offer(vendor, product)
    _write(offer, terms)
    return offer


@transaction.atomic
def change_offer(*, offer: StockRecord, terms: OfferTerms) -> StockRecord:
    """Change an offer's terms. Locks it: what is allocated to orders stays theirs."""
    check_terms(terms)
    locked = StockRecord.objects.select_for_update().get(pk=offer.pk)
    _write(locked, terms)
    return locked


def set_stock(*, offer: StockRecord, stock: int) -> None:
    """Say how many can still be bought, in one statement."""
    if not 0 <= stock <= MOST_STOCK:
        raise OfferRefusedError(str(_DO["stock"]), field="stock")
    StockRecord.objects.filter(pk=offer.pk).update(
        num_in_stock=stock + Coalesce(F("num_allocated"), 0)
    )


def set_active(*, offer: StockRecord, is_active: bool) -> None:
    """Put an offer on sale, or take it off."""
    StockRecord.objects.filter(pk=offer.pk).update(is_active=is_active)


def new_offer(vendor: Vendor, product: Product) -> StockRecord:
    """Return an offer of a product that has no terms yet and is not written."""
    return StockRecord(
        partner_id=vendor.partner_id,
        product=product,
        dispatch_country=vendor.country,
    )


def apply_terms(offer: StockRecord, terms: OfferTerms) -> None:
    """Put terms into an offer, unwritten: what is allocated to orders stays theirs."""
    offer.partner_sku = terms.sku.strip()
    offer.num_in_stock = terms.stock + (offer.num_allocated or 0)
    offer.price = to_decimal(terms.price_minor, terms.currency)
    offer.price_currency = terms.currency
    offer.condition = terms.condition
    offer.condition_note = terms.condition_note
    offer.handling_days = terms.handling_days
    offer.min_quantity = terms.min_quantity
    offer.max_quantity = terms.max_quantity
    offer.is_active = terms.is_active


def already_offered() -> OfferRefusedError:
    """Return the refusal of a second offer of a product in one condition."""
    return OfferRefusedError(
        _("You already offer this product in this condition: change that offer."),
        field="condition",
    )


def number_in_use() -> OfferRefusedError:
    """Return the refusal of a number that another offer of the seller has."""
    return OfferRefusedError(
        _("You already have an offer with this number."), field="sku"
    )


def _write(offer: StockRecord, terms: OfferTerms) -> None:
    apply_terms(offer, terms)
    try:
        with transaction.atomic():
            offer.save()
    except IntegrityError as error:
        raise number_in_use() from error
