"""What the database itself refuses of statements: docs/algorithms/statement.md."""

_TABLES = ("payouts_statement", "payouts_statemententry", "payouts_statementkey")


def _final(table: str) -> str:
    when = (
        "BEFORE UPDATE OF id, key_id, algorithm, public_key, valid_from OR DELETE"
        if table == "payouts_statementkey"
        else "BEFORE UPDATE OR DELETE"
    )
    return f"""
CREATE TRIGGER {table}_is_final
    {when} ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_statement_is_final();
CREATE TRIGGER {table}_no_truncate
    BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_statement_is_final();
ALTER TABLE {table}
    ENABLE ALWAYS TRIGGER {table}_is_final,
    ENABLE ALWAYS TRIGGER {table}_no_truncate;
"""


STATEMENT_GUARDS = (
    """
CREATE FUNCTION payouts_statement_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A closed statement is final: % on % is refused.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""
    + "".join(_final(table) for table in _TABLES)
    + """
-- A key that has been replaced never signs again.
CREATE FUNCTION payouts_statement_key_retires() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.valid_until IS NOT NULL THEN
        RAISE EXCEPTION 'Key % has been retired for good.', OLD.key_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER payouts_statementkey_retires
    BEFORE UPDATE ON payouts_statementkey
    FOR EACH ROW EXECUTE FUNCTION payouts_statement_key_retires();

-- Entries are laid down before their statement, which then closes over them.
CREATE FUNCTION payouts_statement_takes_no_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM payouts_statement
        WHERE id IN (SELECT statement_id FROM added)
    ) THEN
        RAISE EXCEPTION 'A closed statement takes no more entries.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER payouts_statemententry_closed
    AFTER INSERT ON payouts_statemententry
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_statement_takes_no_more();

-- It opens where the one before closed, and its entries lead from there to its close.
CREATE FUNCTION payouts_statement_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before payouts_statement;
    found record;
BEGIN
    SELECT * INTO before FROM payouts_statement WHERE id = NEW.previous_id;
    IF NEW.previous_id IS NULL AND EXISTS (
        SELECT 1 FROM payouts_statement
        WHERE vendor_id = NEW.vendor_id AND currency = NEW.currency
    ) OR NEW.previous_id IS NOT NULL AND (
        before.vendor_id, before.currency, before.ends_at
    ) IS DISTINCT FROM (NEW.vendor_id, NEW.currency, NEW.begins_at) THEN
        RAISE EXCEPTION 'Statement % does not follow the one before.', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT count(*) AS movements,
        count(*) FILTER (
            WHERE account.vendor_id IS DISTINCT FROM NEW.vendor_id
                OR account.currency <> NEW.currency
                OR header.booked_at >= NEW.ends_at) AS strange,
        COALESCE(sum(entry.amount_minor)
            FILTER (WHERE account.kind = 'vendor_held'), 0) AS held,
        COALESCE(sum(entry.amount_minor)
            FILTER (WHERE account.kind = 'vendor_payable'), 0) AS due,
        COALESCE(sum(entry.amount_minor)
            FILTER (WHERE account.kind = 'vendor_reserve'), 0) AS reserve
    INTO found
    FROM payouts_statemententry AS part
    JOIN payouts_ledgerentry AS entry ON entry.id = part.entry_id
    JOIN payouts_ledgeraccount AS account ON account.id = entry.account_id
    JOIN payouts_ledgertransaction AS header ON header.id = entry.transaction_id
    WHERE part.statement_id = NEW.id;
    IF found.strange > 0 OR (
        NEW.movements,
        NEW.opening_held_minor, NEW.opening_due_minor, NEW.opening_reserve_minor,
        NEW.closing_held_minor, NEW.closing_due_minor, NEW.closing_reserve_minor
    ) IS DISTINCT FROM (
        found.movements::integer,
        COALESCE(before.closing_held_minor, 0),
        COALESCE(before.closing_due_minor, 0),
        COALESCE(before.closing_reserve_minor, 0),
        COALESCE(before.closing_held_minor, 0) - found.held::bigint,
        COALESCE(before.closing_due_minor, 0) - found.due::bigint,
        COALESCE(before.closing_reserve_minor, 0) - found.reserve::bigint
    ) THEN
        RAISE EXCEPTION 'Statement % does not add up to the ledger.', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER payouts_statement_sums
    BEFORE INSERT ON payouts_statement
    FOR EACH ROW EXECUTE FUNCTION payouts_statement_adds_up();

ALTER TABLE payouts_statement ENABLE ALWAYS TRIGGER payouts_statement_sums;
ALTER TABLE payouts_statemententry ENABLE ALWAYS TRIGGER payouts_statemententry_closed;
ALTER TABLE payouts_statementkey ENABLE ALWAYS TRIGGER payouts_statementkey_retires;
"""
)
DROP_STATEMENT_GUARDS = """
DROP FUNCTION payouts_statement_is_final CASCADE;
DROP FUNCTION payouts_statement_key_retires CASCADE;
DROP FUNCTION payouts_statement_takes_no_more CASCADE;
DROP FUNCTION payouts_statement_adds_up CASCADE;
"""
