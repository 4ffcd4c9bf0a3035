"""What the database refuses to forget of refunds and disputes."""


def _final(table: str) -> str:
    """Rows of the table are written once, whole, and stay."""
    return f"""
CREATE TRIGGER {table}_final
    BEFORE UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_evidence_stays();
CREATE TRIGGER {table}_no_truncate
    BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_evidence_stays();
ALTER TABLE {table}
    ENABLE ALWAYS TRIGGER {table}_final,
    ENABLE ALWAYS TRIGGER {table}_no_truncate;
"""


def _keeps(table: str, columns: tuple[str, ...], when: str = "") -> str:
    """Rows of the table stay, and so do these columns of theirs."""
    old = ", ".join(f"OLD.{column}" for column in columns)
    new = ", ".join(f"NEW.{column}" for column in columns)
    return f"""
CREATE TRIGGER {table}_frozen
    BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN ({when}(({old}) IS DISTINCT FROM ({new})))
    EXECUTE FUNCTION payouts_evidence_stays();
CREATE TRIGGER {table}_kept
    BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_evidence_stays();
ALTER TABLE {table}
    ENABLE ALWAYS TRIGGER {table}_frozen,
    ENABLE ALWAYS TRIGGER {table}_kept;
"""


DISPUTE_GUARDS = (
    """
CREATE FUNCTION payouts_evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was given back or decided stays: % on % is refused.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""
    + _final("payouts_disputeallocation")
    + _keeps(
        "payouts_refundline",
        (
            "request_id",
            "settlement_line_id",
            "gross_minor",
            "cash_minor",
            "promo_back_minor",
            "points_back_minor",
            "commission_back_minor",
            "vat_back_minor",
            "vendor_minor",
            "kept_commission_minor",
            "kept_vat_minor",
        ),
    )
    # Who wrote it may be forgotten, what was written may not.
    + _keeps(
        "payouts_disputestatement", ("dispute_id", "vendor_id", "text", "created_at")
    )
    + _keeps(
        "payouts_refundrepayment",
        ("request_id", "method", "reference", "amount_minor", "repaid_at"),
    )
    + _keeps(
        "payouts_refundrequest",
        (
            "order_id",
            "payment_id",
            "token",
            "bearer",
            "origin",
            "currency",
            "cash_minor",
            "created_at",
            "again_minor",
        ),
    )
    + _keeps("payouts_dispute", ("stripe_id", "payment_id", "currency", "opened_at"))
    + _keeps("payouts_disputeevidence", ("texts",), "OLD.state <> 'draft' AND ")
    + """
CREATE TRIGGER payouts_dispute_allocated
    BEFORE UPDATE ON payouts_dispute FOR EACH ROW
    WHEN (OLD.allocated_at IS NOT NULL AND
        (OLD.allocated_at, OLD.decision) IS DISTINCT FROM
        (NEW.allocated_at, NEW.decision))
    EXECUTE FUNCTION payouts_evidence_stays();
ALTER TABLE payouts_dispute ENABLE ALWAYS TRIGGER payouts_dispute_allocated;
"""
)
DROP_DISPUTE_GUARDS = "DROP FUNCTION payouts_evidence_stays CASCADE;"
