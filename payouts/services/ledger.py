"""Post to the ledger; nothing else in the product writes its tables."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from payouts.models.ledger import (
    FLOORS,
    VENDOR_KINDS,
    AccountKind,
)

_OPEN_ACCOUNTS = """
INSERT INTO payouts_ledgeraccount (code, currency, kind, vendor_id, floor)
SELECT wanted.* FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[]
) AS wanted (code, currency, kind, vendor_id, floor)
WHERE NOT EXISTS (
    SELECT 1 FROM payouts_ledgeraccount AS account
    WHERE account.code = wanted.code AND account.currency = wanted.currency
)
ON CONFLICT DO NOTHING
"""

_POST = """
WITH header AS (
    INSERT INTO payouts_ledgertransaction (key, kind, ref, reverses_id, booked_at)
    SELECT * FROM unnest(
        %s::text[], %s::text[], %s::jsonb[], %s::bigint[], %s::timestamptz[]
    )
    ON CONFLICT (key) DO NOTHING
    RETURNING id, key
), legs AS (
    INSERT INTO payouts_ledgerentry
        (transaction_id, account_id, currency, amount_minor, settlement_id)
    SELECT header.id, account.id, leg.currency, leg.amount, leg.settlement_id
    FROM unnest(
        %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[]
    ) AS leg (key, code, currency, amount, settlement_id)
    JOIN header USING (key)
    JOIN payouts_ledgeraccount AS account USING (code, currency)
)
SELECT key FROM header
"""


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a posting: debit is positive, credit negative."""

    kind: AccountKind
    amount_minor: int
    vendor_id: int | None = None
    settlement_id: int | None = None
    # Another currency than the posting's: where Stripe exchanged.
    currency: str = ""

    @property
    def code(self) -> str:
        """The account's code; sellers' accounts are one for each seller."""
        if self.kind in VENDOR_KINDS:
            return f"{self.kind.value}:{self.vendor_id}"
        return self.kind.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A journal entry, named by its effect so that it can be booked only once.

    Its legs sum to zero in each currency; `currency` is that of legs that name none.
    """

    key: str
    kind: str
    currency: str
    legs: Sequence[Leg]
    booked_at: datetime
    ref: dict[str, Any] = field(default_factory=dict)
    reverses_id: int | None = None

    @property
    def moves(self) -> list[Leg]:
        """The legs that are not zero."""
        return [leg for leg in self.legs if leg.amount_minor]


def post(posting: Posting) -> None:
    """Book one posting; a key that was booked before changes nothing."""
    post_many([posting])


@transaction.atomic
def post_many(postings: Iterable[Posting]) -> set[str]:
    """Book many postings in one round trip and return the keys that were new.

    Locks the balances of sellers' accounts in order of their ids. A posting without
    amounts is left out. The database refuses what does not balance and what would take
    more from a held balance than it has (IntegrityError).
    """
    wanted = [posting for posting in postings if posting.moves]
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_ACCOUNTS, _accounts_of(wanted))
        cursor.execute(_POST, [*_headers_of(wanted), *_legs_of(wanted)])
        return {key for (key,) in cursor.fetchall()}


def _accounts_of(postings: Iterable[Posting]) -> list[list[Any]]:
    accounts = {
        (leg.code, leg.currency or posting.currency): leg
        for posting in postings
        for leg in posting.moves
    }
    rows = [
        (code, currency, leg.kind.value, _vendor_of(leg), FLOORS.get(leg.kind))
        for (code, currency), leg in sorted(accounts.items(), key=lambda item: item[0])
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _vendor_of(leg: Leg) -> int | None:
    return leg.vendor_id if leg.kind in VENDOR_KINDS else None


def _headers_of(postings: Sequence[Posting]) -> list[list[Any]]:
    return [
        [posting.key for posting in postings],
        [posting.kind for posting in postings],
        [json.dumps(posting.ref) for posting in postings],
        [posting.reverses_id for posting in postings],
        [posting.booked_at for posting in postings],
    ]


def _legs_of(postings: Iterable[Posting]) -> list[list[Any]]:
    rows = [
        (
            posting.key,
            leg.code,
            leg.currency or posting.currency,
            leg.amount_minor,
            leg.settlement_id,
        )
        for posting in postings
        for leg in posting.moves
    ]
    return [list(column) for column in zip(*rows, strict=True)]
