"""Change the list of commission plans; a malformed list is refused as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from marketplace.db import audit
from payouts.models import (
    CommissionBase,
    CommissionCondition,
    CommissionPlan,
    ConditionKind,
)
from payouts.plan_lists import PlanRefusedError, check_list
from payouts.plans import PriceBand, brand_key
from payouts.selectors.commission import plans_in_order
from payouts.selectors.products import ancestors_of
from payouts.terms import Terms
from vendors.ranks import Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInput:
    """A plan as an operator writes it.

    `terms` has the key "" for currencies not named: a percentage alone. Conditions of a
    kind are alternatives, kinds must all fit; the plan for the rest has none.
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


@transaction.atomic
def add_plan(
    *, plan: PlanInput, actor_id: int | None, now: datetime, position: int | None = None
) -> CommissionPlan:
    """Add a plan at a position of the list (the last before the rest by default).

    Locks the list. Raises PlanRefusedError if the list would be malformed.
    """
    _lock_list()
    last = CommissionPlan.objects.filter(is_catch_all=False).aggregate(
        at=Max("position")
    )["at"]
    end = (last or 0) + 1
    place = end if position is None else max(1, min(position, end))
    CommissionPlan.objects.filter(is_catch_all=False, position__gte=place).update(
        position=F("position") + 1
    )
    row = CommissionPlan(position=place, created_at=now, updated_at=now)
    _write(row, plan, now)
    _check()
    audit.record(
        "commission.plan_added",
        subject=row,
        actor_id=actor_id,
        now=now,
        reason=plan.reason,
    )
    return row


@transaction.atomic
def change_plan(
    *,
    plan_id: int,
    plan: PlanInput,
    seen_version: int | None,
    actor_id: int | None,
    now: datetime,
) -> CommissionPlan:
    """Write a plan anew as its next version; what was sold keeps the old numbers.

    `seen_version` is the one that was changed. Locks the list. Raises PlanRefusedError
    if somebody else changed or deleted it meanwhile, or the list would be malformed.
    """
    _lock_list()
    row = CommissionPlan.objects.filter(pk=plan_id).first()
    if row is None or row.version != seen_version:
        raise PlanRefusedError(
            _("Somebody changed this plan meanwhile. Look at it again.")
        )
    row.version += 1
    row.conditions.all().delete()
    row.terms.all().delete()
    _write(row, plan, now)
    _check()
    audit.record(
        "commission.plan_changed",
        subject=row,
        actor_id=actor_id,
        now=now,
        reason=plan.reason,
        details={"version": row.version},
    )
    return row


@transaction.atomic
def reorder_plans(
    *, plan_ids: Sequence[int], actor_id: int | None, now: datetime
) -> None:
    """Put the plans into an order; the one for the rest stays last.

    The order that they have already writes nothing. Locks the list. Raises
    PlanRefusedError if a plan is missing from `plan_ids`, or one could never apply in
    that order.
    """
    rows = {row.pk: row for row in _lock_list() if not row.is_catch_all}
    if sorted(plan_ids) != sorted(rows):
        raise PlanRefusedError(_("The list has changed meanwhile: look at it again."))
    if sorted(rows, key=lambda pk: rows[pk].position) == list(plan_ids):
        return
    for position, plan_id in enumerate(plan_ids, start=1):
        rows[plan_id].position = position
        rows[plan_id].updated_at = now
    CommissionPlan.objects.bulk_update(rows.values(), ["position", "updated_at"])
    _check()
    audit.record(
        "commission.plans_reordered",
        subject=CommissionPlan.objects.get(is_catch_all=True),
        actor_id=actor_id,
        now=now,
        details={"order": list(plan_ids)},
    )


@transaction.atomic
def remove_plan(
    *, plan_id: int, actor_id: int | None, now: datetime, reason: str = ""
) -> None:
    """Delete a plan; lines that were sold under it keep its numbers.

    One that is gone already stays so. Locks the list. Raises PlanRefusedError for the
    plan for everything else.
    """
    _lock_list()
    row = CommissionPlan.objects.filter(pk=plan_id).first()
    if row is None:
        return
    if row.is_catch_all:
        raise PlanRefusedError(_("The plan for everything else must stay."))
    audit.record(
        "commission.plan_removed",
        subject=row,
        actor_id=actor_id,
        now=now,
        reason=reason,
    )
    row.delete()
    _check()


def _lock_list() -> list[CommissionPlan]:
    return list(CommissionPlan.objects.select_for_update().order_by("pk"))


def _write(row: CommissionPlan, plan: PlanInput, now: datetime) -> None:
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
            any(
                band.below_minor is not None and band.below_minor <= band.from_minor
                for band in plan.prices.values()
            ),
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


def _check() -> None:
    plans = plans_in_order()
    named = frozenset[int]().union(*(plan.categories for plan in plans))
    check_list(plans=plans, ancestors=ancestors_of(named))
