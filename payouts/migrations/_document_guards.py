"""What the database refuses of documents: see docs/algorithms/documents.md."""

DOCUMENT_GUARDS = """
-- What is printed is what was issued, to the byte.
ALTER TABLE payouts_document ADD CONSTRAINT payouts_document_digest
    CHECK (digest = encode(sha256(convert_to(content, 'UTF8')), 'hex'));

CREATE FUNCTION payouts_document_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'An issued document is final: % on % is refused; issue a credit note.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER payouts_document_final
    BEFORE UPDATE OR DELETE ON payouts_document
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_document_is_final();
CREATE TRIGGER payouts_document_no_truncate
    BEFORE TRUNCATE ON payouts_document
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_document_is_final();
CREATE TRIGGER payouts_series_kept
    BEFORE DELETE ON payouts_documentseries
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_document_is_final();
CREATE TRIGGER payouts_series_no_truncate
    BEFORE TRUNCATE ON payouts_documentseries
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_document_is_final();

-- A series only counts up.
CREATE TRIGGER payouts_series_counts
    BEFORE UPDATE ON payouts_documentseries FOR EACH ROW
    WHEN (NEW.last_sequence < OLD.last_sequence
        OR NEW.last_issued_at < OLD.last_issued_at
        OR (NEW.vendor_id, NEW.kind, NEW.year, NEW.prefix)
            IS DISTINCT FROM (OLD.vendor_id, OLD.kind, OLD.year, OLD.prefix))
    EXECUTE FUNCTION payouts_document_is_final();

-- No gap: each number has the one before it, and the counter stands at the last.
-- Checked when the transaction commits, so that many may be written at once.
CREATE FUNCTION payouts_document_check_number() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counter payouts_documentseries%ROWTYPE;
BEGIN
    SELECT * INTO counter FROM payouts_documentseries WHERE id = NEW.series_id;
    IF NEW.sequence < 1 OR NEW.sequence > counter.last_sequence
        OR NEW.number <> counter.prefix || lpad(NEW.sequence::text,
            greatest(6, length(NEW.sequence::text)), '0')
        OR (NEW.sequence > 1 AND NOT EXISTS (
            SELECT 1 FROM payouts_document
            WHERE series_id = NEW.series_id AND sequence = NEW.sequence - 1
        ))
    THEN
        RAISE EXCEPTION 'Document % does not follow the last one of its series.',
            NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER payouts_document_follows
    AFTER INSERT ON payouts_document DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION payouts_document_check_number();

CREATE FUNCTION payouts_series_check_last() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reached bigint;
BEGIN
    SELECT last_sequence INTO reached FROM payouts_documentseries WHERE id = NEW.id;
    IF reached > 0 AND NOT EXISTS (
        SELECT 1 FROM payouts_document WHERE series_id = NEW.id AND sequence = reached
    ) THEN
        RAISE EXCEPTION 'Series % counts a document that was not issued.', NEW.prefix
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER payouts_series_is_used
    AFTER INSERT OR UPDATE ON payouts_documentseries DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION payouts_series_check_last();

-- `session_replication_role = replica` must not switch the guards off.
ALTER TABLE payouts_document
    ENABLE ALWAYS TRIGGER payouts_document_final,
    ENABLE ALWAYS TRIGGER payouts_document_no_truncate,
    ENABLE ALWAYS TRIGGER payouts_document_follows;
ALTER TABLE payouts_documentseries
    ENABLE ALWAYS TRIGGER payouts_series_kept,
    ENABLE ALWAYS TRIGGER payouts_series_no_truncate,
    ENABLE ALWAYS TRIGGER payouts_series_counts,
    ENABLE ALWAYS TRIGGER payouts_series_is_used;
"""

DROP_DOCUMENT_GUARDS = """
ALTER TABLE payouts_document DROP CONSTRAINT payouts_document_digest;
DROP FUNCTION payouts_document_is_final CASCADE;
DROP FUNCTION payouts_document_check_number CASCADE;
DROP FUNCTION payouts_series_check_last CASCADE;
"""
