"""Rows for tests: set what matters, the rest is given.

    teapot = ProductFactory(title="Teapot", category=ceramics)
    OfferFactory(product=teapot, partner=bindery, price="24.00")

A partner made here sells; `VendorFactory` makes the open shop behind one.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.text import slugify
from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password
from factory.helpers import post_generation

from marketplace.accounts.models import User
from marketplace.shop.catalogue.models import (
    Category,
    Product,
    ProductAttribute,
    ProductCategory,
    ProductIdentifier,
)
from marketplace.shop.partner.models import Partner, StockRecord
from marketplace.shop.shipping.models import Rate, Zone
from vendors.models import Vendor, Webhook
from vendors.services.webhooks import CHOOSABLE
from vendors.webhook_signing import new_secret

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
EU = ["BE", "FR", "DE", "NL", "IT", "PT", "GR"]


class UserFactory(DjangoModelFactory[User]):
    """Somebody with an account; the password is `a-long-enough-one`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"person{n}@example.org")
    first_name = "Anna"
    last_name = "Peeters"
    password = Password("a-long-enough-one")


class PartnerFactory(DjangoModelFactory[Partner]):
    """A partner who sells."""

    class Meta:
        model = Partner

    name = Sequence(lambda n: f"Seller {n}")
    code = LazyAttribute(lambda one: slugify(one.name))
    is_selling = True
    dispatch_country = "BE"
    city = "Ghent"


class VendorFactory(DjangoModelFactory[Vendor]):
    """An open shop and its partner, which share handle and name."""

    class Meta:
        model = Vendor

    partner = SubFactory(PartnerFactory)
    handle = LazyAttribute(lambda one: one.partner.code)
    name = LazyAttribute(lambda one: one.partner.name)
    state = Vendor.State.OPEN
    country = "BE"
    legal_name = LazyAttribute(lambda one: f"{one.name} SRL")
    created_at = NOW
    opened_at = NOW


class ZoneFactory(DjangoModelFactory[Zone]):
    """Where a seller delivers at the same rates."""

    class Meta:
        model = Zone

    partner = SubFactory(PartnerFactory)
    name = "European Union"
    countries = LazyFunction(EU.copy)


class RateFactory(DjangoModelFactory[Rate]):
    """Delivery for €4.90, two to four working days on the road."""

    class Meta:
        model = Rate

    zone = SubFactory(ZoneFactory)
    code = "standard"
    name = "Standard"
    currency = "EUR"
    first_item_minor = 490
    next_item_minor = 100
    days_min = 2
    days_max = 4


class WebhookFactory(DjangoModelFactory[Webhook]):
    """A webhook that hears everything, at an address where nobody is."""

    class Meta:
        model = Webhook

    name = Sequence(lambda n: f"System {n}")
    address = "https://systems.example/hear"
    events = LazyFunction(lambda: [event.value for event in CHOOSABLE])
    secret = LazyFunction(new_secret)
    created_at = NOW


class CategoryFactory(DjangoModelFactory[Category]):
    """A shelf; `parent` is the one that it stands in."""

    class Meta:
        model = Category

    name = Sequence(lambda n: f"Shelf {n}")

    @classmethod
    def _create(cls, model_class: Any, *_args: Any, **fields: Any) -> Category:
        parent = fields.pop("parent", None)
        slug = fields.setdefault("slug", slugify(fields["name"]))
        above = f"{parent.full_slug}/" if parent else ""
        fields.setdefault("full_slug", above + slug)
        if parent is None:
            return model_class.objects.add_root(instance=model_class(**fields))
        # The tree writes its counters in SQL, past the object at hand.
        target = model_class.objects.get(pk=parent.pk)
        return model_class.objects.add_child(target, instance=model_class(**fields))


class ProductFactory(DjangoModelFactory[Product]):
    """An approved, public product; `category` and `ean` add their rows."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    title = Sequence(lambda n: f"Thing {n}")
    structure = Product.STANDALONE
    is_public = True
    description = ""

    @post_generation
    def category(self: Any, create: bool, value: Category | None, **_: Any) -> None:
        if create and value is not None:
            ProductCategory.objects.create(product=self, category=value)

    @post_generation
    def ean(self: Any, create: bool, value: str | None, **_: Any) -> None:
        if create and value:
            ProductIdentifier.objects.create(product=self, value=value)


class OfferFactory(DjangoModelFactory[StockRecord]):
    """A seller's offer: ten pieces at €20.00."""

    class Meta:
        model = StockRecord

    product = SubFactory(ProductFactory)
    partner = SubFactory(PartnerFactory)
    partner_sku = Sequence(lambda n: f"ref{n}")
    price_currency = "EUR"
    price = Decimal("20.00")
    num_in_stock = 10


class AttributeFactory(DjangoModelFactory[ProductAttribute]):
    """A typed definition that is a filter; products hold values in `facts`."""

    class Meta:
        model = ProductAttribute

    name = "Colour"
    code = LazyAttribute(lambda one: slugify(one.name).replace("-", "_"))
    is_facet = True


def seller(name: str, *, delivers: bool = True, **facts: Any) -> Partner:
    """Return the partner of an open shop that delivers to the EU for €4.90."""
    partner = PartnerFactory.create(name=name, **facts)
    VendorFactory.create(partner=partner)
    if delivers:
        RateFactory.create(zone=ZoneFactory.create(partner=partner))
    return partner
