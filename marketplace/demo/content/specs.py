"""What the demo market consists of. Amounts are minor units of EUR."""

from collections.abc import Mapping
from dataclasses import dataclass

Fact = str | int | float | bool


@dataclass(frozen=True, slots=True)
class ShippingSpec:
    """A way of delivery in a zone; `days_min` to `days_max` on the road."""

    code: str
    name: str
    carrier: str
    first_item_minor: int
    next_item_minor: int
    free_from_minor: int | None
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True)
class ZoneSpec:
    """Countries with the same ways of delivery."""

    name: str
    countries: tuple[str, ...]
    rates: tuple[ShippingSpec, ...]


@dataclass(frozen=True, slots=True)
class SellerSpec:
    """A shop, the legal person behind it, and how it behaves.

    `note` is the mean of the notes it tends to get, `on_time` the share of its parcels
    that leave in time. `away` is from and until when it is away, in days from today.
    """

    handle: str
    name: str
    tagline: str
    about: str
    returns: str
    returns_days: int
    legal_name: str
    legal_form: str
    register: str
    vat_number: str
    street: str
    postcode: str
    city: str
    country: str
    contact: str
    email: str
    phone: str
    founded: int
    mark_seed: str
    banner_group: str
    handling_days: int
    note: float
    on_time: float
    zones: tuple[ZoneSpec, ...]
    away: tuple[int, int] | None = None

    def ships_to(self, country: str) -> bool:
        """Say whether a parcel of this shop can go there."""
        return any(country in zone.countries for zone in self.zones)


@dataclass(frozen=True, slots=True)
class CategorySpec:
    """A shelf; `path` names it from the root, `tile` is its picture: what, and seed."""

    path: tuple[str, ...]
    about: str
    tile: tuple[tuple[str, ...], str]
    attributes: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """A typed definition: text, number (with unit), option or boolean."""

    code: str
    name: str
    type: str
    unit: str
    is_facet: bool
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProductSpec:
    """A thing that can be bought; its pictures are views of one seed.

    `variant_of` is the key of the product that it is a size or colour of.
    """

    key: str
    title: str
    brand: str
    category: tuple[str, ...]
    noun: str
    description: str
    facts: Mapping[str, Fact]
    ean: str
    family: str
    picture_seeds: tuple[str, ...]
    tax_class: str
    variant_of: str = ""


@dataclass(frozen=True, slots=True)
class OfferSpec:
    """A seller's price and stock of a product. `was_minor` is the price before."""

    product: str
    seller: str
    sku: str
    price_minor: int
    was_minor: int | None
    condition: str
    condition_note: str
    stock: int
    handling_days: int


@dataclass(frozen=True, slots=True)
class BuyerSpec:
    """A person with an address in the first sale's country."""

    first_name: str
    last_name: str
    email: str
    phone: str
    street: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Market:
    """The whole demo market."""

    seed: str
    sellers: tuple[SellerSpec, ...]
    categories: tuple[CategorySpec, ...]
    attributes: tuple[AttributeSpec, ...]
    products: tuple[ProductSpec, ...]
    families: tuple[ProductSpec, ...]
    offers: tuple[OfferSpec, ...]
    buyers: tuple[BuyerSpec, ...]
