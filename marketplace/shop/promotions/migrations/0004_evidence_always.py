"""The guards of evidence stand against replicas' roles and TRUNCATE as well."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION promotions_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a promotion gave is evidence: TRUNCATE on % is refused.',
        TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER promotions_redemption_no_truncate
    BEFORE TRUNCATE ON promotions_redemption
    FOR EACH STATEMENT EXECUTE FUNCTION promotions_is_kept();
CREATE TRIGGER promotions_share_no_truncate
    BEFORE TRUNCATE ON promotions_redemptionshare
    FOR EACH STATEMENT EXECUTE FUNCTION promotions_is_kept();
ALTER TABLE promotions_redemption
    ENABLE ALWAYS TRIGGER promotions_redemption_no_truncate,
    ENABLE ALWAYS TRIGGER promotions_redemption_is_final,
    ENABLE ALWAYS TRIGGER promotions_redemption_is_given_back_once;
ALTER TABLE promotions_redemptionshare
    ENABLE ALWAYS TRIGGER promotions_share_no_truncate,
    ENABLE ALWAYS TRIGGER promotions_share_is_final;
ALTER TABLE promotions_promotion
    ENABLE ALWAYS TRIGGER promotions_terms_are_final;
"""
UNGUARD = """
DROP TRIGGER promotions_share_no_truncate ON promotions_redemptionshare;
DROP TRIGGER promotions_redemption_no_truncate ON promotions_redemption;
DROP FUNCTION promotions_is_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("promotions", "0003_press")]

    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
