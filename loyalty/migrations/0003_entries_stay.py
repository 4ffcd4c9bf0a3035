from django.db import migrations

# Points are money that is owed: an entry is corrected by another one. Only its owner
# changes, when a guest's e-mail joins an account.
_GUARDS = """
CREATE FUNCTION loyalty_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Entries of points only grow: % is refused; write another one.',
        TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER loyalty_pointsentry_frozen
    BEFORE UPDATE ON loyalty_pointsentry FOR EACH ROW
    WHEN (to_jsonb(OLD) - 'account_id' IS DISTINCT FROM to_jsonb(NEW) - 'account_id')
    EXECUTE FUNCTION loyalty_entry_stays();
CREATE TRIGGER loyalty_pointsentry_kept
    BEFORE DELETE OR TRUNCATE ON loyalty_pointsentry
    FOR EACH STATEMENT EXECUTE FUNCTION loyalty_entry_stays();
ALTER TABLE loyalty_pointsentry
    ENABLE ALWAYS TRIGGER loyalty_pointsentry_frozen,
    ENABLE ALWAYS TRIGGER loyalty_pointsentry_kept;
"""
_DROP = "DROP FUNCTION loyalty_entry_stays CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0002_initial")]
    operations = [migrations.RunSQL(_GUARDS, _DROP)]
