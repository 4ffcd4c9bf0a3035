"""Plans in words: who, what, how much."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from frontend.backoffice.plan_report import Report
from frontend.countries import country_name
from frontend.formats import amount
from frontend.plan_terms import limit_words, share_words
from marketplace.core.money import Money
from payouts.plan_lists import Fault, differs
from payouts.plans import Plan, PriceBand
from vendors.ranks import Rank


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
    """Return the plans with their conditions and terms in words; no query."""
    return [
        PlanRow(
            plan=plan,
            conditions=conditions_of(plan),
            share=share_words(plan.terms_in(currency), currency),
            limits=limit_words(plan.terms_in(currency), currency),
        )
        for plan in plans
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """A plan of the draft: what is new about it, what is wrong, what it took.

    `state` is new, changed or nothing; `lines` and `before` are of the replay.
    """

    row: PlanRow
    state: str
    fault: str
    lines: int | None
    before: int | None


def draft_rows(
    plans: list[Plan], base: list[Plan], faults: Iterable[Fault], report: Report | None
) -> list[DraftRow]:
    """Return the plans of a draft beside the list that it was copied from."""
    known = {plan.id: plan for plan in base}
    wrong = {fault.plan.id: fault.message for fault in faults if fault.plan}
    took = report.lines_of_plan if report else {}
    found = []
    for row in plan_rows(plans, settings.CURRENCY):
        old, lines = known.get(row.plan.id), took.get(row.plan.id)
        changed = old is not None and differs(row.plan, old)
        found.append(
            DraftRow(
                row=row,
                state="new" if old is None else "changed" if changed else "",
                fault=wrong.get(row.plan.id, ""),
                lines=(lines.lines if lines else 0) if report else None,
                before=(lines.before if lines else 0) if report else None,
            )
        )
    return found


# In the order in which the sentence reads: where, what, how much, by whom.
_KINDS = {
    "category": "categories",
    "product": "products",
    "brand": "brands",
    "price": "prices",
    "vendor": "vendors",
    "rank": "ranks",
    "country": "countries",
}


def conditions_of(plan: Plan) -> list[Condition]:
    """Return what a plan asks, in words; a name that is gone is a question mark."""
    return [
        Condition(kind=kind, names=_names(plan, kind, getattr(plan, several)))
        for kind, several in _KINDS.items()
        if getattr(plan, several)
    ]


def _names(plan: Plan, kind: str, values: Iterable[Any]) -> list[str]:
    if kind == "price":
        return [band_words(plan.prices[one], one) for one in sorted(values)]
    if kind == "rank":
        return [str(rank.label) for rank in Rank if rank in values]
    if kind == "country":
        return sorted(country_name(one) for one in values)
    return [plan.names.get(f"{kind}:{one}", "?") for one in sorted(values)]


def band_words(band: PriceBand, currency: str) -> str:
    """Return `from €150.00`, `below €20.00`, or both."""
    words = []
    if band.from_minor or band.below_minor is None:
        words.append(_("from %s") % amount(Money(band.from_minor, currency)))
    if band.below_minor is not None:
        words.append(_("below %s") % amount(Money(band.below_minor, currency)))
    return " ".join(words)
