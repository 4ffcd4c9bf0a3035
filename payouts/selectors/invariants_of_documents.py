"""What must always be true of invoices and credit notes.

Each pair is an invariant and its query; docs/algorithms/ledger.md explains them.
"""

_NUMBERS = """
    SELECT format('series %s counts to %s, it has %s documents, the last is %s',
        series.prefix, series.last_sequence, COALESCE(issued.many, 0),
        COALESCE(issued.last, 0))
    FROM payouts_documentseries AS series
    LEFT JOIN (
        SELECT series_id, count(*) AS many, max(sequence) AS last
        FROM payouts_document GROUP BY series_id
    ) AS issued ON issued.series_id = series.id
    WHERE (COALESCE(issued.many, 0), COALESCE(issued.last, 0))
        <> (series.last_sequence, series.last_sequence)
"""
# What was given back by refunds that are booked, and has its credit notes, is at most
# what was invoiced; what was invoiced is what was sold.
_AMOUNTS = """
    SELECT format('sale %s is of {%s %s}, its invoice is over {%s %3$s} and its credit '
        'notes {%5$s %3$s}', settlement.id, settlement.gross_minor, settlement.currency,
        COALESCE(papers.invoiced, 0), papers.credited)
    FROM (
        SELECT settlement_id,
            sum(gross_minor) FILTER (WHERE kind = 'invoice') AS invoiced,
            COALESCE(sum(gross_minor) FILTER (WHERE kind = 'credit_note'), 0)
                AS credited
        FROM payouts_document WHERE settlement_id IS NOT NULL GROUP BY settlement_id
    ) AS papers
    JOIN payouts_settlement AS settlement ON settlement.id = papers.settlement_id
    WHERE papers.invoiced IS DISTINCT FROM settlement.gross_minor
        OR papers.credited > settlement.refunded_gross_minor
"""
DOCUMENTS = (
    ("I10", _NUMBERS),
    ("I10", _AMOUNTS),
)
