"""What the database refuses of decisions about money: docs/algorithms/ledger.md."""

_DECIDED_ROWS = {
    # Table: its state column's final values, and what may change before that.
    "payouts_adjustment": (
        ("booked", "refused"),
        ("state", "decided_by_id", "decided_at", "refusal"),
    ),
    "payouts_payoutrun": (
        ("executed", "cancelled"),
        ("state", "first_by_id", "first_at", "second_by_id", "second_at"),
    ),
    "payouts_bankbatch": (
        ("confirmed", "cancelled"),
        ("state", "decided_by_id", "decided_at", "reference"),
    ),
}


def _guard(table: str, final: tuple[str, ...], free: tuple[str, ...]) -> str:
    states = ", ".join(f"'{state}'" for state in final)
    columns = ", ".join(f"'{column}'" for column in free)
    return f"""
CREATE TRIGGER {table}_decided
    BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN (OLD.state IN ({states})
        OR to_jsonb(OLD) - ARRAY[{columns}] IS DISTINCT FROM
           to_jsonb(NEW) - ARRAY[{columns}])
    EXECUTE FUNCTION payouts_decision_is_final();
CREATE TRIGGER {table}_kept
    BEFORE DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_decision_is_final();
ALTER TABLE {table}
    ENABLE ALWAYS TRIGGER {table}_decided,
    ENABLE ALWAYS TRIGGER {table}_kept;
"""


ADJUSTMENT_GUARDS = """
CREATE FUNCTION payouts_decision_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was decided stays: % on % is refused; decide anew.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
""" + "".join(
    _guard(table, final, free) for table, (final, free) in _DECIDED_ROWS.items()
)
DROP_ADJUSTMENT_GUARDS = "DROP FUNCTION payouts_decision_is_final CASCADE;"
