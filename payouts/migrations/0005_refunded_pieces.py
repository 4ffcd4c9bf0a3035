"""Refunds count pieces beside amounts, and how many of those never left."""

from django.db import migrations, models

from payouts.migrations._refund_guards import (
    COMMAND_GUARDS,
    DROP_COMMAND_GUARDS,
    PIECES_ARE_FREE,
    PIECES_ARE_FROZEN,
)

# As they were counted before: by what was refunded, and what waited went back first.
_FILL = """
UPDATE payouts_refundline AS target
SET pieces = counted.pieces, unsent = counted.unsent
FROM (
    SELECT part.id, after.done - before.done AS pieces,
        LEAST(after.done, part.cancelled) - LEAST(before.done, part.cancelled)
            AS unsent
    FROM (
        SELECT part.id, line.quantity, line.gross_minor, part.gross_minor AS own,
            COALESCE(fulfilment.cancelled_quantity, 0) AS cancelled,
            sum(part.gross_minor)
                OVER (PARTITION BY line.id ORDER BY part.id) AS upto
        FROM payouts_refundline AS part
        JOIN payouts_refundrequest AS request ON request.id = part.request_id
        JOIN payouts_settlementline AS line ON line.id = part.settlement_line_id
        LEFT JOIN vendors_vendororderline AS fulfilment
            ON fulfilment.order_line_id = line.oscar_line_id
        WHERE request.state <> 'refused'
    ) AS part
    CROSS JOIN LATERAL (
        SELECT floor((2 * (upto - own) * quantity + gross_minor)
            / (2 * gross_minor)) AS near, upto - own AS minor
    ) AS old
    CROSS JOIN LATERAL (
        SELECT floor((2 * upto * quantity + gross_minor) / (2 * gross_minor)) AS near
    ) AS new
    CROSS JOIN LATERAL (
        SELECT (old.near - CASE WHEN floor((2 * gross_minor * old.near + quantity)
            / (2 * quantity)) > old.minor THEN 1 ELSE 0 END)::int AS done
    ) AS before
    CROSS JOIN LATERAL (
        SELECT (new.near - CASE WHEN floor((2 * gross_minor * new.near + quantity)
            / (2 * quantity)) > upto THEN 1 ELSE 0 END)::int AS done
    ) AS after
) AS counted
WHERE target.id = counted.id;
UPDATE payouts_settlementline AS line
SET pieces_back = counted.pieces, unsent_back = counted.unsent
FROM (
    SELECT part.settlement_line_id, sum(part.pieces) AS pieces,
        sum(part.unsent) AS unsent
    FROM payouts_refundline AS part
    JOIN payouts_refundrequest AS request ON request.id = part.request_id
    WHERE request.state <> 'refused' GROUP BY part.settlement_line_id
) AS counted
WHERE line.id = counted.settlement_line_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0004_command_set_aside"),
        ("vendors", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="refundline",
            name="pieces",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="refundline",
            name="unsent",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="settlementline",
            name="pieces_back",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="settlementline",
            name="unsent_back",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="refundline",
            constraint=models.CheckConstraint(
                condition=models.Q(unsent__lte=models.F("pieces")),
                name="payouts_refund_line_pieces",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    unsent_back__lte=models.F("pieces_back"),
                    pieces_back__lte=models.F("quantity"),
                ),
                name="payouts_line_pieces",
            ),
        ),
        migrations.RunSQL(PIECES_ARE_FROZEN, PIECES_ARE_FREE),
        migrations.RunSQL(COMMAND_GUARDS, DROP_COMMAND_GUARDS),
    ]
