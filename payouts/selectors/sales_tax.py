"""The VAT of a seller's sales, as the invoices and credit notes to buyers say it."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import JSONField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from marketplace.core.viewer import Viewer
from payouts.models.document import SALE_KINDS, DocumentKind
from payouts.months import Month, month_of
from payouts.selectors.documents import documents_for


@dataclass(frozen=True, slots=True, order=True)
class TaxedAt:
    """A rate of a country, in a month and a currency; `country` is the buyer's."""

    month: Month
    country: str
    rate_bps: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSum:
    """What was invoiced at a rate less what was credited, in minor units."""

    at: TaxedAt
    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        """Return what buyers paid."""
        return self.net_minor + self.tax_minor


def tax_by_month(viewer: Viewer, *, vendor_id: int, since: datetime) -> list[TaxSum]:
    """Return the VAT of each month, country and rate, of documents issued `since`.

    The month is that of the document: a credit note counts where it was issued, not
    where its sale was. Nothing for who may not see the documents. Two queries.
    """
    rows = (
        documents_for(viewer, vendor_id=vendor_id)
        .filter(kind__in=SALE_KINDS, issued_at__gte=since)
        .annotate(printed=Cast("content", JSONField()))
        .annotate(to=KT("printed__customer__country"), rates=KT("printed__rates"))
        .order_by()
        .values_list("kind", "issued_at", "currency", "to", "rates")
    )
    sums: dict[TaxedAt, list[int]] = defaultdict(lambda: [0, 0])
    for kind, issued_at, currency, country, rates in rows.iterator():
        sign = -1 if kind == DocumentKind.CREDIT_NOTE else 1
        for rate in json.loads(rates):
            at = TaxedAt(month_of(issued_at), country or "", rate["bps"], currency)
            sums[at][0] += sign * rate["net"]
            sums[at][1] += sign * rate["tax"]
    return [
        TaxSum(at=at, net_minor=net, tax_minor=tax)
        for at, (net, tax) in sorted(sums.items())
    ]
