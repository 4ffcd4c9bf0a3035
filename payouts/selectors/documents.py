"""Invoices and credit notes as their readers find them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from marketplace.core.money import Money
from marketplace.core.viewer import OperatorPermission, SellerRole, Viewer
from payouts.models import Document, PendingDocument
from payouts.models.document import SALE_KINDS
from payouts.months import Month, month_of
from vendors.models import Vendor

_CREDIT = "credit_note"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many documents of a seller wait, and what they lack; nothing if for us."""

    count: int
    lacks: tuple[str, ...]


def amount_of(document: Document) -> Money:
    """Return what a document is over; what goes back is negative."""
    is_credit = document.kind.endswith(_CREDIT)
    minor = -document.gross_minor if is_credit else document.gross_minor
    return Money(minor, document.currency)


def documents_of_parts(part_ids: Collection[int]) -> dict[int, list[Document]]:
    """Return the documents of sellers' parts of an order, by part, in their order.

    For whoever may see the parts. One query.
    """
    rows = (
        Document.objects.filter(
            settlement__vendor_order__in=part_ids, kind__in=SALE_KINDS
        )
        .select_related("settlement__vendor_order")
        .order_by("issued_at", "pk")
    )
    found: dict[int, list[Document]] = defaultdict(list)
    for row in rows:
        if row.settlement is not None:
            found[row.settlement.vendor_order_id].append(row)
    return found


def document_of_part(part_id: int, number: str = "") -> Document | None:
    """Return one document of a part that the caller may see; its invoice without one.

    None for another number, and while the invoice is not issued.
    """
    rows = Document.objects.filter(
        settlement__vendor_order=part_id, kind__in=SALE_KINDS
    )
    rows = rows.filter(number=number) if number else rows.filter(kind=SALE_KINDS[0])
    return rows.first()


def documents_for(viewer: Viewer, *, vendor_id: int) -> QuerySet[Document]:
    """Return a seller's documents that the viewer may see, newest first.

    Whoever looks after a shop's money, and the platform's finance, see all; whoever
    handles its orders, and support, see those of sales; others see none.
    """
    rows = (
        Document.objects.filter(vendor_id=vendor_id)
        .select_related("settlement__vendor_order", "corrects")
        .order_by("-issued_at", "-pk")
    )
    partner_id = Vendor.objects.values_list("partner_id", flat=True).get(pk=vendor_id)
    if viewer.may(OperatorPermission.FINANCE) or viewer.works_on(
        partner_id, SellerRole.FINANCE
    ):
        return rows
    if viewer.may(OperatorPermission.SUPPORT) or viewer.works_on(
        partner_id, SellerRole.ORDERS
    ):
        return rows.filter(kind__in=SALE_KINDS)
    return rows.none()


def document_for_office(viewer: Viewer, number: str) -> Document | None:
    """Return a document by its number, if this operator may see it."""
    row = Document.objects.filter(number=number).first()
    if row is None:
        return None
    return documents_for(viewer, vendor_id=row.vendor_id).filter(pk=row.pk).first()


def documents_in(rows: QuerySet[Document], month: Month) -> QuerySet[Document]:
    """Return those that were issued in a month."""
    return rows.filter(issued_at__gte=month.begins, issued_at__lt=month.ends)


def months_with(rows: QuerySet[Document]) -> list[Month]:
    """Return the months in which documents were issued, newest first. One query."""
    zone = timezone.get_default_timezone()
    found = rows.order_by().values_list(TruncMonth("issued_at", tzinfo=zone))
    return sorted({month_of(moment) for (moment,) in found.distinct()}, reverse=True)


def waiting_for(viewer: Viewer, *, vendor_id: int) -> Waiting | None:
    """Return what waits for a seller's own details; None if nothing does.

    A credit note that waits for its invoice is counted with it.
    """
    if not documents_for(viewer, vendor_id=vendor_id).query.is_empty():
        rows = PendingDocument.objects.filter(vendor_id=vendor_id).exclude(lacks=[])
        lists: Sequence[list[str]] = list(rows.values_list("lacks", flat=True))
        lacks = {each for one in lists for each in one} - {"invoice", "platform"}
        if lacks:
            return Waiting(len(lists), tuple(sorted(lacks, key=_place)))
    return None


_ORDER = ("legal_name", "street", "postcode", "city", "vat_number")


def _place(field: str) -> int:
    return _ORDER.index(field) if field in _ORDER else len(_ORDER)
