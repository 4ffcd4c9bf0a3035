"""The triggers that must be on in the database, under every role of replication.

A test compares them with those that the migrations make.
"""

from django.db import connection

_BY_TABLE = {
    "loyalty_pointsentry": ("frozen", "kept"),
    "loyalty_pointsrule": ("holds",),
    "partner_stockrecord": ("edition",),
    "payouts_account": ("is_final", "no_truncate", "open_balance"),
    "payouts_adjustment": ("decided", "kept", "no_truncate"),
    "payouts_balance": ("derived", "no_truncate"),
    "payouts_bankbatch": ("decided", "kept", "no_truncate"),
    "payouts_carrierclaim": ("decided", "kept"),
    "payouts_commissioncondition": ("frozen",),
    "payouts_commissionlist": ("begun", "frozen", "in_order", "kept", "notice"),
    "payouts_commissionplan": ("frozen",),
    "payouts_commissionreplay": ("final", "kept"),
    "payouts_commissionreplayrow": ("final",),
    "payouts_commissionterm": ("frozen",),
    "payouts_dispute": ("allocated", "frozen", "kept"),
    "payouts_disputeallocation": ("final", "no_truncate"),
    "payouts_disputeevidence": ("frozen", "kept"),
    "payouts_disputestatement": ("frozen", "kept"),
    "payouts_document": ("final", "follows", "no_truncate"),
    "payouts_entry": ("is_final", "no_truncate", "take"),
    "payouts_moneycommand": ("frozen", "kept", "set_aside"),
    "payouts_parcelrelease": ("final", "kept", "no_truncate"),
    "payouts_parcelreleaseline": ("final", "kept", "no_truncate"),
    "payouts_paymentattempt": ("frozen", "kept"),
    "payouts_payoutrun": ("decided", "kept", "no_truncate"),
    "payouts_payoutrunitem": ("frozen", "kept"),
    "payouts_refundline": ("frozen", "kept", "pieces"),
    "payouts_refundrepayment": ("frozen", "kept"),
    "payouts_refundrequest": ("frozen", "kept"),
    "payouts_reservepolicy": ("final", "kept", "no_truncate"),
    "payouts_series": ("counts", "is_used", "kept", "no_truncate"),
    "payouts_settlement": ("fee_frozen", "frozen", "kept", "no_truncate"),
    "payouts_settlementhold": ("frozen", "kept"),
    "payouts_settlementline": ("frozen", "kept", "no_truncate"),
    "payouts_statement": ("is_final", "no_truncate", "sums"),
    "payouts_statemententry": ("closed", "is_final", "no_truncate"),
    "payouts_statementkey": ("is_final", "no_truncate", "retires"),
    "payouts_transaction": ("balanced", "is_final", "no_truncate", "stamp"),
    "payouts_transferreversal": ("frozen", "kept"),
    "payouts_vendorreserve": ("final", "kept", "no_truncate"),
    "payouts_vendortransfer": ("frozen", "kept"),
    "promotions_redemption": ("is_final", "is_given_back_once", "no_truncate"),
    "promotions_share": ("is_final", "no_truncate"),
    "promotions_terms": ("are_final",),
}
GUARDS = tuple(
    f"{table}_{name}" for table, names in _BY_TABLE.items() for name in names
)


def missing_guards() -> list[str]:
    """Return the guards that are not there, or are off."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT wanted.name FROM unnest(%s::text[]) AS wanted (name)
            WHERE NOT EXISTS (
                SELECT 1 FROM pg_trigger
                WHERE tgname = wanted.name AND tgenabled = 'A')
            """,
            [list(GUARDS)],
        )
        return [name for (name,) in cursor.fetchall()]
