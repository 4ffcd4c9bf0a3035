"""What the database refuses of claims against carriers: docs/algorithms/ledger.md."""

_FREE = "'state', 'received_minor', 'reason', 'reference', 'closed_by_id', 'closed_at'"
# A wrong end is taken back, and counted; nothing else changes with it.
_ENDS = "'state', 'received_minor', 'reason', 'closed_by_id', 'closed_at'"
CARRIER_GUARDS = f"""
CREATE TRIGGER payouts_carrierclaim_decided
    BEFORE UPDATE ON payouts_carrierclaim FOR EACH ROW
    WHEN (CASE WHEN OLD.state = 'open'
        THEN to_jsonb(OLD) - ARRAY[{_FREE}] IS DISTINCT FROM
            to_jsonb(NEW) - ARRAY[{_FREE}]
        ELSE NEW.state <> 'open'
            OR NEW.reopened_count <> OLD.reopened_count + 1
            OR to_jsonb(OLD) - ARRAY[{_ENDS}, 'reopened_count'] IS DISTINCT FROM
               to_jsonb(NEW) - ARRAY[{_ENDS}, 'reopened_count'] END)
    EXECUTE FUNCTION payouts_decision_is_final();
CREATE TRIGGER payouts_carrierclaim_kept
    BEFORE DELETE OR TRUNCATE ON payouts_carrierclaim
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_decision_is_final();
ALTER TABLE payouts_carrierclaim
    ENABLE ALWAYS TRIGGER payouts_carrierclaim_decided,
    ENABLE ALWAYS TRIGGER payouts_carrierclaim_kept;
"""
DROP_CARRIER_GUARDS = """
DROP TRIGGER payouts_carrierclaim_decided ON payouts_carrierclaim;
DROP TRIGGER payouts_carrierclaim_kept ON payouts_carrierclaim;
"""
