"""Numbers without gaps: the series' row is locked until the document is committed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from payouts.models import DocumentKind, DocumentSeries
from payouts.models.document import COMMISSION_KINDS
from vendors.models import Vendor

_DIGITS = 6
_LONGEST_NAME = 20
_MARKS = {
    DocumentKind.INVOICE: "",
    DocumentKind.CREDIT_NOTE: "CN-",
    DocumentKind.COMMISSION_INVOICE: "FEE-",
    DocumentKind.COMMISSION_CREDIT_NOTE: "FEE-CN-",
}


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """Whose numbers: an issuer's (None is the platform), of a kind, in a year."""

    vendor_id: int | None
    kind: DocumentKind
    year: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number, its place in its series, and the moment that the document bears."""

    series: DocumentSeries
    sequence: int
    number: str
    issued_at: datetime


def series_key(*, vendor: Vendor, kind: DocumentKind, at: datetime) -> SeriesKey:
    """Return the series that a document of `kind` about `vendor` belongs to."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    issuer = None if kind in COMMISSION_KINDS else vendor.pk
    return SeriesKey(issuer, kind, local.year)


def lock_series(
    keys: Collection[SeriesKey], vendors: dict[int, Vendor]
) -> dict[SeriesKey, DocumentSeries]:
    """Return the series of `keys`, locked by primary key, made where they are new.

    Whoever wants a number of one of them waits until the caller's transaction ends: so
    a number that is rolled back is given to the next, and none is missing.
    """
    found = _rows(keys)
    # In one order, so that two who open the same ones never wait in a circle.
    for key in sorted(keys, key=_place):
        if key not in found:
            _open(key, vendors.get(key.vendor_id or 0))
    locked = DocumentSeries.objects.select_for_update(no_key=True).filter(
        pk__in=[row.pk for row in _rows(keys).values()]
    )
    return {_key_of(row): row for row in locked.order_by("pk")}


def give_numbers(series: DocumentSeries, moments: Sequence[datetime]) -> list[Numbered]:
    """Return the next numbers of a locked series and write its counter.

    `moments` are in order. A document never bears an earlier moment than the one before
    it in its series.
    """
    found = []
    for moment in moments:
        series.last_sequence += 1
        latest = max(moment, series.last_issued_at or moment)
        series.last_issued_at = latest
        number = f"{series.prefix}{series.last_sequence:0{_DIGITS}d}"
        found.append(Numbered(series, series.last_sequence, number, latest))
    series.save(update_fields=["last_sequence", "last_issued_at"])
    return found


def _rows(keys: Collection[SeriesKey]) -> dict[SeriesKey, DocumentSeries]:
    issuers = Q(vendor_id__in={key.vendor_id for key in keys} - {None})
    if any(key.vendor_id is None for key in keys):
        issuers |= Q(vendor_id=None)
    rows = DocumentSeries.objects.filter(
        issuers,
        kind__in={key.kind for key in keys},
        year__in={key.year for key in keys},
    )
    return {_key_of(row): row for row in rows if _key_of(row) in keys}


def _place(key: SeriesKey) -> tuple[int, str, int]:
    return (key.vendor_id or 0, key.kind.value, key.year)


def _key_of(row: DocumentSeries) -> SeriesKey:
    return SeriesKey(row.vendor_id, DocumentKind(row.kind), row.year)


def _open(key: SeriesKey, vendor: Vendor | None) -> None:
    """Write a new series; another transaction that was faster is as good."""
    tail = f"{_MARKS[key.kind]}{key.year}-"
    name = _name(vendor.handle if vendor else settings.MARKET_NAME)
    # Two sellers may begin alike: the second has its own number in the name.
    for start in (name, f"{name}-{key.vendor_id or 'P'}"):
        row = DocumentSeries(
            vendor_id=key.vendor_id,
            kind=key.kind,
            year=key.year,
            prefix=f"{start}-{tail}",
        )
        DocumentSeries.objects.bulk_create([row], ignore_conflicts=True)
        if _rows([key]):
            return


def _name(text: str) -> str:
    return slugify(text).upper()[:_LONGEST_NAME].strip("-") or "DOC"
