"""Close sellers' months: lay their entries down, write the file, sign it.

A month is closed when it has ended `STATEMENT_CLOSES_AFTER_HOURS` ago, once and for
all. What is booked later for it stands in the first month that is still open.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from payouts.models import LedgerAccount, Statement, StatementKey
from payouts.models.ledger import VENDOR_KINDS
from payouts.months import Month
from payouts.selectors.period import Period, period_of, unclosed_months
from payouts.selectors.statement_cells import line_of, time_words
from payouts.selectors.statement_sheet import facts_of, number_of, text_of
from payouts.signing import Signer, signer

_LAY_DOWN = """
INSERT INTO payouts_statemententry (entry_id, statement_id)
SELECT entry.id, %(statement)s
FROM payouts_ledgerentry AS entry
JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
JOIN payouts_ledgertransaction AS header ON header.id = entry.transaction_id
WHERE account.vendor_id = %(vendor)s AND account.currency = %(currency)s
    AND account.kind = ANY(%(kinds)s) AND header.booked_at < %(ends)s
    AND NOT EXISTS (
        SELECT 1 FROM payouts_statemententry AS part WHERE part.entry_id = entry.id)
ORDER BY entry.id
"""


def close_statements(*, now: datetime) -> int:
    """Close every month of every seller that is due; return how many were closed.

    A transaction for each, so that one that stops in the middle is finished the next
    time. Raises SigningKeyError, and closes nothing, without a key to sign with.
    """
    sign = signer()
    due = now - timedelta(hours=settings.STATEMENT_CLOSES_AFTER_HOURS)
    sellers = LedgerAccount.objects.filter(kind__in=VENDOR_KINDS).order_by()
    closed = 0
    for vendor_id, currency in (
        sellers.values_list("vendor_id", "currency")
        .distinct()
        .order_by("vendor_id", "currency")
    ):
        for month in unclosed_months(vendor_id=vendor_id, currency=currency, until=due):
            row = _close(vendor_id, currency, month, sign, now)
            closed += row is not None
    return closed


def _close(
    vendor_id: int, currency: str, month: Month, sign: Signer, now: datetime
) -> Statement | None:
    key = use_key(sign=sign, now=now)
    try:
        with _one_moment():
            period = period_of(
                vendor_id=vendor_id, currency=currency, month=month, now=now
            )
            if period is None or period.closed:
                return None
            return _write(period, key, sign, now)
    except IntegrityError:
        # Somebody else closed it at the same time: then it is closed.
        rows = Statement.objects.filter(vendor_id=vendor_id, currency=currency)
        if not rows.filter(period=month.key).exists():
            raise
        return None


@transaction.atomic
def use_key(*, sign: Signer, now: datetime) -> StatementKey:
    """Return the row of the key that signs now; a new one retires the one before.

    Locks the keys. Raises IntegrityError if the key was retired: it never signs again.
    """
    keys = list(StatementKey.objects.select_for_update(no_key=True).order_by("pk"))
    using = next((key for key in keys if key.valid_until is None), None)
    if using is not None and using.public_key == sign.public_key:
        return using
    if using is not None:
        StatementKey.objects.filter(pk=using.pk).update(valid_until=now)
    return StatementKey.objects.create(
        key_id=sign.key_id, public_key=sign.public_key, valid_from=now
    )


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read what was committed before the first query, and write in the same go."""
    is_begun = connection.in_atomic_block
    with transaction.atomic():
        if not is_begun:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _write(period: Period, key: StatementKey, sign: Signer, now: datetime) -> Statement:
    statement_id, movements = _lay_down(period)
    facts = {
        **facts_of(period),
        "state": "closed",
        "closed_at": time_words(now),
        "key_id": key.key_id,
    }
    row = _row(period, statement_id, now)
    text = "".join(text_of(_laid(period, row), facts=facts))
    row.movements = movements
    row.key, row.digest = key, sha256(text.encode()).hexdigest()
    row.signature = sign.sign(row.digest)
    row.sheet = zlib.compress(f"{text}{_seal(row)}".encode())
    closing = _laid(period, row).closing
    row.closing_held_minor = closing["held"]
    row.closing_due_minor = closing["due"]
    row.closing_reserve_minor = closing["reserve"]
    row.save(force_insert=True)
    return row


def _row(period: Period, statement_id: int, now: datetime) -> Statement:
    opening = period.opening
    return Statement(
        pk=statement_id,
        vendor_id=period.vendor_id,
        currency=period.currency,
        period=period.month.key,
        number=number_of(period),
        previous=period.previous,
        begins_at=period.month.begins,
        ends_at=period.month.ends,
        closed_at=now,
        opening_held_minor=opening["held"],
        opening_due_minor=opening["due"],
        opening_reserve_minor=opening["reserve"],
    )


def _laid(period: Period, row: Statement) -> Period:
    """Return the period over the entries that were laid down for its statement."""
    return replace(period, closed=row, is_first_open=False)


def _seal(row: Statement) -> str:
    key = row.key
    return line_of(
        [
            *("SIGNATURE", key.algorithm, key.key_id, key.public_key),
            *(row.digest, row.signature),
        ]
    )


def _lay_down(period: Period) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('payouts_statement', 'id'))"
        )
        (statement_id,) = cursor.fetchone()
        cursor.execute(
            _LAY_DOWN,
            {
                "statement": statement_id,
                "vendor": period.vendor_id,
                "currency": period.currency,
                "kinds": [kind.value for kind in VENDOR_KINDS],
                "ends": period.month.ends,
            },
        )
        return int(statement_id), cursor.rowcount
