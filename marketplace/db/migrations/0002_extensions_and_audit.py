"""Extensions that the design relies on; an audit trail that only grows."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    CITextExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_only_grows BEFORE DELETE ON db_auditevent
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- The actor's key may be emptied when an account is erased; nothing else may change.
CREATE TRIGGER audit_stays BEFORE UPDATE ON db_auditevent
  FOR EACH ROW WHEN (
    (OLD.action, OLD.subject_type, OLD.subject_id, OLD.reason, OLD.details, OLD.at)
    IS DISTINCT FROM
    (NEW.action, NEW.subject_type, NEW.subject_id, NEW.reason, NEW.details, NEW.at)
  ) EXECUTE FUNCTION refuse_change();
"""
REVERSE = """
DROP TRIGGER audit_stays ON db_auditevent;
DROP TRIGGER audit_only_grows ON db_auditevent;
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("db", "0001_initial")]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        CITextExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(APPEND_ONLY, REVERSE),
    ]
