"""A credit note: what a booked refund gives back of one invoice."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from marketplace.core.money import Money
from payouts.bank_words import without_codes
from payouts.documents import parties
from payouts.documents.draft import (
    Blocked,
    Draft,
    Needless,
    day_of,
    rate_facts,
    rate_parts,
)
from payouts.documents.figures import RatePart, by_rate, part_given_back
from payouts.documents.sale import payments
from payouts.models import (
    Document,
    DocumentKind,
    PendingDocument,
    RefundLine,
    RefundOrigin,
    RefundRequest,
)

_Given = dict[int, dict[int, RatePart]]


def draft_credit_notes(
    pendings: Sequence[PendingDocument],
) -> list[Draft | Blocked | Needless]:
    """Return the credit notes of booked refunds, one for each invoice they touch.

    Locks the invoices, so that what was given back before is counted by one at a time.
    One whose invoice is not issued yet waits for it.
    """
    invoices = _lock_invoices(pending.settlement_id for pending in pendings)
    given = _given_back(invoices.values())
    lines = _lines_of(pendings)
    found: list[Draft | Blocked | Needless] = []
    for pending in pendings:
        invoice = invoices.get(pending.settlement_id or 0)
        parts = lines.get((pending.refund_id or 0, pending.settlement_id or 0))
        if invoice is None:
            found.append(Blocked(pending, [parties.INVOICE]))
        elif not parts:
            found.append(Needless(pending))
        else:
            found.append(_draft(pending, invoice, parts, given[invoice.pk]))
    return found


def _lock_invoices(settlement_ids: Iterable[int | None]) -> dict[int, Document]:
    # Nothing else writes these rows, so a strong lock keeps nobody but credit notes.
    rows = (
        Document.objects.select_for_update(no_key=True, of=("self",))
        .select_related("vendor", "settlement")
        .filter(kind=DocumentKind.INVOICE, settlement_id__in=set(settlement_ids))
        .order_by("pk")
    )
    return {row.settlement_id or 0: row for row in rows}


def _given_back(invoices: Iterable[Document]) -> dict[int, _Given]:
    """Return for each invoice what was given back of its lines, by rate."""
    given: dict[int, _Given] = {invoice.pk: defaultdict(dict) for invoice in invoices}
    for note in Document.objects.filter(corrects__in=given).order_by("pk"):
        for line in note.facts["lines"]:
            _count(given[note.corrects_id or 0][line["id"]], rate_parts(line["rates"]))
    return given


def _count(done: dict[int, RatePart], parts: Iterable[RatePart]) -> None:
    for part in parts:
        before = done.get(part.bps, RatePart(part.bps, 0, 0))
        done[part.bps] = RatePart(
            part.bps, before.gross + part.gross, before.tax + part.tax
        )


def _lines_of(
    pendings: Iterable[PendingDocument],
) -> dict[tuple[int, int], list[RefundLine]]:
    rows = (
        RefundLine.objects.filter(
            request__in=[pending.refund_id for pending in pendings]
        )
        .select_related("request", "settlement_line")
        .order_by("settlement_line_id")
    )
    found: dict[tuple[int, int], list[RefundLine]] = defaultdict(list)
    for row in rows:
        found[row.request_id, row.settlement_line.settlement_id].append(row)
    return found


def _draft(
    pending: PendingDocument,
    invoice: Document,
    parts: Sequence[RefundLine],
    given: _Given,
) -> Draft:
    facts = invoice.facts
    invoiced = {line["id"]: line for line in facts["lines"]}
    lines = []
    for part in parts:
        line = invoiced[part.settlement_line_id]
        rates = part_given_back(
            gross=part.gross_minor,
            parts=rate_parts(line["rates"]),
            before=given[line["id"]],
        )
        _count(given[line["id"]], rates)
        lines.append(_line(line, rates))
    rates = by_rate(part for line in lines for part in rate_parts(line["rates"]))
    return Draft(
        pending=pending,
        kind=DocumentKind.CREDIT_NOTE,
        net=sum(rate.net for rate in rates),
        tax=sum(rate.tax for rate in rates),
        currency=invoice.currency,
        facts=_facts(invoice, facts, parts, lines, rates),
        corrects=invoice,
        settlement=invoice.settlement,
    )


def _line(invoiced: dict[str, Any], rates: Sequence[RatePart]) -> dict[str, Any]:
    gross = sum(part.gross for part in rates)
    units, rest = divmod(gross * invoiced["quantity"], invoiced["gross"])
    return {
        "id": invoiced["id"],
        "title": invoiced["title"],
        "sku": invoiced["sku"],
        # None where a part of the price goes back rather than whole units.
        "quantity": units if units and not rest else None,
        "net": sum(part.net for part in rates),
        "tax": sum(part.tax for part in rates),
        "gross": gross,
        "rates": rate_facts(rates),
    }


def _facts(
    invoice: Document,
    invoiced: dict[str, Any],
    parts: Sequence[RefundLine],
    lines: list[dict[str, Any]],
    rates: Sequence[RatePart],
) -> dict[str, Any]:
    request = parts[0].request
    # Who has become incomplete since is named as on the invoice.
    is_whole = not parties.seller_lacks(
        invoice.vendor, charges_vat=invoice.tax_minor > 0
    )
    seller = parties.seller_party(invoice.vendor) if is_whole else invoiced["seller"]
    return {
        "kind": DocumentKind.CREDIT_NOTE.value,
        "language": settings.LANGUAGE_CODE,
        "currency": invoice.currency,
        "seller": seller,
        "issued_by": parties.platform_party(),
        "customer": invoiced["customer"],
        "order": invoiced["order"],
        "corrects": {"number": invoice.number, "issued_on": day_of(invoice.issued_at)},
        "reason": without_codes(request.reason),
        "lines": lines,
        "rates": rate_facts(rates),
        "net": sum(rate.net for rate in rates),
        "tax": sum(rate.tax for rate in rates),
        "gross": sum(rate.gross for rate in rates),
        "payments": payments(
            card=sum(part.cash_minor for part in parts),
            points=sum(part.points_back_minor for part in parts),
            gift=sum(part.promo_back_minor for part in parts),
            is_bank=request.origin == RefundOrigin.DISPUTE,
        ),
        "mentions": _mentions(request, invoiced),
    }


def _mentions(request: RefundRequest, invoiced: dict[str, Any]) -> list[str]:
    found = list(invoiced["mentions"][:1])
    due = request.lines.aggregate(all=Sum("cash_minor"))["all"] or 0
    if request.cash_minor < due:
        before = Money(due - request.cash_minor, request.currency)
        found.append(
            _("Of this refund, %(amount)s had been given back before.")
            % {"amount": before}
        )
    return found
