"""What must always be true of disputes, claims, and refunds that buyers wait for.

Each pair is an invariant and its query; docs/algorithms/ledger.md explains them.
"""

_SHARES = """
    SELECT format(
        'dispute %s is of {%s %s} and a fee of {%s %3$s}, its shares sum to '
        '{%5$s %3$s} and {%6$s %3$s}',
        dispute.stripe_id, dispute.amount_minor, dispute.currency, dispute.fee_minor,
        COALESCE(shares.minor, 0), COALESCE(shares.fees, 0))
    FROM payouts_dispute AS dispute
    LEFT JOIN (
        SELECT dispute_id, sum(amount_minor) AS minor, sum(fee_minor) AS fees
        FROM payouts_disputeallocation GROUP BY dispute_id
    ) AS shares ON shares.dispute_id = dispute.id
    WHERE (dispute.allocated_at IS NULL AND shares.minor IS NOT NULL)
        OR (dispute.allocated_at IS NOT NULL AND (
            COALESCE(shares.minor, 0) <> dispute.amount_minor
            OR COALESCE(shares.fees, 0) > dispute.fee_minor))
"""
_OWED_TO_BUYERS = """
    SELECT format('the ledger owes buyers {%s %s} of refunds, {%s %2$s} are waiting',
        COALESCE(ledger.minor, 0), currency, COALESCE(waiting.minor, 0))
    FROM (
        SELECT entry.currency, -sum(entry.amount_minor) AS minor
        FROM payouts_ledgerentry AS entry
        JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
        WHERE account.kind = 'customer_refund_due' GROUP BY entry.currency
    ) AS ledger
    FULL JOIN (
        SELECT request.currency, sum(CASE
            WHEN request.state = 'refused'
                THEN payment.amount_minor - payment.refunded_minor
            -- A second try, by hand, of what a card refused.
            WHEN request.state = 'refunded' THEN -request.repaid_minor
            ELSE request.cash_minor - request.again_minor END
                - COALESCE(paid.amount_minor, 0)) AS minor
        FROM payouts_refundrequest AS request
        LEFT JOIN payouts_paymentattempt AS payment ON payment.id = request.payment_id
        LEFT JOIN payouts_refundrepayment AS paid ON paid.request_id = request.id
        WHERE request.state IN ('refund_failed', 'refunded')
            OR (request.is_orphan AND (request.state IN ('requested', 'refunding')
                -- The return by itself; some of it may have gone back by hand.
                OR (request.state = 'refused' AND request.origin = 'asked')))
        GROUP BY request.currency
    ) AS waiting USING (currency)
    WHERE COALESCE(ledger.minor, 0) <> COALESCE(waiting.minor, 0)
"""
_DISPUTED_FUNDS = """
    SELECT format('dispute %s is %s, yet {%s %s} of it are in disputed funds',
        dispute.stripe_id, dispute.state, funds.minor, dispute.currency)
    FROM payouts_dispute AS dispute
    JOIN (
        SELECT COALESCE(lost.stripe_id, header.ref ->> 'source') AS stripe_id,
            sum(entry.amount_minor) AS minor
        FROM payouts_ledgerentry AS entry
        JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
        JOIN payouts_ledgertransaction AS header
            ON header.id = entry.transaction_id
        LEFT JOIN payouts_disputeallocation AS share
            ON header.key = 'refund:' || share.refund_id
        LEFT JOIN payouts_dispute AS lost ON lost.id = share.dispute_id
        WHERE account.kind = 'disputed_funds' GROUP BY 1
    ) AS funds ON funds.stripe_id = dispute.stripe_id
    WHERE (dispute.allocated_at IS NOT NULL OR dispute.state IN ('won', 'closed'))
        AND funds.minor <> 0
"""
_NEVER_SENT = """
    SELECT format('settlement %s is %s, yet {%s %s} of it are left of pieces that were '
        'never sent and not given back', settlement.id, settlement.state,
        sum(line.gross_minor - line.refunded_gross_minor), settlement.currency)
    FROM payouts_settlement AS settlement
    JOIN payouts_settlementline AS line ON line.settlement_id = settlement.id
    JOIN vendors_vendororderline AS fulfilment
        ON fulfilment.order_line_id = line.oscar_line_id
    WHERE settlement.state NOT IN ('unpaid', 'held', 'frozen', 'cancelled')
        AND line.gross_minor > line.refunded_gross_minor
        AND (fulfilment.cancelled_quantity > line.unsent_back
            OR line.unsent_back = line.quantity)
        -- A person has let it go.
        AND NOT EXISTS (SELECT 1 FROM payouts_settlementhold AS hold
            WHERE hold.settlement_id = settlement.id
                AND hold.key LIKE 'unrefunded:%' AND hold.lifted_at IS NOT NULL)
    GROUP BY settlement.id
"""
_PIECES = """
    SELECT format('line %s counts %s pieces as given back, its refunds %s',
        line.id, line.pieces_back, COALESCE(parts.pieces, 0))
    FROM payouts_settlementline AS line
    LEFT JOIN (
        SELECT part.settlement_line_id, sum(part.pieces) AS pieces,
            sum(part.unsent) AS unsent
        FROM payouts_refundline AS part
        JOIN payouts_refundrequest AS request ON request.id = part.request_id
        WHERE request.state <> 'refused' GROUP BY part.settlement_line_id
    ) AS parts ON parts.settlement_line_id = line.id
    WHERE line.pieces_back <> COALESCE(parts.pieces, 0)
        OR line.unsent_back <> COALESCE(parts.unsent, 0)
"""
_PAID_BY_CARRIERS = """
    SELECT format('carriers paid {%s %s} by the ledger, {%s %2$s} by their claims',
        COALESCE(ledger.minor, 0), currency, COALESCE(claims.minor, 0))
    FROM (
        SELECT entry.currency, -sum(entry.amount_minor) AS minor
        FROM payouts_ledgerentry AS entry
        JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
        WHERE account.kind = 'carrier_recoveries' GROUP BY entry.currency
    ) AS ledger
    FULL JOIN (
        SELECT currency, sum(received_minor) AS minor
        FROM payouts_carrierclaim GROUP BY currency
    ) AS claims USING (currency)
    WHERE COALESCE(ledger.minor, 0) <> COALESCE(claims.minor, 0)
"""
_PAID_BY_EACH = """
    SELECT format('claim %s received {%s %s} by its row, {%s %s} by the ledger',
        COALESCE(claim.public_id, 'of ' || ledger.claim),
        COALESCE(claim.received_minor, 0), COALESCE(claim.currency, ledger.currency),
        COALESCE(ledger.minor, 0), COALESCE(ledger.currency, claim.currency))
    FROM payouts_carrierclaim AS claim
    FULL JOIN (
        SELECT split_part(header.key, ':', 2) AS claim, entry.currency,
            -sum(entry.amount_minor) AS minor
        FROM payouts_ledgerentry AS entry
        JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
        JOIN payouts_ledgertransaction AS header
            ON header.id = entry.transaction_id
        WHERE account.kind = 'carrier_recoveries' GROUP BY 1, 2
    ) AS ledger ON ledger.claim = claim.id::text
    WHERE COALESCE(claim.received_minor, 0) <> COALESCE(ledger.minor, 0)
        OR (ledger.minor <> 0 AND claim.currency IS DISTINCT FROM ledger.currency)
"""
_OF_THEIR_REFUNDS = """
    SELECT format('claim %s is of {%s %s}, its refund of {%s %s} by the %s',
        claim.public_id, claim.amount_minor, claim.currency, request.cash_minor,
        request.currency, request.bearer)
    FROM payouts_carrierclaim AS claim
    JOIN payouts_refundrequest AS request ON request.id = claim.refund_id
    WHERE (claim.amount_minor, claim.currency, 'platform')
        IS DISTINCT FROM (request.cash_minor, request.currency, request.bearer)
"""
CLAIMS = (
    ("I6", _SHARES),
    ("I6", _OWED_TO_BUYERS),
    ("I6", _NEVER_SENT),
    ("I6", _PIECES),
    ("I6", _PAID_BY_CARRIERS),
    ("I6", _PAID_BY_EACH),
    ("I6", _OF_THEIR_REFUNDS),
    ("I9", _DISPUTED_FUNDS),
)
