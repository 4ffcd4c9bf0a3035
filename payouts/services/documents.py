"""Issue invoices and credit notes, each once, numbered without gaps.

`want_...` asks for what a payment, a refund or a month calls for; `issue_due` issues
what was asked for. What fails is tried again later; what lacks a seller's details waits
until they are there (docs/algorithms/documents.md).
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from marketplace.db.wake import wake
from payouts.documents import parties
from payouts.documents.commission import draft_commission
from payouts.documents.credit import draft_credit_notes
from payouts.documents.draft import (
    TEMPLATE_VERSION,
    Blocked,
    Draft,
    Needless,
    day_of,
    digest_of,
    written,
)
from payouts.documents.numbering import (
    Numbered,
    SeriesKey,
    give_numbers,
    lock_series,
    series_key,
)
from payouts.documents.sale import draft_invoices
from payouts.documents.wanting import ask_commission, ask_credit_notes, ask_invoices
from payouts.models import (
    Document,
    DocumentKind,
    LedgerTransaction,
    PendingDocument,
)
from payouts.months import Month, month_of, months_between
from vendors.models import Vendor

log = logging.getLogger(__name__)

TOPIC = "payouts.documents"
_RETRY_BASE, _RETRY_MOST = timedelta(minutes=1), timedelta(hours=6)
_DOUBLINGS_MOST, _MANY = 9, 2000
Outcome = Draft | Blocked | Needless

# In this order: a credit note names the number of its invoice.
_DRAFTERS: dict[DocumentKind, Callable[[Sequence[PendingDocument]], Sequence[Outcome]]]
_DRAFTERS = {
    DocumentKind.INVOICE: draft_invoices,
    DocumentKind.CREDIT_NOTE: draft_credit_notes,
    DocumentKind.COMMISSION_INVOICE: draft_commission,
}


def want_invoices(*, order_id: int, now: datetime) -> None:
    """Ask for the invoices of an order whose payment is booked. Asking twice is one."""
    if ask_invoices(orders=[order_id], at=now):
        wake(TOPIC)


def want_credit_notes(*, refund_id: int, now: datetime) -> None:
    """Ask for the credit notes of a refund that is booked. Asking twice is one."""
    if ask_credit_notes(refunds=[refund_id], at=now):
        wake(TOPIC)


@transaction.atomic
def want_all(*, now: datetime, backdate: bool = False) -> int:
    """Ask for every document that is missing, of closed months too; return how many.

    For what a lost message forgot, and for a past that is loaded: with `backdate` each
    is asked for at the moment of its cause.
    """
    at = None if backdate else now
    count = ask_invoices(orders=None, at=at) + ask_credit_notes(refunds=None, at=at)
    for month in _closed_months(now):
        count += ask_commission(
            month=month.key,
            begins=month.begins,
            ends=month.ends,
            at=month.ends if backdate else now,
        )
    if count:
        wake(TOPIC)
    return count


def issue_past(*, now: datetime) -> int:
    """Issue all documents of a past that is loaded at once, each dated by its cause."""
    want_all(now=now, backdate=True)
    done = 0
    while issued := issue_due(now=now, limit=_MANY, backdate=True):
        done += issued
    return done


def issue_due(*, now: datetime, limit: int = 100, backdate: bool = False) -> int:
    """Issue up to `limit` documents of each kind; return how many left the queue.

    Several workers may do it at once: rows are passed over that another one holds.
    Documents bear `now`, or with `backdate` the moment at which they were asked for.
    """
    _unblock()
    return sum(_issue_kind(kind, now, limit, backdate=backdate) for kind in _DRAFTERS)


def _closed_months(now: datetime) -> list[Month]:
    first = LedgerTransaction.objects.order_by("booked_at").first()
    if first is None:
        return []
    months = months_between(month_of(first.booked_at), month_of(now))
    return months[:-1]


def _issue_kind(
    kind: DocumentKind, now: datetime, limit: int, *, backdate: bool
) -> int:
    try:
        return _issue(_due(kind, now)[:limit], now, backdate=backdate)
    except Exception:
        log.exception("A batch of documents failed: they are issued one by one")
    done = 0
    for pk in list(_due(kind, now).values_list("pk", flat=True)[:limit]):
        try:
            done += _issue(_due(kind, now).filter(pk=pk), now, backdate=backdate)
        except Exception as error:
            log.exception("Document %s could not be issued", pk)
            _put_off(pk, error, now)
    return done


def _due(kind: DocumentKind, now: datetime) -> Any:
    return PendingDocument.objects.filter(
        Q(retry_at=None) | Q(retry_at__lte=now), kind=kind, lacks=[]
    ).order_by("wanted_at", "pk")


@transaction.atomic
def _issue(due: Any, now: datetime, *, backdate: bool) -> int:
    """Issue what `due` names. Locks its rows, then invoices, then series, by key."""
    rows = list(due.select_for_update(no_key=True, skip_locked=True))
    if not rows:
        return 0
    outcomes = _DRAFTERS[DocumentKind(rows[0].kind)](_unissued(rows))
    drafts = [each for each in outcomes if isinstance(each, Draft)]
    blocked = [each for each in outcomes if isinstance(each, Blocked)]
    Document.objects.bulk_create(_numbered(drafts, now, backdate=backdate))
    for each in blocked:
        each.pending.lacks = each.lacks
        each.pending.save(update_fields=["lacks"])
    waiting = {each.pending.pk for each in blocked}
    gone = [row.pk for row in rows if row.pk not in waiting]
    PendingDocument.objects.filter(pk__in=gone).delete()
    return len(gone)


def _unissued(rows: Sequence[PendingDocument]) -> list[PendingDocument]:
    known = set(
        Document.objects.filter(
            natural_key__in=[row.natural_key for row in rows]
        ).values_list("natural_key", flat=True)
    )
    return [row for row in rows if row.natural_key not in known]


def _numbered(
    drafts: Sequence[Draft], now: datetime, *, backdate: bool
) -> list[Document]:
    vendors = Vendor.objects.in_bulk({draft.pending.vendor_id for draft in drafts})
    queues: dict[SeriesKey, list[Draft]] = defaultdict(list)
    for draft in drafts:
        key = series_key(
            vendor=vendors[draft.pending.vendor_id],
            kind=draft.kind,
            at=_moment(draft, now, backdate=backdate),
        )
        queues[key].append(draft)
    series = lock_series(queues, vendors)
    documents = []
    for key, queue in queues.items():
        moments = [_moment(draft, now, backdate=backdate) for draft in queue]
        numbers = give_numbers(series[key], moments)
        documents += [
            _document(draft, numbered)
            for draft, numbered in zip(queue, numbers, strict=True)
        ]
    return documents


def _moment(draft: Draft, now: datetime, *, backdate: bool) -> datetime:
    return draft.pending.wanted_at if backdate else now


def _document(draft: Draft, numbered: Numbered) -> Document:
    text = written(
        {
            **draft.facts,
            "number": numbered.number,
            "issued_on": day_of(numbered.issued_at),
        }
    )
    pending = draft.pending
    return Document(
        kind=draft.kind,
        series=numbered.series,
        sequence=numbered.sequence,
        number=numbered.number,
        natural_key=pending.natural_key,
        vendor_id=pending.vendor_id,
        settlement=draft.settlement,
        refund_id=pending.refund_id,
        corrects=draft.corrects,
        month=pending.month,
        currency=draft.currency,
        net_minor=draft.net,
        tax_minor=draft.tax,
        gross_minor=draft.net + draft.tax,
        issued_at=numbered.issued_at,
        template_version=TEMPLATE_VERSION,
        content=text,
        digest=digest_of(text),
    )


def _put_off(pk: int, error: Exception, now: datetime) -> None:
    """Keep what failed with its error, for later each time."""
    row = PendingDocument.objects.filter(pk=pk).first()
    if row is None:
        return
    pause = min(_RETRY_MOST, _RETRY_BASE * 2 ** min(row.attempts, _DOUBLINGS_MOST))
    PendingDocument.objects.filter(pk=pk).update(
        attempts=F("attempts") + 1, retry_at=now + pause, error=repr(error)[:2000]
    )


def _unblock() -> None:
    """Let go on what lacks nothing any more; asks two queries where nothing waits."""
    blocked = PendingDocument.objects.exclude(lacks=[])
    invoices = Document.objects.filter(
        kind=DocumentKind.INVOICE, settlement_id=OuterRef("settlement_id")
    )
    blocked.filter(Exists(invoices), lacks=[parties.INVOICE]).update(lacks=[])
    others = blocked.exclude(lacks=[parties.INVOICE]).order_by()
    groups = list(others.values_list("vendor_id", "lacks").distinct())
    vendors = Vendor.objects.in_bulk({vendor_id for vendor_id, _lacks in groups})
    for vendor_id, lacks in groups:
        still = parties.platform_lacks() + parties.seller_lacks(
            vendors[vendor_id], charges_vat=parties.VAT_NUMBER in lacks
        )
        if not set(lacks) & set(still):
            blocked.filter(vendor_id=vendor_id, lacks=lacks).update(lacks=[])
