"""Plans in words: who, what, how much."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend.formats import NO_BREAK, amount, number
from marketplace.core.money import Money
from marketplace.shop.catalogue.models import Category, Product
from payouts.plans import Plan
from payouts.terms import Terms
from vendors.models import Vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition: the names of which one must fit, and their kind."""

    kind: str
    names: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A plan as the list shows it; `share` is `12 %`, `limits` what bounds it."""

    plan: Plan
    conditions: list[Condition]
    share: str
    limits: str


def plan_rows(plans: Iterable[Plan], currency: str) -> list[PlanRow]:
    """Return the plans with their conditions and terms in words; three queries."""
    plans = list(plans)
    names = _names(plans)
    return [
        PlanRow(
            plan=plan,
            conditions=_conditions(plan, names),
            share=_share(plan.terms_in(currency), currency),
            limits=_limits(plan.terms_in(currency), currency),
        )
        for plan in plans
    ]


def terms_of(plan: Plan, currency: str) -> str:
    """Return `12 % + €0.25 a piece, at least €0.50`."""
    terms = plan.terms_in(currency)
    words = filter(None, (_share(terms, currency), _limits(terms, currency)))
    return ", ".join(words)


def _share(terms: Terms, currency: str) -> str:
    places = 0 if terms.bps % 100 == 0 else 1 if terms.bps % 10 == 0 else 2
    words = f"{number(terms.bps / 100, places)}{NO_BREAK}%"
    if terms.fixed_minor:
        words += _(" + %s a piece") % amount(Money(terms.fixed_minor, currency))
    return words


def _limits(terms: Terms, currency: str) -> str:
    words = []
    if terms.min_minor:
        words.append(_("at least %s") % amount(Money(terms.min_minor, currency)))
    if terms.max_minor is not None:
        words.append(_("at most %s") % amount(Money(terms.max_minor, currency)))
    return ", ".join(words)


Names = dict[str, dict[int, str]]


def _names(plans: list[Plan]) -> Names:
    def ids(kind: str) -> set[int]:
        return {one for plan in plans for one in getattr(plan, kind)}

    vendors = Vendor.objects.filter(pk__in=ids("vendors"))
    categories = Category.objects.filter(pk__in=ids("categories"))
    products = Product.objects.filter(pk__in=ids("products"))
    return {
        "vendors": dict(vendors.values_list("pk", "name")),
        "categories": dict(categories.values_list("pk", "name")),
        "products": dict(products.values_list("pk", "title")),
    }


def _conditions(plan: Plan, names: Names) -> list[Condition]:
    return [
        Condition(
            kind=kind,
            names=[names[kind].get(one, "?") for one in sorted(getattr(plan, kind))],
        )
        for kind in ("vendors", "categories", "products")
        if getattr(plan, kind)
    ]
