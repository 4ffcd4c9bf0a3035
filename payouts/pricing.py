"""Price a line: which plan, how much, and what is frozen of it.

One piece of code for the sale of today and for its replay (`services/replay.py`): what
a line was priced by is frozen with it, so a draft is asked about the very same facts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payouts.plans import Plan, Subject, grounds, resolve
from payouts.terms import NOTHING, Commission, commission_of
from payouts.vat import NOT_CHARGED, CommissionVat


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A line as it is priced. `vat` is what the seller owes if the plan charges it.

    `gross_minor` includes `tax_minor`, for the whole quantity, after what the seller
    gave and before what the platform gave.
    """

    subject: Subject
    is_shipping: bool
    gross_minor: int
    tax_minor: int
    quantity: int
    vat: CommissionVat


@dataclass(frozen=True, slots=True)
class Priced:
    """The plan that applies to a line, and what it takes."""

    plan: Plan
    fee: Commission
    vat: CommissionVat


def price(*, sold: Sold, plans: Iterable[Plan], at: datetime) -> Priced:
    """Find the plan of a line and compute its commission with VAT.

    Raises NoPlanError if no plan applies.
    """
    return price_by(sold=sold, plan=resolve(plans=plans, subject=sold.subject, at=at))


def price_by(*, sold: Sold, plan: Plan) -> Priced:
    """Compute what a plan takes of a line."""
    vat = sold.vat
    if not plan.charge_vat:
        vat = CommissionVat(0, NOT_CHARGED, vat.country)
    terms = plan.terms_in(sold.subject.currency)
    if sold.is_shipping:
        terms = terms.for_shipping() if plan.include_shipping else NOTHING
    base = sold.gross_minor - (sold.tax_minor if plan.excludes_tax else 0)
    fee = commission_of(
        base_minor=base, quantity=sold.quantity, terms=terms, vat_bps=vat.rate_bps
    )
    return Priced(plan, fee, vat)


def unit_price(*, gross_minor: int, quantity: int) -> int:
    """Return the price of a piece, rounded down.

    Rounding down moves no piece into another price band: borders are whole.
    """
    return gross_minor // quantity


def snapshot(*, priced: Priced, sold: Sold) -> dict[str, Any]:
    """Return what is frozen of a price: the terms, why this plan, and the facts."""
    plan, vat, currency = priced.plan, priced.vat, sold.subject.currency
    terms = plan.terms_in(currency)
    return {
        "plan": plan.name,
        "bps": terms.bps,
        "fixed_minor": terms.fixed_minor,
        "min_minor": terms.min_minor,
        "max_minor": terms.max_minor,
        "base": "excl_tax" if plan.excludes_tax else "incl_tax",
        "include_shipping": plan.include_shipping,
        "vat_bps": vat.rate_bps,
        "vat_reason": vat.reason,
        "vat_country": vat.country,
        "why": grounds(plan, sold.subject),
        "sale": _facts(sold),
    }


def _facts(sold: Sold) -> dict[str, Any]:
    subject = sold.subject
    facts: dict[str, Any] = {
        "rank": subject.rank,
        "country": subject.country,
        "vat_bps": sold.vat.rate_bps,
        "vat_reason": sold.vat.reason,
    }
    if not sold.is_shipping:
        facts |= {
            "product": subject.product_id,
            "categories": sorted(subject.categories),
            "brand": subject.brand,
            "unit_minor": subject.unit_minor,
        }
    return facts


def frozen_subject(
    *, facts: Mapping[str, Any], vendor_id: int, currency: str
) -> Subject:
    """Return the subject of a line that was sold, from the facts frozen with it."""
    return Subject(
        vendor_id=vendor_id,
        product_id=facts.get("product"),
        categories=frozenset(facts.get("categories", ())),
        brand=facts.get("brand", ""),
        rank=facts["rank"],
        country=facts["country"],
        currency=currency,
        unit_minor=facts.get("unit_minor"),
    )


def frozen_vat(facts: Mapping[str, Any]) -> CommissionVat:
    """Return the VAT that a seller owed on a commission when a line was sold."""
    return CommissionVat(facts["vat_bps"], facts["vat_reason"], facts["country"])
