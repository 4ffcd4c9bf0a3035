"""What the database itself refuses of published plans and of finished replays."""

PLAN_GUARDS = """
CREATE FUNCTION payouts_list_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A published list of plans is never changed: % on % is refused.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
-- People may be erased; what was decided stays.
CREATE TRIGGER payouts_commissionlist_frozen
    BEFORE UPDATE ON payouts_commissionlist FOR EACH ROW
    WHEN (
        OLD.number IS NOT NULL AND
        (OLD.number, OLD.state, OLD.in_force_from, OLD.note, OLD.base_id,
         OLD.revision, OLD.created_at, OLD.asked_at, OLD.published_at, OLD.is_alone,
         OLD.replay_id)
        IS DISTINCT FROM
        (NEW.number, NEW.state, NEW.in_force_from, NEW.note, NEW.base_id,
         NEW.revision, NEW.created_at, NEW.asked_at, NEW.published_at, NEW.is_alone,
         NEW.replay_id)
    )
    EXECUTE FUNCTION payouts_list_is_published();
CREATE TRIGGER payouts_commissionlist_kept
    BEFORE DELETE ON payouts_commissionlist FOR EACH ROW
    WHEN (OLD.number IS NOT NULL)
    EXECUTE FUNCTION payouts_list_is_published();

-- Numbers have no gap, and none begins before the one that it follows.
CREATE FUNCTION payouts_list_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last payouts_commissionlist;
BEGIN
    SELECT * INTO last FROM payouts_commissionlist
    WHERE number IS NOT NULL AND id <> NEW.id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> COALESCE(last.number, 0) + 1
        OR NEW.in_force_from < last.in_force_from
    THEN
        RAISE EXCEPTION 'Lists of plans are published in order: % after %.',
            NEW.number, last.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER payouts_commissionlist_in_order
    BEFORE UPDATE ON payouts_commissionlist FOR EACH ROW
    WHEN (OLD.number IS NULL AND NEW.number IS NOT NULL)
    EXECUTE FUNCTION payouts_list_in_order();
CREATE TRIGGER payouts_commissionlist_begun
    BEFORE INSERT ON payouts_commissionlist FOR EACH ROW
    WHEN (NEW.number IS NOT NULL)
    EXECUTE FUNCTION payouts_list_in_order();

CREATE FUNCTION payouts_plan_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM payouts_commissionlist AS list
        WHERE list.number IS NOT NULL AND list.id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.list_id END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.list_id END
        )
    ) THEN
        RAISE EXCEPTION
            'A published list of plans is never changed: % on % is refused.',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER payouts_commissionplan_frozen
    BEFORE INSERT OR UPDATE OR DELETE ON payouts_commissionplan FOR EACH ROW
    EXECUTE FUNCTION payouts_plan_frozen();

CREATE FUNCTION payouts_plan_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM payouts_commissionplan AS plan
        JOIN payouts_commissionlist AS list ON list.id = plan.list_id
        WHERE list.number IS NOT NULL AND plan.id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.plan_id END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.plan_id END
        )
    ) THEN
        RAISE EXCEPTION
            'A published list of plans is never changed: % on % is refused.',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER payouts_commissioncondition_frozen
    BEFORE INSERT OR UPDATE OR DELETE ON payouts_commissioncondition FOR EACH ROW
    EXECUTE FUNCTION payouts_plan_part_frozen();
CREATE TRIGGER payouts_commissionterm_frozen
    BEFORE INSERT OR UPDATE OR DELETE ON payouts_commissionterm FOR EACH ROW
    EXECUTE FUNCTION payouts_plan_part_frozen();

-- A replay is evidence from the moment it is finished, and so are its rows.
CREATE FUNCTION payouts_replay_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A finished replay is never changed: % on % is refused.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER payouts_commissionreplay_final
    BEFORE UPDATE ON payouts_commissionreplay FOR EACH ROW
    WHEN (
        OLD.finished_at IS NOT NULL AND
        (OLD.list_id, OLD.revision, OLD.base_id, OLD.since, OLD.until, OLD.asked_of,
         OLD.requested_at, OLD.finished_at, OLD.lines, OLD.told_by_today)
        IS DISTINCT FROM
        (NEW.list_id, NEW.revision, NEW.base_id, NEW.since, NEW.until, NEW.asked_of,
         NEW.requested_at, NEW.finished_at, NEW.lines, NEW.told_by_today)
    )
    EXECUTE FUNCTION payouts_replay_is_final();
CREATE TRIGGER payouts_commissionreplay_kept
    BEFORE DELETE ON payouts_commissionreplay FOR EACH ROW
    WHEN (OLD.finished_at IS NOT NULL)
    EXECUTE FUNCTION payouts_replay_is_final();
CREATE FUNCTION payouts_replay_row_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR EXISTS (
        SELECT 1 FROM payouts_commissionreplay
        WHERE id = NEW.replay_id AND finished_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'A replay is never changed: % on % is refused.',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER payouts_commissionreplayrow_final
    BEFORE INSERT OR UPDATE OR DELETE ON payouts_commissionreplayrow FOR EACH ROW
    EXECUTE FUNCTION payouts_replay_row_final();

-- `session_replication_role = replica` must not switch the guards off.
ALTER TABLE payouts_commissionlist
    ENABLE ALWAYS TRIGGER payouts_commissionlist_frozen,
    ENABLE ALWAYS TRIGGER payouts_commissionlist_kept,
    ENABLE ALWAYS TRIGGER payouts_commissionlist_in_order,
    ENABLE ALWAYS TRIGGER payouts_commissionlist_begun;
ALTER TABLE payouts_commissionplan
    ENABLE ALWAYS TRIGGER payouts_commissionplan_frozen;
ALTER TABLE payouts_commissioncondition
    ENABLE ALWAYS TRIGGER payouts_commissioncondition_frozen;
ALTER TABLE payouts_commissionterm
    ENABLE ALWAYS TRIGGER payouts_commissionterm_frozen;
ALTER TABLE payouts_commissionreplay
    ENABLE ALWAYS TRIGGER payouts_commissionreplay_final,
    ENABLE ALWAYS TRIGGER payouts_commissionreplay_kept;
ALTER TABLE payouts_commissionreplayrow
    ENABLE ALWAYS TRIGGER payouts_commissionreplayrow_final;
"""
DROP_PLAN_GUARDS = """
DROP FUNCTION payouts_list_is_published CASCADE;
DROP FUNCTION payouts_list_in_order CASCADE;
DROP FUNCTION payouts_plan_frozen CASCADE;
DROP FUNCTION payouts_plan_part_frozen CASCADE;
DROP FUNCTION payouts_replay_is_final CASCADE;
DROP FUNCTION payouts_replay_row_final CASCADE;
"""

NOTICE_IS_FROZEN = """
CREATE TRIGGER payouts_commissionlist_notice
    BEFORE UPDATE ON payouts_commissionlist FOR EACH ROW
    WHEN (
        OLD.number IS NOT NULL AND
        (OLD.short_notice, OLD.note_revision)
        IS DISTINCT FROM
        (NEW.short_notice, NEW.note_revision)
    )
    EXECUTE FUNCTION payouts_list_is_published();
ALTER TABLE payouts_commissionlist
    ENABLE ALWAYS TRIGGER payouts_commissionlist_notice;
"""
NOTICE_IS_FREE = """
DROP TRIGGER payouts_commissionlist_notice ON payouts_commissionlist;
"""
