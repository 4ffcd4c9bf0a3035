"""Which commission plan applies, and why: an ordered list, the first match wins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from payouts.terms import Terms

NO_IDS: frozenset[int] = frozenset()
ANY_CURRENCY = ""


class NoPlanError(RefusedError):
    """No commission plan applies: the catch-all is missing."""

    code = "commission.no_plan"


class PlanRefusedError(RefusedError):
    """A plan list is malformed; the message says which plan and why."""

    code = "commission.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan as it is matched. Empty conditions of a kind match everything."""

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
    terms: Mapping[str, Terms]

    @property
    def has_conditions(self) -> bool:
        """Whether the plan asks anything of a sale."""
        return bool(self.vendors or self.categories or self.products)

    def terms_in(self, currency: str) -> Terms:
        """Return the terms of a currency, or those for currencies not named."""
        return self.terms.get(currency) or self.terms[ANY_CURRENCY]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is sold. `categories` holds the product's categories and all above them.

    A shipping charge has neither product nor categories.
    """

    vendor_id: int
    product_id: int | None = None
    categories: frozenset[int] = NO_IDS


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one plan applies to a subject, and the reason in words."""

    plan: Plan
    applies: bool
    why: str


def judge(*, plan: Plan, subject: Subject, at: datetime) -> Verdict:
    """Say whether a plan applies to a subject at a moment, and why."""
    why = _objection(plan, subject, at)
    if why:
        return Verdict(plan, applies=False, why=why)
    return Verdict(plan, applies=True, why=_ground(plan))


def _objection(plan: Plan, subject: Subject, at: datetime) -> str:
    checks = (
        (not plan.is_enabled, _("It is switched off.")),
        (
            plan.valid_from is not None and at < plan.valid_from,
            _("It is not valid yet."),
        ),
        (
            plan.valid_to is not None and at >= plan.valid_to,
            _("It is no longer valid."),
        ),
        (
            bool(plan.vendors) and subject.vendor_id not in plan.vendors,
            _("It is for other sellers."),
        ),
        (
            bool(plan.categories) and not plan.categories & subject.categories,
            _("It is for other categories."),
        ),
        (
            bool(plan.products) and subject.product_id not in plan.products,
            _("It is for other products."),
        ),
    )
    return next((why for fails, why in checks if fails), "")


def _ground(plan: Plan) -> str:
    names = {
        _("seller"): plan.vendors,
        _("category"): plan.categories,
        _("product"): plan.products,
    }
    asked = [name for name, ids in names.items() if ids]
    if not asked:
        return _("It is the plan for everything else.")
    return _("It names this %(conditions)s.") % {
        "conditions": _(" and this ").join(asked)
    }


def resolve(*, plans: Iterable[Plan], subject: Subject, at: datetime) -> Plan:
    """Return the first plan, by position, that applies.

    Raises NoPlanError if none does.
    """
    for plan in plans:
        if not _objection(plan, subject, at):
            return plan
    raise NoPlanError(
        _("No commission plan applies: an operator must add the plan for the rest.")
    )


def explain(*, plans: Iterable[Plan], subject: Subject, at: datetime) -> list[Verdict]:
    """Judge every plan in order; the first that applies is the one that counts."""
    return [judge(plan=plan, subject=subject, at=at) for plan in plans]


def check_list(
    *, plans: Sequence[Plan], ancestors: Mapping[int, frozenset[int]]
) -> None:
    """Refuse a malformed list of plans as a whole.

    `ancestors` maps each category named by a plan to itself and all above it. A plan is
    never skipped for being malformed: silent widening would change what sellers pay.

    Raises PlanRefusedError for the first fault found.
    """
    catch_alls = [plan for plan in plans if plan.is_catch_all]
    if len(catch_alls) != 1:
        raise PlanRefusedError(_("There must be exactly one plan for everything else."))
    if max(plans, key=lambda plan: plan.position) is not catch_alls[0]:
        raise PlanRefusedError(_("The plan for everything else must come last."))
    for plan in plans:
        _check_plan(plan)
    _check_reachable([plan for plan in plans if plan.is_enabled], ancestors)


def _check_plan(plan: Plan) -> None:
    faults = (
        (
            plan.is_catch_all and plan.has_conditions,
            _("the plan for everything else can have no conditions"),
        ),
        (
            not plan.is_catch_all and not plan.has_conditions,
            _("it has no condition, so it would match everything"),
        ),
        (
            plan.is_catch_all and not plan.is_enabled,
            _("the plan for everything else cannot be switched off"),
        ),
        (
            ANY_CURRENCY not in plan.terms,
            _("it has no percentage for the currencies it does not name"),
        ),
        (
            plan.valid_from is not None
            and plan.valid_to is not None
            and plan.valid_from >= plan.valid_to,
            _("it ends before it begins"),
        ),
        (
            any(not terms.is_sound for terms in plan.terms.values()),
            _("a percentage lies between 0 and 100, a minimum below its cap"),
        ),
    )
    for is_wrong, why in faults:
        if is_wrong:
            raise PlanRefusedError(
                _("“%(plan)s” is refused: %(why)s.") % {"plan": plan.name, "why": why}
            )


def _check_reachable(
    plans: Sequence[Plan], ancestors: Mapping[int, frozenset[int]]
) -> None:
    ordered = sorted(plans, key=lambda plan: plan.position)
    for index, later in enumerate(ordered):
        if later.is_catch_all:
            continue
        for earlier in ordered[:index]:
            if _covers(earlier, later, ancestors):
                raise PlanRefusedError(
                    _("“%(later)s” can never apply: “%(earlier)s” comes before it.")
                    % {"later": later.name, "earlier": earlier.name}
                )


def _covers(
    earlier: Plan, later: Plan, ancestors: Mapping[int, frozenset[int]]
) -> bool:
    starts = earlier.valid_from is None or (
        later.valid_from is not None and earlier.valid_from <= later.valid_from
    )
    ends = earlier.valid_to is None or (
        later.valid_to is not None and earlier.valid_to >= later.valid_to
    )
    return (
        starts
        and ends
        and _contains(earlier.vendors, later.vendors)
        and _contains(earlier.products, later.products)
        and _contains_categories(earlier.categories, later.categories, ancestors)
    )


def _contains(earlier: frozenset[int], later: frozenset[int]) -> bool:
    return not earlier or (bool(later) and later <= earlier)


def _contains_categories(
    earlier: frozenset[int],
    later: frozenset[int],
    ancestors: Mapping[int, frozenset[int]],
) -> bool:
    if not earlier:
        return True
    return bool(later) and all(
        earlier & ancestors.get(category, frozenset({category})) for category in later
    )
