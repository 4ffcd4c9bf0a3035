"""Write plans into a list that is not published: what drafts and set-up share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Max
from django.utils.translation import gettext as _

from payouts.models import (
    CommissionBase,
    CommissionCondition,
    CommissionList,
    CommissionPlan,
    CommissionTerm,
    ConditionKind,
)
from payouts.plan_lists import PlanRefusedError, differs
from payouts.plans import PriceBand, brand_key
from payouts.selectors.commission import plans_of
from payouts.terms import Terms
from vendors.ranks import Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInput:
    """A plan as an operator writes it.

    `terms` has the key "" for currencies not named: a percentage alone. Conditions of a
    kind are alternatives, kinds must all fit; the plan for the rest has none. `prices`
    has a band of unit prices for each currency.
    """

    name: str
    terms: Mapping[str, Terms]
    vendors: Sequence[int] = ()
    categories: Sequence[int] = ()
    products: Sequence[int] = ()
    brands: Sequence[str] = ()
    ranks: Sequence[str] = ()
    countries: Sequence[str] = ()
    prices: Mapping[str, PriceBand] = field(default_factory=dict)
    is_enabled: bool = True
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    excludes_tax: bool = False
    include_shipping: bool = True
    charge_vat: bool = True
    reason: str = ""


def copy_plans(*, source: CommissionList, target: CommissionList) -> None:
    """Copy every plan of a list into one that has none."""
    rows = list(
        source.plans.prefetch_related("conditions", "terms").order_by("position")
    )
    parts = [(list(row.conditions.all()), list(row.terms.all())) for row in rows]
    for row in rows:
        row.pk, row.list, row.touched = None, target, 0
    CommissionPlan.objects.bulk_create(rows)
    conditions: list[CommissionCondition] = []
    terms: list[CommissionTerm] = []
    for row, (its_conditions, its_terms) in zip(rows, parts, strict=True):
        for condition in its_conditions:
            condition.pk, condition.plan = None, row
        for term in its_terms:
            term.pk, term.plan = None, row
        conditions += its_conditions
        terms += its_terms
    CommissionCondition.objects.bulk_create(conditions)
    CommissionTerm.objects.bulk_create(terms)


def insert_plan(
    *,
    plan_list: CommissionList,
    plan: PlanInput,
    position: int | None,
    now: datetime,
) -> CommissionPlan:
    """Add a plan at a position of a list: the last before the rest by default."""
    others = plan_list.plans.filter(is_catch_all=False)
    end = (others.aggregate(at=Max("position"))["at"] or 0) + 1
    place = end if position is None else max(1, min(position, end))
    others.filter(position__gte=place).update(position=F("position") + 1)
    key = CommissionPlan.objects.aggregate(last=Max("key"))["last"] or 0
    row = CommissionPlan(
        list=plan_list,
        key=key + 1,
        position=place,
        touched=plan_list.revision,
        created_at=now,
    )
    write_plan(row=row, plan=plan, now=now)
    return row


def rewrite_plan(*, row: CommissionPlan, plan: PlanInput, now: datetime) -> None:
    """Write a plan of a list anew."""
    row.conditions.all().delete()
    row.terms.all().delete()
    write_plan(row=row, plan=plan, now=now)


def write_plan(*, row: CommissionPlan, plan: PlanInput, now: datetime) -> None:
    """Write what an operator typed. Raises PlanRefusedError if it makes no sense."""
    row.name = plan.name
    row.valid_from = plan.valid_from
    row.valid_to = plan.valid_to
    row.is_enabled = plan.is_enabled
    row.base = CommissionBase.EXCL_TAX if plan.excludes_tax else CommissionBase.INCL_TAX
    row.include_shipping = plan.include_shipping
    row.charge_vat = plan.charge_vat
    row.updated_at = now
    _check_values(row, plan)
    row.save()
    for currency, terms in plan.terms.items():
        row.terms.create(
            currency=currency,
            bps=terms.bps,
            fixed_minor=terms.fixed_minor,
            min_minor=terms.min_minor,
            max_minor=terms.max_minor,
        )
    CommissionCondition.objects.bulk_create(_conditions(row, plan))


def reposition(*, rows: Sequence[CommissionPlan], now: datetime) -> None:
    """Give plans the places of their order."""
    for position, row in enumerate(rows, start=1):
        row.position, row.updated_at = position, now
    CommissionPlan.objects.bulk_update(rows, ["position", "updated_at"])


def number_versions(*, plan_list: CommissionList, base: CommissionList) -> None:
    """Give each plan that differs from the base list's its next version.

    Where a plan stands in the list is no part of it.
    """
    before = {plan.id: plan for plan in plans_of(base)}
    for plan in plans_of(plan_list):
        old = before.get(plan.id)
        version = 1 if old is None else old.version + differs(plan, old)
        if version != plan.version:
            plan_list.plans.filter(key=plan.id).update(version=version)


def _check_values(row: CommissionPlan, plan: PlanInput) -> None:
    # What the database would refuse too, said in words.
    rest = plan.terms.get("")
    is_dated = plan.valid_from is not None or plan.valid_to is not None
    faults = (
        (not plan.name.strip(), _("Give the plan a name.")),
        (
            rest is not None and rest != Terms(bps=rest.bps),
            _("Fixed fees, minimum and cap need a currency."),
        ),
        (
            any(not terms.is_sound for terms in plan.terms.values()),
            _("A percentage lies between 0 and 100, a minimum below its cap."),
        ),
        (
            row.is_catch_all and (is_dated or not plan.is_enabled),
            _("The plan for everything else is always on."),
        ),
        (
            plan.valid_from is not None
            and plan.valid_to is not None
            and plan.valid_from >= plan.valid_to,
            _("The plan ends before it begins."),
        ),
        (
            any(not band.is_sound for band in plan.prices.values()),
            _("The prices end before they begin."),
        ),
        (
            not set(plan.ranks) <= set(Rank.values),
            _("A rank is one of: %s.") % ", ".join(Rank.values),
        ),
    )
    for is_wrong, message in faults:
        if is_wrong:
            raise PlanRefusedError(message)


def _conditions(row: CommissionPlan, plan: PlanInput) -> list[CommissionCondition]:
    named: list[tuple[ConditionKind, str, Iterable[object]]] = [
        (ConditionKind.VENDOR, "vendor_id", plan.vendors),
        (ConditionKind.CATEGORY, "category_id", plan.categories),
        (ConditionKind.PRODUCT, "product_id", plan.products),
        (ConditionKind.BRAND, "word", _brands(plan.brands)),
        (ConditionKind.RANK, "word", plan.ranks),
        (ConditionKind.COUNTRY, "word", plan.countries),
    ]
    return [
        CommissionCondition(plan=row, kind=kind, **{column: value})
        for kind, column, values in named
        for value in dict.fromkeys(values)
    ] + [
        CommissionCondition(
            plan=row,
            kind=ConditionKind.PRICE,
            currency=currency,
            from_minor=band.from_minor,
            below_minor=band.below_minor,
        )
        for currency, band in plan.prices.items()
    ]


def _brands(brands: Iterable[str]) -> list[str]:
    """Keep one way of writing each brand."""
    return list(
        {brand_key(brand): " ".join(brand.split()) for brand in brands}.values()
    )
