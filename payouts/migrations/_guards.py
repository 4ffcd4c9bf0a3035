"""What the database itself refuses: see docs/algorithms/ledger.md for the list."""

LEDGER_GUARDS = """
-- The entry's currency is its account's currency.
ALTER TABLE payouts_ledgerentry
    ADD CONSTRAINT payouts_entry_account_currency
    FOREIGN KEY (account_id, currency)
    REFERENCES payouts_ledgeraccount (id, currency);

CREATE FUNCTION payouts_ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger only grows: % on % is refused; book a reversal.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER payouts_transaction_is_final
    BEFORE UPDATE OR DELETE ON payouts_ledgertransaction
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_ledger_only_grows();
CREATE TRIGGER payouts_entry_is_final
    BEFORE UPDATE OR DELETE ON payouts_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_ledger_only_grows();
CREATE TRIGGER payouts_account_is_final
    BEFORE UPDATE OR DELETE ON payouts_ledgeraccount
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_ledger_only_grows();
CREATE TRIGGER payouts_transaction_no_truncate
    BEFORE TRUNCATE ON payouts_ledgertransaction
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_ledger_only_grows();
CREATE TRIGGER payouts_entry_no_truncate
    BEFORE TRUNCATE ON payouts_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_ledger_only_grows();
CREATE TRIGGER payouts_account_no_truncate
    BEFORE TRUNCATE ON payouts_ledgeraccount
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_ledger_only_grows();
CREATE TRIGGER payouts_balance_no_truncate
    BEFORE TRUNCATE ON payouts_ledgerbalance
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_ledger_only_grows();

-- Who wrote a transaction cannot be claimed, so nobody can leave it open for later.
CREATE FUNCTION payouts_ledger_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xid := pg_current_xact_id();
    RETURN NEW;
END
$$;
CREATE TRIGGER payouts_transaction_stamp
    BEFORE INSERT ON payouts_ledgertransaction
    FOR EACH ROW EXECUTE FUNCTION payouts_ledger_stamp();

-- A guarded account gets its running balance with it.
CREATE FUNCTION payouts_ledger_open_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payouts_ledgerbalance (account_id, sign, posted_minor, floor)
    VALUES (NEW.id, -1, 0, NEW.floor);
    RETURN NULL;
END
$$;
CREATE TRIGGER payouts_account_open_balance
    AFTER INSERT ON payouts_ledgeraccount
    FOR EACH ROW WHEN (NEW.vendor_id IS NOT NULL)
    EXECUTE FUNCTION payouts_ledger_open_balance();

-- Entries come as whole, balanced sets in the transaction that wrote their header.
CREATE FUNCTION payouts_ledger_take_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added
        JOIN payouts_ledgertransaction AS header ON header.id = added.transaction_id
        WHERE header.xid <> pg_current_xact_id()
    ) THEN
        RAISE EXCEPTION 'A ledger transaction is sealed: book a new one.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM added GROUP BY transaction_id, currency
        HAVING sum(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'Ledger entries must sum to zero in each currency.'
            USING ERRCODE = 'check_violation';
    END IF;
    -- Always in the same order, so that two postings never wait for each other.
    PERFORM 1 FROM payouts_ledgerbalance
    WHERE account_id IN (SELECT account_id FROM added)
    ORDER BY account_id FOR UPDATE;
    UPDATE payouts_ledgerbalance AS balance
    SET posted_minor = posted_minor + sign * sums.moved
    FROM (
        SELECT account_id, sum(amount_minor) AS moved FROM added GROUP BY account_id
    ) AS sums
    WHERE sums.account_id = balance.account_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER payouts_entry_take
    AFTER INSERT ON payouts_ledgerentry
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_ledger_take_entries();

-- Checked once for each transaction, when it commits.
CREATE FUNCTION payouts_ledger_check_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (
        SELECT count(*) < 2 FROM payouts_ledgerentry WHERE transaction_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'Ledger transaction % has fewer than two entries.', NEW.key
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM payouts_ledgerentry WHERE transaction_id = NEW.id
        GROUP BY currency HAVING sum(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'Ledger transaction % does not sum to zero.', NEW.key
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER payouts_transaction_balanced
    AFTER INSERT ON payouts_ledgertransaction
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION payouts_ledger_check_balanced();

-- A running balance is written by the trigger above and by nobody else.
CREATE FUNCTION payouts_balance_is_derived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'A ledger balance is derived from entries: % is refused.', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER payouts_balance_derived
    BEFORE INSERT OR UPDATE OR DELETE ON payouts_ledgerbalance
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_balance_is_derived();

-- `session_replication_role = replica` must not switch the guards off.
ALTER TABLE payouts_ledgertransaction
    ENABLE ALWAYS TRIGGER payouts_transaction_is_final,
    ENABLE ALWAYS TRIGGER payouts_transaction_no_truncate,
    ENABLE ALWAYS TRIGGER payouts_transaction_stamp,
    ENABLE ALWAYS TRIGGER payouts_transaction_balanced;
ALTER TABLE payouts_ledgerentry
    ENABLE ALWAYS TRIGGER payouts_entry_is_final,
    ENABLE ALWAYS TRIGGER payouts_entry_no_truncate,
    ENABLE ALWAYS TRIGGER payouts_entry_take;
ALTER TABLE payouts_ledgeraccount
    ENABLE ALWAYS TRIGGER payouts_account_is_final,
    ENABLE ALWAYS TRIGGER payouts_account_no_truncate,
    ENABLE ALWAYS TRIGGER payouts_account_open_balance;
ALTER TABLE payouts_ledgerbalance
    ENABLE ALWAYS TRIGGER payouts_balance_no_truncate,
    ENABLE ALWAYS TRIGGER payouts_balance_derived;
"""

DROP_LEDGER_GUARDS = """
ALTER TABLE payouts_ledgerentry DROP CONSTRAINT payouts_entry_account_currency;
DROP FUNCTION payouts_ledger_only_grows CASCADE;
DROP FUNCTION payouts_ledger_stamp CASCADE;
DROP FUNCTION payouts_ledger_open_balance CASCADE;
DROP FUNCTION payouts_ledger_take_entries CASCADE;
DROP FUNCTION payouts_ledger_check_balanced CASCADE;
DROP FUNCTION payouts_balance_is_derived CASCADE;
"""

_FROZEN = (
    "currency",
    "gross_minor",
    "tax_minor",
    "vendor_discount_minor",
    "platform_discount_minor",
    "points_minor",
    "cash_minor",
    "commission_minor",
    "commission_vat_minor",
)
_FROZEN_LINE = (
    *_FROZEN[1:],
    "settlement_id",
    "kind",
    "oscar_line_id",
    "quantity",
    "net_minor",
    "plan_id",
    "plan_version",
    "plan_snapshot",
)
_FROZEN_SETTLEMENT = (
    *_FROZEN,
    "vendor_order_id",
    "order_id",
    "vendor_id",
    "shipping_minor",
    "payable_minor",
)


def _freeze(table: str, columns: tuple[str, ...]) -> str:
    old = ", ".join(f"OLD.{column}" for column in columns)
    new = ", ".join(f"NEW.{column}" for column in columns)
    return f"""
CREATE TRIGGER {table}_frozen
    BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN (({old}) IS DISTINCT FROM ({new}))
    EXECUTE FUNCTION payouts_is_frozen();
CREATE TRIGGER {table}_kept
    BEFORE DELETE ON {table} FOR EACH STATEMENT
    EXECUTE FUNCTION payouts_is_frozen();
ALTER TABLE {table}
    ENABLE ALWAYS TRIGGER {table}_frozen,
    ENABLE ALWAYS TRIGGER {table}_kept;
"""


SNAPSHOT_GUARDS = (
    """
CREATE FUNCTION payouts_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was sold is frozen: % of amounts on % is refused.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""
    + _freeze("payouts_settlement", _FROZEN_SETTLEMENT)
    + _freeze("payouts_settlementline", _FROZEN_LINE)
    + """
-- What Stripe took for a payment is known later than the sale, and then once.
CREATE TRIGGER payouts_settlement_fee_frozen
    BEFORE UPDATE ON payouts_settlement FOR EACH ROW
    WHEN (OLD.processing_fee_minor <> 0
        AND NEW.processing_fee_minor <> OLD.processing_fee_minor)
    EXECUTE FUNCTION payouts_is_frozen();
ALTER TABLE payouts_settlement ENABLE ALWAYS TRIGGER payouts_settlement_fee_frozen;
"""
)
DROP_SNAPSHOT_GUARDS = "DROP FUNCTION payouts_is_frozen CASCADE;"

# A parcel that was released is evidence of it; none is forgotten.
PARCEL_GUARDS = """
CREATE FUNCTION payouts_parcel_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was released is final: % on % is refused.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER payouts_parcelrelease_final
    BEFORE UPDATE ON payouts_parcelrelease FOR EACH ROW
    WHEN (OLD.released_at IS NOT NULL
        OR (OLD.settlement_id, OLD.sequence, OLD.parcel_id, OLD.shipped_at)
            IS DISTINCT FROM
            (NEW.settlement_id, NEW.sequence, NEW.parcel_id, NEW.shipped_at))
    EXECUTE FUNCTION payouts_parcel_is_final();
CREATE TRIGGER payouts_parcelrelease_kept
    BEFORE DELETE ON payouts_parcelrelease FOR EACH STATEMENT
    EXECUTE FUNCTION payouts_parcel_is_final();
CREATE TRIGGER payouts_parcelreleaseline_final
    BEFORE UPDATE ON payouts_parcelreleaseline FOR EACH ROW
    WHEN (OLD.net_minor <> 0 OR OLD.commission_minor <> 0
        OR (OLD.release_id, OLD.settlement_line_id, OLD.quantity)
            IS DISTINCT FROM
            (NEW.release_id, NEW.settlement_line_id, NEW.quantity))
    EXECUTE FUNCTION payouts_parcel_is_final();
CREATE TRIGGER payouts_parcelreleaseline_kept
    BEFORE DELETE ON payouts_parcelreleaseline FOR EACH STATEMENT
    EXECUTE FUNCTION payouts_parcel_is_final();
ALTER TABLE payouts_parcelrelease
    ENABLE ALWAYS TRIGGER payouts_parcelrelease_final,
    ENABLE ALWAYS TRIGGER payouts_parcelrelease_kept;
ALTER TABLE payouts_parcelreleaseline
    ENABLE ALWAYS TRIGGER payouts_parcelreleaseline_final,
    ENABLE ALWAYS TRIGGER payouts_parcelreleaseline_kept;
"""
DROP_PARCEL_GUARDS = "DROP FUNCTION payouts_parcel_is_final CASCADE;"

# Whoever decided on a reserve decided on these terms, and this much was kept back.
RESERVE_GUARDS = """
CREATE FUNCTION payouts_reserve_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was decided and kept back is final: % on % is refused.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER payouts_reservepolicy_final
    BEFORE UPDATE ON payouts_reservepolicy FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL AND OLD.ended_at IS DISTINCT FROM NEW.ended_at
        OR (OLD.vendor_id, OLD.bps, OLD.days, OLD.reason, OLD.valid_from, OLD.valid_to)
            IS DISTINCT FROM
            (NEW.vendor_id, NEW.bps, NEW.days, NEW.reason, NEW.valid_from,
            NEW.valid_to))
    EXECUTE FUNCTION payouts_reserve_is_final();
CREATE TRIGGER payouts_reservepolicy_kept
    BEFORE DELETE ON payouts_reservepolicy FOR EACH STATEMENT
    EXECUTE FUNCTION payouts_reserve_is_final();
CREATE TRIGGER payouts_vendorreserve_final
    BEFORE UPDATE ON payouts_vendorreserve FOR EACH ROW
    WHEN (OLD.closed_at IS NOT NULL
        OR NEW.drawn_minor < OLD.drawn_minor
        OR NEW.released_minor < OLD.released_minor
        OR (OLD.settlement_id, OLD.sequence, OLD.vendor_id, OLD.policy_id,
            OLD.currency, OLD.withheld_minor, OLD.withheld_at)
            IS DISTINCT FROM
            (NEW.settlement_id, NEW.sequence, NEW.vendor_id, NEW.policy_id,
            NEW.currency, NEW.withheld_minor, NEW.withheld_at))
    EXECUTE FUNCTION payouts_reserve_is_final();
CREATE TRIGGER payouts_vendorreserve_kept
    BEFORE DELETE ON payouts_vendorreserve FOR EACH STATEMENT
    EXECUTE FUNCTION payouts_reserve_is_final();
ALTER TABLE payouts_reservepolicy
    ENABLE ALWAYS TRIGGER payouts_reservepolicy_final,
    ENABLE ALWAYS TRIGGER payouts_reservepolicy_kept;
ALTER TABLE payouts_vendorreserve
    ENABLE ALWAYS TRIGGER payouts_vendorreserve_final,
    ENABLE ALWAYS TRIGGER payouts_vendorreserve_kept;
"""
DROP_RESERVE_GUARDS = "DROP FUNCTION payouts_reserve_is_final CASCADE;"
