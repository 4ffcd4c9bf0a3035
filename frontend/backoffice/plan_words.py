"""Plans in words: who, what, how much."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend.formats import amount
from marketplace.core.money import Money
from marketplace.shop.catalogue.models import Category, Product
from payouts.plans import Plan
from payouts.terms import Terms
from vendors.models import Vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A plan as the list shows it."""

    plan: Plan
    conditions: list[str]
    terms: str


def plan_rows(plans: Iterable[Plan], currency: str) -> list[PlanRow]:
    """Return the plans with their conditions and terms in words; three queries."""
    plans = list(plans)
    names = _names(plans)
    return [
        PlanRow(
            plan=plan,
            conditions=_conditions(plan, names),
            terms=terms_in_words(plan.terms_in(currency), currency),
        )
        for plan in plans
    ]


def conditions_of(plan: Plan) -> list[str]:
    """Return a plan's conditions in words."""
    return _conditions(plan, _names([plan]))


def terms_in_words(terms: Terms, currency: str) -> str:
    """Return `12 % + €0.25 a piece, at least €0.50`."""

    def money(minor: int) -> str:
        return amount(Money(minor, currency))

    words = f"{terms.bps / 100:g} %"
    if terms.fixed_minor:
        words += _(" + %s a piece") % money(terms.fixed_minor)
    if terms.min_minor:
        words += _(", at least %s") % money(terms.min_minor)
    if terms.max_minor is not None:
        words += _(", at most %s") % money(terms.max_minor)
    return words


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


def _conditions(plan: Plan, names: Names) -> list[str]:
    return [
        " / ".join(names[kind].get(one, "?") for one in sorted(getattr(plan, kind)))
        for kind in ("vendors", "categories", "products")
        if getattr(plan, kind)
    ]
