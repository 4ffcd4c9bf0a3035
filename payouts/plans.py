"""Which commission plan applies, and why: an ordered list, the first match wins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from payouts.terms import Terms

NO_IDS: frozenset[int] = frozenset()
NO_WORDS: frozenset[str] = frozenset()

ANY_CURRENCY = ""


class NoPlanError(RefusedError):
    """No commission plan applies: the catch-all is missing."""

    code = "commission.no_plan"

    def __init__(self) -> None:
        super().__init__(
            _("No commission plan applies: an operator must add the plan for the rest.")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBand:
    """Unit prices from `from_minor` up to, but not including, `below_minor`."""

    from_minor: int = 0
    below_minor: int | None = None

    @property
    def is_sound(self) -> bool:
        """Whether any price lies in the band."""
        return self.below_minor is None or self.from_minor < self.below_minor

    def holds(self, unit_minor: int) -> bool:
        """Whether a piece of this price lies in the band."""
        is_below = self.below_minor is None or unit_minor < self.below_minor
        return self.from_minor <= unit_minor and is_below


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan as it is matched. Empty conditions of a kind match everything.

    `brands` are in the form of `brand_key`; `prices` has a band for each currency, and
    a sale in another one lies in none. `names` are for people: `vendor:7` -> "Brume".
    `gone` are the kinds of what it names that has been deleted: a seller, a category.
    Such a condition goes on to match nothing; it never widens the plan.
    """

    id: int
    name: str
    version: int
    position: int
    is_enabled: bool
    is_catch_all: bool
    valid_from: datetime | None
    valid_to: datetime | None
    excludes_tax: bool
    include_shipping: bool
    charge_vat: bool
    vendors: frozenset[int] = NO_IDS
    categories: frozenset[int] = NO_IDS
    products: frozenset[int] = NO_IDS
    brands: frozenset[str] = NO_WORDS
    ranks: frozenset[str] = NO_WORDS
    countries: frozenset[str] = NO_WORDS
    prices: Mapping[str, PriceBand] = field(default_factory=dict)
    terms: Mapping[str, Terms]
    names: Mapping[str, str] = field(default_factory=dict, compare=False)
    gone: frozenset[str] = NO_WORDS

    @property
    def has_conditions(self) -> bool:
        """Whether the plan asks anything of a sale."""
        return self.is_for_items or bool(self.vendors or self.ranks or self.countries)

    @property
    def is_for_items(self) -> bool:
        """Whether it asks something that no shipping charge has."""
        return bool(self.products or self.categories or self.brands or self.prices)

    def terms_in(self, currency: str) -> Terms:
        """Return the terms of a currency, or those for currencies not named."""
        return self.terms.get(currency) or self.terms[ANY_CURRENCY]

    def holds_at(self, at: datetime) -> bool:
        """Whether it is switched on and valid at a moment."""
        return (
            self.is_enabled
            and (self.valid_from is None or self.valid_from <= at)
            and (self.valid_to is None or at < self.valid_to)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is sold. `categories` holds the product's categories and all above them.

    `brand` is in the form of `brand_key`; `unit_minor` is the price of a piece, after
    what its seller gave. A shipping charge has neither product, categories, brand nor
    unit price.
    """

    vendor_id: int
    product_id: int | None = None
    categories: frozenset[int] = NO_IDS
    brand: str = ""
    rank: str = ""
    country: str = ""
    currency: str = ""
    unit_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one plan applies to a subject, and the reason in words."""

    plan: Plan
    applies: bool
    why: str


def brand_key(brand: str) -> str:
    """Return a brand as it is compared: neither case nor spaces around it count."""
    return " ".join(brand.split()).casefold()


def applies(*, plan: Plan, subject: Subject, at: datetime) -> bool:
    """Say whether a plan applies to a subject at a moment."""
    return plan.holds_at(at) and not _unmet(plan, subject)


def resolve(*, plans: Iterable[Plan], subject: Subject, at: datetime) -> Plan:
    """Return the first plan, by position, that applies.

    Raises NoPlanError if none does.
    """
    for plan in plans:
        if applies(plan=plan, subject=subject, at=at):
            return plan
    raise NoPlanError


def plans_for_things(
    *, plans: Iterable[Plan], seller: Subject, at: datetime
) -> list[Plan]:
    """Return the plans that a thing of a seller may fall under, in their order.

    They end with the first that asks nothing of a thing: no other follows it.
    """
    found = []
    for plan in plans:
        can_fit = plan.holds_at(at) and _asks_what_there_is(plan, seller.currency)
        if can_fit and not _unmet_by_seller(plan, seller):
            found.append(plan)
            if not plan.is_for_items:
                break
    return found


def _asks_what_there_is(plan: Plan, currency: str) -> bool:
    """Say whether some product, category or price of a plan is not gone."""
    named = [ids for ids in (plan.products, plan.categories) if ids]
    is_there = all(any(one is not None for one in ids) for ids in named)
    return is_there and (not plan.prices or currency in plan.prices)


def _unmet(plan: Plan, subject: Subject) -> str:
    """Name the first kind of condition that a subject does not meet, or nothing."""
    unmet = _unmet_by_seller(plan, subject)
    if unmet or not plan.is_for_items:
        return unmet
    return _unmet_by_item(plan, subject)


def _unmet_by_seller(plan: Plan, subject: Subject) -> str:
    if plan.vendors and subject.vendor_id not in plan.vendors:
        return "vendors"
    if plan.ranks and subject.rank not in plan.ranks:
        return "ranks"
    if plan.countries and subject.country not in plan.countries:
        return "countries"
    return ""


def _unmet_by_item(plan: Plan, subject: Subject) -> str:
    if plan.products and subject.product_id not in plan.products:
        return "products"
    if plan.categories and plan.categories.isdisjoint(subject.categories):
        return "categories"
    if plan.brands and subject.brand not in plan.brands:
        return "brands"
    if plan.prices and not _is_in_band(plan, subject):
        return "prices"
    return ""


def _is_in_band(plan: Plan, subject: Subject) -> bool:
    band = plan.prices.get(subject.currency)
    return (
        band is not None
        and subject.unit_minor is not None
        and band.holds(subject.unit_minor)
    )


def judge(*, plan: Plan, subject: Subject, at: datetime) -> Verdict:
    """Say whether a plan applies to a subject at a moment, and why."""
    why = _asleep(plan, at) or _objection(_unmet(plan, subject), subject)
    if why:
        return Verdict(plan, applies=False, why=why)
    return Verdict(plan, applies=True, why=_ground(plan, subject))


def explain(*, plans: Iterable[Plan], subject: Subject, at: datetime) -> list[Verdict]:
    """Judge every plan in order; the first that applies is the one that counts."""
    return [judge(plan=plan, subject=subject, at=at) for plan in plans]


def _asleep(plan: Plan, at: datetime) -> str:
    if not plan.is_enabled:
        return _("It is switched off.")
    if plan.valid_from is not None and at < plan.valid_from:
        return _("It is not valid yet.")
    if plan.valid_to is not None and at >= plan.valid_to:
        return _("It is no longer valid.")
    return ""


def _objection(unmet: str, subject: Subject) -> str:
    is_delivery = subject.product_id is None and subject.unit_minor is None
    if is_delivery and unmet in {"products", "categories", "brands", "prices"}:
        return _("It is for things, and this is a delivery charge.")
    words = {
        "vendors": _("It is for other sellers."),
        "ranks": _("It is for sellers of another rank."),
        "countries": _("It is for sellers of other countries."),
        "products": _("It is for other products."),
        "categories": _("It is for other categories."),
        "brands": _("It is for other brands."),
        "prices": _("It is for other prices."),
    }
    return words.get(unmet, "")


def grounds(plan: Plan, subject: Subject) -> list[dict[str, str]]:
    """Return each condition that a subject met: its kind, the value, and its name.

    `value` is an id for sellers, categories and products. Of several categories the
    plan's lowest id is named.
    """
    found: list[tuple[str, str]] = []
    if plan.vendors:
        found.append(("vendor", str(subject.vendor_id)))
    if plan.ranks:
        found.append(("rank", subject.rank))
    if plan.countries:
        found.append(("country", subject.country))
    if plan.products:
        found.append(("product", str(subject.product_id)))
    if plan.categories:
        found.append(("category", str(min(plan.categories & subject.categories))))
    if plan.brands:
        found.append(("brand", subject.brand))
    if plan.prices:
        found.append(("price", str(subject.unit_minor)))
    names = {
        f"rank:{subject.rank}": subject.rank,
        f"country:{subject.country}": subject.country,
        **plan.names,
    }
    return [
        {"kind": kind, "value": value, "name": names.get(f"{kind}:{value}", "")}
        for kind, value in found
    ]


def _ground(plan: Plan, subject: Subject) -> str:
    return ground_words(grounds(plan, subject))


def ground_words(met: Sequence[Mapping[str, str]]) -> str:
    """Return the conditions that were met, as `grounds` gives them, in words."""
    kinds = {
        "vendor": _("seller"),
        "rank": _("rank"),
        "country": _("country"),
        "product": _("product"),
        "category": _("category"),
        "brand": _("brand"),
        "price": _("price"),
    }
    if not met:
        return _("It is the plan for everything else.")
    named = [
        f"{kinds[one['kind']]} ({one['name']})" if one["name"] else kinds[one["kind"]]
        for one in met
    ]
    return _("It names this %(conditions)s.") % {
        "conditions": _(" and this ").join(named)
    }
