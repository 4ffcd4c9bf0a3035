"""Sellers with names and addresses, paid sales, refunds that arrived."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from payouts.models import Document, DocumentKind, RefundRequest, Settlement
from payouts.services import documents, history, refund
from payouts.services.refund import RefundLineInput
from payouts.services.refund_booking import book_refund
from tests.integration.payouts.market import NOW, Item, make_seller, place
from vendors.models import Vendor

PAID_AT = NOW - timedelta(minutes=5)
IDENTITY = {
    "legal_name": "Brouillard SRL",
    "legal_form": "SRL",
    "street": "Rue du Lac 4",
    "postcode": "1000",
    "city": "Brussels",
    "vat_number": "BE0987654394",
    "registration_number": "0987.654.321",
}


def known_seller(name: str = "Brume", country: str = "BE", **changes: str) -> Vendor:
    """Make a seller about whom an invoice can say all that it must."""
    vendor = make_seller(name, country=country)
    return complete(vendor, **changes)


def complete(vendor: Vendor, **changes: str) -> Vendor:
    """Fill in what invoices say of a seller."""
    for field, value in {**IDENTITY, **changes}.items():
        setattr(vendor, field, value)
    vendor.save()
    return vendor


def sell(
    contents: Mapping[Vendor, Sequence[Item]],
    *,
    at: datetime = PAID_AT,
    voucher: int = 0,
    points: int = 0,
) -> list[Settlement]:
    """Sell something, paid by card where something is left to pay."""
    opened = place(contents, voucher=voucher, points=points, now=at)
    charge = f"ch_{opened.order_id}" if opened.cash_minor else ""
    history.record_captures(
        captures=[
            history.PastCapture(
                order_id=opened.order_id,
                order_public_id=f"ord_{opened.order_id}",
                paid_at=at,
                session_id=f"cs_{opened.order_id}",
                payment_intent_id=f"pi_{opened.order_id}",
                charge_id=charge,
                fee_minor=25,
            )
        ]
    )
    return list(Settlement.objects.filter(order_id=opened.order_id).order_by("pk"))


def release(*rows: Settlement, at: datetime = NOW) -> None:
    """Let the sellers' money go."""
    history.record_releases(
        releases=[
            history.PastRelease(vendor_order_id=row.vendor_order_id, released_at=at)
            for row in rows
        ]
    )


def give_back(
    settlement: Settlement, gross: int, *, line: int = 0, now: datetime = NOW
) -> RefundRequest:
    """Refund a part of a line, as if it had reached the card."""
    lines = list(settlement.lines.order_by("pk"))
    request = refund.request_refund(
        order_id=settlement.order_id,
        lines=[RefundLineInput(lines[line].pk, gross)],
        reason="It was torn.",
        token=f"token:{RefundRequest.objects.count()}",
        now=now,
    )
    book_refund(request=request, now=now)
    documents.want_credit_notes(refund_id=request.pk, now=now)
    return request


def issue(settlement: Settlement, *, now: datetime = NOW) -> Document:
    """Ask for the invoice of a paid sale, and return it issued."""
    documents.want_invoices(order_id=settlement.order_id, now=now)
    documents.issue_due(now=now)
    return Document.objects.get(settlement=settlement, kind=DocumentKind.INVOICE)


def notes_of(settlement: Settlement) -> list[Document]:
    """Return the credit notes of a sale, oldest first."""
    found = Document.objects.filter(
        settlement=settlement, kind=DocumentKind.CREDIT_NOTE
    )
    return list(found.order_by("sequence"))
