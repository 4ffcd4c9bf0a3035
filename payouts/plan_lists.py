"""Whether a list of commission plans is sound: a bad one is refused as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from payouts.coverage import hidden_by
from payouts.plans import ANY_CURRENCY, Plan


class PlanRefusedError(RefusedError):
    """A plan list is malformed; the message says which plan and why."""

    code = "commission.refused"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and with which plan; without one it is the list itself."""

    message: str
    plan: Plan | None = None


def check_list(
    *, plans: Sequence[Plan], ancestors: Mapping[int, frozenset[int]]
) -> None:
    """Refuse a malformed list of plans as a whole.

    `ancestors` maps each category named by a plan to itself and all above it. A plan is
    never skipped for being malformed: silent widening would change what sellers pay.

    Raises PlanRefusedError for the first fault found.
    """
    for fault in faults_of(plans=plans, ancestors=ancestors):
        raise PlanRefusedError(fault.message)


def faults_of(
    *, plans: Sequence[Plan], ancestors: Mapping[int, frozenset[int]]
) -> Iterator[Fault]:
    """Find every fault of a list: of its end, of each plan, and what hides what."""
    yield from _faults_of_the_end(plans)
    for plan in plans:
        why = fault_of(plan)
        if why:
            words = _("“%(plan)s” is refused: %(why)s.")
            yield Fault(words % {"plan": plan.name, "why": why}, plan)
    yield from _hidden(plans, ancestors)


def _faults_of_the_end(plans: Sequence[Plan]) -> Iterator[Fault]:
    catch_alls = [plan for plan in plans if plan.is_catch_all]
    if len(catch_alls) != 1:
        yield Fault(_("There must be exactly one plan for everything else."))
    elif max(plans, key=lambda plan: plan.position) is not catch_alls[0]:
        yield Fault(_("The plan for everything else must come last."))


def fault_of(plan: Plan) -> str:
    """Say what is wrong with one plan by itself; nothing if it is sound."""
    ends_first = (
        plan.valid_from is not None
        and plan.valid_to is not None
        and plan.valid_from >= plan.valid_to
    )
    faults = (
        (not plan.name.strip(), _("it has no name")),
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
            plan.is_catch_all and not (plan.valid_from is plan.valid_to is None),
            _("the plan for everything else cannot begin or end"),
        ),
        (
            ANY_CURRENCY not in plan.terms,
            _("it has no percentage for the currencies it does not name"),
        ),
        (ends_first, _("it ends before it begins")),
        (
            any(not terms.is_sound for terms in plan.terms.values()),
            _("a percentage lies between 0 and 100, a minimum below its cap"),
        ),
        (
            any(not band.is_sound for band in plan.prices.values()),
            _("its prices end before they begin"),
        ),
        (
            bool(plan.gone),
            _("it names %s that is gone") % _(" and ").join(_gone(plan)),
        ),
    )
    return next((why for is_wrong, why in faults if is_wrong), "")


def _gone(plan: Plan) -> list[str]:
    words = {
        "vendor": _("a seller"),
        "category": _("a category"),
        "product": _("a product"),
    }
    return [words[kind] for kind in sorted(plan.gone)]


def differs(plan: Plan, other: Plan) -> bool:
    """Say whether two states of a plan differ in more than their place."""
    return _bare(plan) != _bare(other)


def _bare(plan: Plan) -> Plan:
    return replace(plan, position=0, version=0, gone=frozenset())


def _hidden(
    plans: Sequence[Plan], ancestors: Mapping[int, frozenset[int]]
) -> Iterator[Fault]:
    ordered = sorted(
        (plan for plan in plans if plan.is_enabled and not fault_of(plan)),
        key=lambda plan: plan.position,
    )
    for index, later in enumerate(ordered):
        if later.is_catch_all:
            continue
        hiding = hidden_by(
            later=later, earlier=ordered[:index], among=ordered, ancestors=ancestors
        )
        if hiding:
            yield Fault(_never(later, hiding), later)


def _never(later: Plan, hiding: Sequence[Plan]) -> str:
    names = {
        "later": later.name,
        "earlier": _(" and ").join(f"“{plan.name}”" for plan in hiding),
    }
    if len(hiding) == 1:
        return _("“%(later)s” can never apply: %(earlier)s comes before it.") % names
    return (
        _("“%(later)s” can never apply: %(earlier)s before it take everything.") % names
    )
