"""Ask for documents: one row for each that must come, written in constant statements.

Who has one already, or is waiting for one, gets no second: the natural key of the cause
is unique in both tables.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

_INVOICES = """
INSERT INTO payouts_pendingdocument
    (natural_key, kind, vendor_id, settlement_id, month, currency, wanted_at,
        lacks, attempts, error)
SELECT 'invoice:' || settlement.id, 'invoice', settlement.vendor_id, settlement.id,
    '', settlement.currency, COALESCE(%(at)s, settlement.paid_at), '{}', 0, ''
FROM payouts_settlement AS settlement
WHERE settlement.paid_at IS NOT NULL
    AND (%(orders)s::bigint[] IS NULL OR settlement.order_id = ANY(%(orders)s))
    AND NOT EXISTS (
        SELECT 1 FROM payouts_document
        WHERE natural_key = 'invoice:' || settlement.id
    )
ORDER BY settlement.paid_at, settlement.id
ON CONFLICT DO NOTHING
"""
# A refund stands in the books when it reached the card, and when the card refused it.
_CREDIT_NOTES = """
INSERT INTO payouts_pendingdocument
    (natural_key, kind, vendor_id, settlement_id, refund_id, month, currency,
        wanted_at, lacks, attempts, error)
SELECT DISTINCT ON (request.finished_at, request.id, settlement.id)
    'credit_note:' || request.id || ':' || settlement.id, 'credit_note',
    settlement.vendor_id, settlement.id, request.id, '', settlement.currency,
    COALESCE(%(at)s, request.finished_at), '{}'::varchar[], 0, ''
FROM payouts_refundrequest AS request
JOIN payouts_refundline AS part ON part.request_id = request.id
JOIN payouts_settlementline AS line ON line.id = part.settlement_line_id
JOIN payouts_settlement AS settlement ON settlement.id = line.settlement_id
WHERE request.state IN ('refunded', 'refund_failed')
    AND (%(refunds)s::bigint[] IS NULL OR request.id = ANY(%(refunds)s))
    AND NOT EXISTS (
        SELECT 1 FROM payouts_document AS document
        WHERE document.natural_key =
            'credit_note:' || request.id || ':' || settlement.id
    )
ORDER BY request.finished_at, request.id, settlement.id
ON CONFLICT DO NOTHING
"""
_COMMISSION = """
INSERT INTO payouts_pendingdocument
    (natural_key, kind, vendor_id, month, currency, wanted_at, lacks, attempts, error)
SELECT DISTINCT
    'commission:' || settlement.vendor_id || ':' || %(month)s || ':' || entry.currency,
    'commission_invoice', settlement.vendor_id, %(month)s, entry.currency, %(at)s,
    '{}'::varchar[], 0, ''
FROM payouts_ledgertransaction AS header
JOIN payouts_ledgerentry AS entry ON entry.transaction_id = header.id
JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
JOIN payouts_settlement AS settlement ON settlement.id = entry.settlement_id
WHERE header.booked_at >= %(begins)s AND header.booked_at < %(ends)s
    AND account.kind IN ('commission_revenue', 'vat_on_commission')
    AND NOT EXISTS (
        SELECT 1 FROM payouts_document AS document
        WHERE document.natural_key = 'commission:' || settlement.vendor_id || ':'
            || %(month)s || ':' || entry.currency
    )
ORDER BY 1
ON CONFLICT DO NOTHING
"""


def ask_invoices(*, orders: Sequence[int] | None, at: datetime | None) -> int:
    """Ask for the invoices of paid orders (None: all); return how many are new.

    They are asked for at `at`, or at the moment of their payment.
    """
    return _write(_INVOICES, {"orders": orders, "at": at})


def ask_credit_notes(*, refunds: Sequence[int] | None, at: datetime | None) -> int:
    """Ask for the credit notes of booked refunds (None: all) that have lines."""
    return _write(_CREDIT_NOTES, {"refunds": refunds, "at": at})


def ask_commission(
    *, month: str, begins: datetime, ends: datetime, at: datetime
) -> int:
    """Ask for a month's commission invoice of each seller whose commission moved."""
    return _write(
        _COMMISSION, {"month": month, "begins": begins, "ends": ends, "at": at}
    )


def _write(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount
