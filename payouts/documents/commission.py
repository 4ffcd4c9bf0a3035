"""A seller's commission invoice: a month of what the platform earned on their sales.

Where more was returned than earned it is a credit note, and its amounts are positive.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.core.money import split
from payouts import vat as vat_reasons
from payouts.documents import parties
from payouts.documents.draft import Blocked, Draft, Needless, day_of, rate_facts
from payouts.documents.earned import Earned, earned_on, settlements_moved
from payouts.documents.figures import RatePart, by_rate
from payouts.models import (
    DocumentKind,
    PendingDocument,
    RefundLine,
    Settlement,
    SettlementLine,
)
from payouts.months import Month, month_named
from vendors.models import Vendor


@dataclass(frozen=True, slots=True, order=True)
class Terms:
    """Under which plan a commission was taken, and how it is taxed."""

    plan: str
    version: int
    bps: int
    vat_bps: int
    vat_reason: str


def draft_commission(
    pendings: Sequence[PendingDocument],
) -> list[Draft | Blocked | Needless]:
    """Return the documents of sellers' months, or what their sellers lack."""
    vendors = Vendor.objects.in_bulk([pending.vendor_id for pending in pendings])
    return [_draft(pending, vendors[pending.vendor_id]) for pending in pendings]


def _draft(pending: PendingDocument, vendor: Vendor) -> Draft | Blocked | Needless:
    # The platform charges VAT; whether the seller does is not asked here.
    lacks = parties.platform_lacks() + parties.seller_lacks(vendor, charges_vat=False)
    if lacks:
        return Blocked(pending, lacks)
    month = month_named(pending.month)
    moved = settlements_moved(begins=month.begins, ends=month.ends, vendors=[vendor.pk])
    rows = earned_on(
        moved.get((vendor.pk, pending.currency), []),
        begins=month.begins,
        ends=month.ends,
    )
    if not rows:
        return Needless(pending)
    return _drafted(pending, vendor, month, rows)


def _drafted(
    pending: PendingDocument, vendor: Vendor, month: Month, rows: Sequence[Earned]
) -> Draft:
    total = sum(row.commission + row.vat for row in rows)
    sign = -1 if total < 0 else 1
    kind = (
        DocumentKind.COMMISSION_CREDIT_NOTE
        if total < 0
        else DocumentKind.COMMISSION_INVOICE
    )
    sales = Settlement.objects.select_related("vendor_order").in_bulk(
        {row.settlement_id for row in rows}
    )
    lines = _lines(rows, sign)
    net = sign * sum(row.commission for row in rows)
    tax = sign * sum(row.vat for row in rows)
    return Draft(
        pending=pending,
        kind=kind,
        net=net,
        tax=tax,
        currency=pending.currency,
        facts={
            "kind": kind.value,
            "language": settings.LANGUAGE_CODE,
            "currency": pending.currency,
            "seller": parties.platform_party(),
            "issued_by": None,
            "customer": parties.seller_party(vendor),
            "period": _period(month),
            "lines": lines,
            "rates": rate_facts(
                by_rate(
                    RatePart(line["bps"], line["gross"], line["tax"]) for line in lines
                )
            ),
            "net": net,
            "tax": tax,
            "gross": net + tax,
            "payments": [{"how": "kept", "amount": net + tax}],
            "sales": [_sale(row, sales[row.settlement_id], sign) for row in rows],
            "mentions": _mentions(lines, vendor),
        },
    )


def _period(month: Month) -> dict[str, str]:
    last = month.ends - timedelta(days=1)
    return {
        "month": month.key,
        "from": date(month.year, month.month, 1).isoformat(),
        "until": last.date().isoformat(),
    }


def _lines(rows: Sequence[Earned], sign: int) -> list[dict[str, Any]]:
    """Return a line for each plan: what it brought, and below what it gave back."""
    sums: dict[tuple[bool, Terms], list[int]] = defaultdict(lambda: [0, 0])
    orders: dict[tuple[bool, Terms], set[int]] = defaultdict(set)
    for row, terms, commission, vat in _by_terms(rows):
        key = (row.commission + row.vat < 0, terms)
        sums[key][0] += commission
        sums[key][1] += vat
        orders[key].add(row.settlement_id)
    return [
        {
            "title": _title(terms, is_returned=is_returned),
            "orders": len(orders[is_returned, terms]),
            "bps": terms.vat_bps,
            "reason": terms.vat_reason,
            "net": sign * commission,
            "tax": sign * vat,
            "gross": sign * (commission + vat),
        }
        for (is_returned, terms), (commission, vat) in sorted(sums.items())
        if commission or vat
    ]


def _by_terms(rows: Sequence[Earned]) -> Iterable[tuple[Earned, Terms, int, int]]:
    """Yield each move's amounts by the terms of the lines that they belong to."""
    lines: dict[int, list[SettlementLine]] = defaultdict(list)
    ids = {row.settlement_id for row in rows}
    for line in SettlementLine.objects.filter(settlement__in=ids).order_by("pk"):
        lines[line.settlement_id].append(line)
    returned = _returned_by(rows)
    for row in rows:
        own = lines[row.settlement_id]
        weights = _weights(row, own, returned)
        commissions = split(row.commission, weights)
        vats = split(row.vat, weights)
        for line, commission, vat in zip(own, commissions, vats, strict=True):
            if commission or vat:
                yield row, _terms_of(line), commission, vat


def _weights(
    row: Earned, lines: Sequence[SettlementLine], returned: dict[tuple[str, int], int]
) -> list[int]:
    """Return how a move's amount is spread over lines of several plans.

    A refund by what it returned of each line; a release by what was left of each, and
    where later refunds hide that, by what was frozen.
    """
    back = [returned.get((row.key, line.pk), 0) for line in lines]
    if sum(back) == -row.commission and any(back):
        return back
    left = [line.commission_minor - line.commission_back_minor for line in lines]
    if sum(left) == row.commission and any(left):
        return left
    return [line.commission_minor for line in lines]


def _returned_by(rows: Sequence[Earned]) -> dict[tuple[str, int], int]:
    keys = [row.key.partition(":") for row in rows if row.commission < 0]
    refunds = {int(tail) for head, _, tail in keys if head == "refund"}
    parts = RefundLine.objects.filter(request__in=refunds)
    return {
        (f"refund:{part.request_id}", part.settlement_line_id): (
            part.commission_back_minor
            - part.held_commission_minor
            - part.kept_commission_minor
        )
        for part in parts
    }


def _terms_of(line: SettlementLine) -> Terms:
    frozen = line.plan_snapshot
    return Terms(
        plan=frozen.get("plan", ""),
        version=line.plan_version,
        bps=frozen.get("bps") or 0,
        vat_bps=frozen.get("vat_bps") or 0,
        vat_reason=frozen.get("vat_reason") or "",
    )


def _title(terms: Terms, *, is_returned: bool) -> str:
    words = (
        _("Commission returned on refunds, plan “%(plan)s”, version %(version)s")
        if is_returned
        else _("Commission on sales, plan “%(plan)s”, version %(version)s")
    )
    return words % {"plan": terms.plan, "version": terms.version}


def _sale(row: Earned, settlement: Settlement, sign: int) -> dict[str, Any]:
    return {
        "order": settlement.vendor_order.number,
        "on": day_of(row.booked_at),
        "net": sign * row.commission,
        "tax": sign * row.vat,
    }


def _mentions(lines: Iterable[dict[str, Any]], vendor: Vendor) -> list[str]:
    words = {
        vat_reasons.REVERSE_CHARGE: _(
            "Reverse charge: VAT is owed by the recipient, %(number)s "
            "(Directive 2006/112/EC, articles 44 and 196)."
        )
        % {"number": vendor.vat_number},
        vat_reasons.OUTSIDE_SCOPE: _(
            "Outside the scope of EU VAT (Directive 2006/112/EC, article 44)."
        ),
        vat_reasons.SELLERS_COUNTRY: _(
            "VAT of the recipient’s country (Directive 2006/112/EC, article 58)."
        ),
        vat_reasons.NOT_CHARGED: _("No VAT is charged on this commission."),
    }
    reasons = {line["reason"] for line in lines}
    found = [text for reason, text in words.items() if reason in reasons]
    found.append(_("Kept back from the seller’s sales; nothing is left to pay."))
    return found
