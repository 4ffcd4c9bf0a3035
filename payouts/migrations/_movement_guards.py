"""What the database refuses to forget of commands and of what they moved.

The function that refuses, `payouts_evidence_stays`, is that of `_dispute_guards`.
"""

# What of each row is written once; the rest says how far it has come.
_WRITTEN_ONCE = {
    "payouts_moneycommand": ("kind", "natural_key", "payload", "created_at"),
    "payouts_paymentattempt": (
        "order_id",
        "currency",
        "amount_minor",
        "transfer_group",
        "created_at",
    ),
    "payouts_vendortransfer": (
        "settlement_id",
        "vendor_id",
        "sequence",
        "funding",
        "source_charge",
        "currency",
        "amount_minor",
        "sent_currency",
        "sent_minor",
        "created_at",
    ),
    "payouts_transferreversal": (
        "transfer_id",
        "refund_id",
        "amount_minor",
        "created_at",
    ),
    "payouts_settlementhold": ("settlement_id", "key", "reason", "placed_at"),
    "payouts_payoutrunitem": ("run_id", "vendor_id", "due_minor", "held_minor"),
}
# Guarded before against all but being emptied.
_EMPTIED = (
    "payouts_settlement",
    "payouts_settlementline",
    "payouts_parcelrelease",
    "payouts_parcelreleaseline",
    "payouts_reservepolicy",
    "payouts_vendorreserve",
    "payouts_adjustment",
    "payouts_payoutrun",
    "payouts_bankbatch",
)


def _keeps(table: str, columns: tuple[str, ...]) -> str:
    old = ", ".join(f"OLD.{column}" for column in columns)
    new = ", ".join(f"NEW.{column}" for column in columns)
    return f"""
CREATE TRIGGER {table}_frozen
    BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN (({old}) IS DISTINCT FROM ({new}))
    EXECUTE FUNCTION payouts_evidence_stays();
CREATE TRIGGER {table}_kept
    BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_evidence_stays();
ALTER TABLE {table}
    ENABLE ALWAYS TRIGGER {table}_frozen,
    ENABLE ALWAYS TRIGGER {table}_kept;
"""


def _is_not_emptied(table: str) -> str:
    return f"""
CREATE TRIGGER {table}_no_truncate
    BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_evidence_stays();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
"""


MOVEMENT_GUARDS = "".join(
    [
        *(_keeps(table, columns) for table, columns in _WRITTEN_ONCE.items()),
        *(_is_not_emptied(table) for table in _EMPTIED),
    ]
)
DROP_MOVEMENT_GUARDS = "".join(
    [
        *(
            f"DROP TRIGGER {table}_{name} ON {table};"
            for table in _WRITTEN_ONCE
            for name in ("frozen", "kept")
        ),
        *(f"DROP TRIGGER {table}_no_truncate ON {table};" for table in _EMPTIED),
    ]
)
