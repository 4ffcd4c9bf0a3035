"""What must always be true of the books, each as one SQL query.

A query returns a row of text for each violation, in which `{39844 EUR}` is an amount;
docs/algorithms/ledger.md explains them.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass

from django.db import connection

from marketplace.core.money import Money
from marketplace.db.snapshot import snapshot
from payouts.selectors.guards import missing_guards
from payouts.selectors.invariants_of_claims import CLAIMS
from payouts.selectors.invariants_of_documents import DOCUMENTS
from payouts.selectors.invariants_of_gifts import GIFTS
from payouts.selectors.invariants_of_stripe import STRIPE, sent_unbooked

# What all points are worth, by currency; asked of an app that this one does not know.
CountPoints = Callable[[], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that does not hold, and where."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code} {self.message}"


_QUERIES = {
    "I1": """
        SELECT format('entries in %s sum to {%s %1$s} instead of 0', currency,
            sum(amount_minor))
        FROM payouts_ledgerentry GROUP BY currency HAVING sum(amount_minor) <> 0
        UNION ALL
        SELECT format('transaction %s sums to {%s %s}', transaction_id,
            sum(amount_minor), currency)
        FROM payouts_ledgerentry GROUP BY transaction_id, currency
        HAVING sum(amount_minor) <> 0
        UNION ALL
        SELECT format('account %s holds {%s %s}, its entries say {%s %3$s}',
            account.code, balance.posted_minor, account.currency,
            COALESCE(derived.minor, 0) * balance.sign)
        FROM payouts_ledgerbalance AS balance
        JOIN payouts_ledgeraccount AS account ON account.id = balance.account_id
        LEFT JOIN (
            SELECT account_id, sum(amount_minor) AS minor
            FROM payouts_ledgerentry GROUP BY account_id
        ) AS derived USING (account_id)
        WHERE balance.posted_minor <> COALESCE(derived.minor, 0) * balance.sign
    """,
    "I3": """
        SELECT format('settlement %s (%s) holds {%s %s} instead of {%s %4$s}',
            settlement.id, settlement.state, COALESCE(held.minor, 0),
            settlement.currency, expected.minor)
        FROM payouts_settlement AS settlement
        LEFT JOIN (
            SELECT entry.settlement_id, -sum(entry.amount_minor) AS minor
            FROM payouts_ledgerentry AS entry
            JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
            WHERE account.kind = 'vendor_held' GROUP BY entry.settlement_id
        ) AS held ON held.settlement_id = settlement.id
        LEFT JOIN (
            SELECT line.settlement_id, sum(part.vendor_minor) AS minor
            FROM payouts_refundline AS part
            JOIN payouts_refundrequest AS request ON request.id = part.request_id
            JOIN payouts_settlementline AS line ON line.id = part.settlement_line_id
            WHERE request.state IN ('requested', 'refunding')
            GROUP BY line.settlement_id
        ) AS flight ON flight.settlement_id = settlement.id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN settlement.paid_at IS NULL THEN 0
                ELSE settlement.payable_minor - settlement.reversed_net_minor
                    + COALESCE(flight.minor, 0)
                    - settlement.released_minor + settlement.taken_minor
                END AS minor
        ) AS expected
        WHERE COALESCE(held.minor, 0) <> expected.minor
            OR (expected.minor <> 0 AND settlement.state NOT IN ('held', 'frozen'))
        UNION ALL
        SELECT format('parcels of settlement %s released {%s %s}, it counts {%s %3$s}',
            settlement.id, parcels.minor, settlement.currency,
            settlement.released_minor)
        FROM payouts_settlement AS settlement
        JOIN (
            SELECT settlement_id, sum(net_minor) AS minor
            FROM payouts_parcelrelease GROUP BY settlement_id
        ) AS parcels ON parcels.settlement_id = settlement.id
        WHERE settlement.is_split AND parcels.minor <> settlement.released_minor
    """,
    "I4": """
        SELECT format('seller %s is owed {%s %s} by the ledger, {%s %3$s} by the '
            'settlements', account.vendor_id, balance.posted_minor, account.currency,
            COALESCE(released.minor, 0) - COALESCE(moved.minor, 0)
                - COALESCE(fees.minor, 0) - COALESCE(kept.minor, 0)
                - COALESCE(charged.minor, 0) + COALESCE(adjusted.minor, 0))
        FROM payouts_ledgerbalance AS balance
        JOIN payouts_ledgeraccount AS account ON account.id = balance.account_id
        LEFT JOIN (
            SELECT vendor_id, currency, sum(released_minor - taken_minor) AS minor
            FROM payouts_settlement GROUP BY vendor_id, currency
        ) AS released USING (vendor_id, currency)
        LEFT JOIN (
            SELECT vendor_id, currency, sum(amount_minor - reversed_minor) AS minor
            FROM payouts_vendortransfer WHERE state = 'done'
            GROUP BY vendor_id, currency
        ) AS moved USING (vendor_id, currency)
        LEFT JOIN (
            SELECT vendor_id, currency, sum(processing_fee_minor) AS minor
            FROM payouts_settlement GROUP BY vendor_id, currency
        ) AS fees USING (vendor_id, currency)
        LEFT JOIN (
            SELECT vendor_id, currency,
                sum(withheld_minor - drawn_minor - released_minor) AS minor
            FROM payouts_vendorreserve GROUP BY vendor_id, currency
        ) AS kept USING (vendor_id, currency)
        LEFT JOIN (
            SELECT settlement.vendor_id, settlement.currency, sum(due.minor) AS minor
            FROM (
                SELECT settlement_id, fee_minor AS minor FROM payouts_disputeallocation
                UNION ALL
                SELECT line.settlement_id,
                    part.kept_commission_minor + part.kept_vat_minor
                FROM payouts_refundline AS part
                JOIN payouts_refundrequest AS request ON request.id = part.request_id
                JOIN payouts_settlementline AS line ON line.id = part.settlement_line_id
                WHERE request.state IN ('refunded', 'refund_failed')
            ) AS due
            JOIN payouts_settlement AS settlement ON settlement.id = due.settlement_id
            GROUP BY settlement.vendor_id, settlement.currency
        ) AS charged USING (vendor_id, currency)
        LEFT JOIN (
            SELECT vendor_id, currency, sum(amount_minor) AS minor
            FROM payouts_adjustment WHERE state = 'booked'
            GROUP BY vendor_id, currency
        ) AS adjusted USING (vendor_id, currency)
        WHERE account.kind = 'vendor_payable' AND balance.posted_minor
            <> COALESCE(released.minor, 0) - COALESCE(moved.minor, 0)
                - COALESCE(fees.minor, 0) - COALESCE(kept.minor, 0)
                - COALESCE(charged.minor, 0) + COALESCE(adjusted.minor, 0)
        UNION ALL
        SELECT format('seller %s has {%s %s} in reserve by the ledger, {%s %3$s} by '
            'its rows', account.vendor_id, balance.posted_minor, account.currency,
            COALESCE(kept.minor, 0))
        FROM payouts_ledgerbalance AS balance
        JOIN payouts_ledgeraccount AS account ON account.id = balance.account_id
        LEFT JOIN (
            SELECT vendor_id, currency,
                sum(withheld_minor - drawn_minor - released_minor) AS minor
            FROM payouts_vendorreserve GROUP BY vendor_id, currency
        ) AS kept USING (vendor_id, currency)
        WHERE account.kind = 'vendor_reserve'
            AND balance.posted_minor <> COALESCE(kept.minor, 0)
    """,
    "I5": """
        SELECT format('charge %s has {%s %s}, transfers linked to it sum to {%s %3$s}',
            payment.charge_id, COALESCE(payment.settled_minor, payment.amount_minor),
            COALESCE(NULLIF(payment.settled_currency, ''), payment.currency),
            sum(transfer.sent_minor))
        FROM payouts_vendortransfer AS transfer
        JOIN payouts_paymentattempt AS payment
            ON payment.charge_id = transfer.source_charge
        WHERE transfer.state NOT IN ('failed', 'withdrawn')
        GROUP BY payment.charge_id, payment.settled_minor, payment.amount_minor,
            payment.settled_currency, payment.currency
        HAVING sum(transfer.sent_minor)
            > COALESCE(payment.settled_minor, payment.amount_minor)
    """,
    "I6": """
        SELECT format('payment %s counts {%s %s} as refunded, its refunds sum to '
            '{%4$s %3$s} of {%5$s %3$s}', payment.id, payment.refunded_minor,
            payment.currency, COALESCE(refunds.minor, 0), payment.amount_minor)
        FROM payouts_paymentattempt AS payment
        LEFT JOIN (
            SELECT payment_id, sum(cash_minor - again_minor) AS minor
            FROM payouts_refundrequest
            WHERE state <> 'refused' GROUP BY payment_id
        ) AS refunds ON refunds.payment_id = payment.id
        WHERE payment.refunded_minor <> COALESCE(refunds.minor, 0)
            OR payment.refunded_minor > payment.amount_minor
    """,
    "I7": """
        SELECT format('{%s %s} at Stripe do not cover the {%s %2$s} owed to sellers '
            'and buyers', COALESCE(at_stripe, 0), currency, owed)
        FROM (
            SELECT entry.currency,
                sum(entry.amount_minor) FILTER (WHERE account.kind IN
                    ('stripe_balance', 'currency_conversion')) AS at_stripe,
                -sum(entry.amount_minor) FILTER (WHERE account.kind IN
                    ('vendor_held', 'vendor_payable', 'vendor_reserve',
                     'customer_refund_due')) + COALESCE(max(debt.minor), 0) AS owed
            FROM payouts_ledgerentry AS entry
            JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
            LEFT JOIN (
                SELECT owing.currency, sum(LEAST(0, balance.posted_minor)) * -1 AS minor
                FROM payouts_ledgerbalance AS balance
                JOIN payouts_ledgeraccount AS owing ON owing.id = balance.account_id
                WHERE owing.kind = 'vendor_payable' GROUP BY owing.currency
            ) AS debt ON debt.currency = entry.currency
            GROUP BY entry.currency
        ) AS cover
        WHERE owed > 0 AND COALESCE(at_stripe, 0) < owed
    """,
    "I9": """
        SELECT format('command %s is done but was not booked', command.natural_key)
        FROM payouts_moneycommand AS command
        WHERE command.state = 'done' AND command.kind IN ('transfer', 'reversal')
            AND NOT EXISTS (SELECT 1 FROM payouts_ledgertransaction AS header
                WHERE header.key = command.natural_key)
        UNION ALL
        SELECT format('refund %s is %s but was not booked', request.id, request.state)
        FROM payouts_refundrequest AS request
        WHERE request.state IN ('refunded', 'refund_failed')
            AND NOT EXISTS (SELECT 1 FROM payouts_ledgertransaction AS header
                WHERE header.key = 'refund:' || request.id)
        UNION ALL
        SELECT format('%s was booked but no row tells of it', header.key)
        FROM payouts_ledgertransaction AS header
        WHERE header.kind = 'transfer' AND NOT EXISTS (
            SELECT 1 FROM payouts_vendortransfer AS transfer
            WHERE transfer.stripe_id = header.ref ->> 'transfer'
                AND transfer.state = 'done')
    """,
    "I10": """
        SELECT format('settlement %s does not sum up its lines', settlement.id)
        FROM payouts_settlement AS settlement
        JOIN (
            SELECT settlement_id, sum(gross_minor) AS gross, sum(net_minor) AS net,
                sum(commission_minor) AS commission, sum(cash_minor) AS cash,
                sum(reversed_net_minor) AS reversed
            FROM payouts_settlementline GROUP BY settlement_id
        ) AS lines ON lines.settlement_id = settlement.id
        WHERE (lines.gross, lines.net, lines.commission, lines.cash, lines.reversed)
            IS DISTINCT FROM (settlement.gross_minor, settlement.payable_minor,
                settlement.commission_minor, settlement.cash_minor,
                settlement.reversed_net_minor)
    """,
}
_AMOUNT = re.compile(r"\{(-?\d+) ([A-Z]{3})\}")

_POINTS = """
SELECT entry.currency, -sum(entry.amount_minor)
FROM payouts_ledgerentry AS entry
JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
WHERE account.kind = 'points_liability' GROUP BY entry.currency
"""


def violations_at_once(
    *,
    count_points: CountPoints | None,
    stripe_holds: Mapping[str, int] | None = None,
    is_alone: bool = False,
) -> list[Violation]:
    """Return what does not hold of all that is written, as one moment sees it.

    What is sold meanwhile is seen in every table or in none. `stripe_holds` is what
    Stripe says it holds for us; without it our copy of Stripe's rows is too old to be
    compared. Call it outside a transaction, unless nobody else writes (`is_alone`).
    """
    with nullcontext() if is_alone else snapshot():
        found = violations_of_books(with_rows=stripe_holds is not None)
        if stripe_holds is not None:
            found += violations_of_balance(stripe_holds=stripe_holds)
        if count_points is not None:
            found += violations_of_points(outstanding=count_points())
    return found


def violations_of_books(*, with_rows: bool = True) -> list[Violation]:
    """Return every violation of what the database alone can tell.

    `with_rows` compares with our copy of Stripe's rows, which must be a fresh one.
    """
    asked = (*(STRIPE if with_rows else ()), *CLAIMS, *GIFTS, *DOCUMENTS)
    found = [
        Violation("I10", f"guard {name} is missing or off") for name in missing_guards()
    ]
    with connection.cursor() as cursor:
        for code, query in (*_QUERIES.items(), *asked):
            cursor.execute(query)
            found += [
                Violation(code, _in_money(message)) for (message,) in cursor.fetchall()
            ]
    return found


def _in_money(message: str) -> str:
    """Write `{39844 EUR}`, minor units as a query tells them, as `398.44 EUR`."""
    return _AMOUNT.sub(lambda found: str(Money(int(found[1]), found[2])), message)


def violations_of_points(*, outstanding: Mapping[str, int]) -> list[Violation]:
    """I8: compare the liability with what all points are worth, by currency."""
    with connection.cursor() as cursor:
        cursor.execute(_POINTS)
        booked: dict[str, int] = dict(cursor.fetchall())
    return [
        Violation(
            "I8",
            f"points are worth {Money(outstanding.get(currency, 0), currency)} with "
            f"those on their way, the ledger owes "
            f"{Money(int(booked.get(currency, 0)), currency)}",
        )
        for currency in sorted({*booked, *outstanding})
        if booked.get(currency, 0) != outstanding.get(currency, 0)
    ]


def violations_of_balance(*, stripe_holds: Mapping[str, int]) -> list[Violation]:
    """I2: compare what the ledger has at Stripe with what Stripe says, by currency."""
    ours = stripe_balances()
    for currency, minor in sent_unbooked().items():
        ours[currency] = ours.get(currency, 0) + minor
    return [
        Violation(
            "I2",
            f"Stripe holds {Money(stripe_holds.get(currency, 0), currency)}, "
            f"the ledger says {Money(ours.get(currency, 0), currency)}",
        )
        for currency in sorted({*ours, *stripe_holds})
        if ours.get(currency, 0) != stripe_holds.get(currency, 0)
    ]


def stripe_balances() -> dict[str, int]:
    """Return what the ledger has at Stripe, by currency."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT entry.currency, sum(entry.amount_minor)
            FROM payouts_ledgerentry AS entry
            JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
            WHERE account.kind = 'stripe_balance' GROUP BY entry.currency
            """
        )
        balances: dict[str, int] = {
            currency: int(minor) for currency, minor in cursor.fetchall()
        }
    return balances
