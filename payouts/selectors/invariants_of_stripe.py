"""What must always be true of the ledger beside Stripe's balance rows.

Each pair is an invariant and its query; docs/algorithms/ledger.md explains them.
"""

from django.db import connection

_ROWS = """
    SELECT format('the ledger has {%s %s} at Stripe, Stripe''s rows sum to {%s %2$s}',
        COALESCE(ledger.minor, 0), currency, COALESCE(mirror.minor, 0))
    FROM (
        SELECT entry.currency, sum(entry.amount_minor) AS minor
        FROM payouts_ledgerentry AS entry
        JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
        WHERE account.kind = 'stripe_balance' GROUP BY entry.currency
    ) AS ledger
    FULL JOIN (
        SELECT currency, sum(net_minor) AS minor
        FROM payouts_balancetransactionmirror
        WHERE type NOT IN ('reserve_transaction', 'reserved_funds',
            'reserve_hold', 'reserve_release')
            -- Sent by Stripe, booked when it has arrived.
            AND (matched_key <> '' OR source NOT IN (
                SELECT stripe_id FROM payouts_refundrequest
                WHERE state = 'refunding' AND stripe_id IS NOT NULL))
        GROUP BY currency
    ) AS mirror USING (currency)
    WHERE COALESCE(ledger.minor, 0) <> COALESCE(mirror.minor, 0)
"""
_UNBOOKED = """
    SELECT format('row %s (%s of {%s %s}) is in nobody''s books', stripe_id, type,
        net_minor, currency)
    FROM payouts_balancetransactionmirror WHERE matched_key = ''
        -- Set aside for sellers below zero, or back: Stripe holds it all the time.
        AND type NOT IN ('reserve_transaction', 'reserved_funds',
            'reserve_hold', 'reserve_release')
        AND source NOT IN (
            SELECT stripe_id FROM payouts_refundrequest
            WHERE state = 'refunding' AND stripe_id IS NOT NULL)
"""
STRIPE = (
    ("I2", _ROWS),
    ("Stripe", _UNBOOKED),
)
# Stripe has sent them, and they are booked when they have arrived.
_SENT = """
    SELECT mirror.currency, sum(mirror.net_minor)
    FROM payouts_balancetransactionmirror AS mirror
    JOIN payouts_refundrequest AS request ON request.stripe_id = mirror.source
    WHERE mirror.matched_key = '' AND request.state = 'refunding'
    GROUP BY mirror.currency
"""


def sent_unbooked() -> dict[str, int]:
    """Return what Stripe's rows moved for refunds that have not arrived yet."""
    with connection.cursor() as cursor:
        cursor.execute(_SENT)
        return {currency: int(minor) for currency, minor in cursor.fetchall()}
