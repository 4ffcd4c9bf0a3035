"""What an order was given stays as it was: the database refuses to change it."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION promotions_is_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a promotion gave is evidence: % on % is refused.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER promotions_share_is_final
    BEFORE UPDATE OR DELETE ON promotions_redemptionshare
    FOR EACH ROW EXECUTE FUNCTION promotions_is_evidence();
CREATE TRIGGER promotions_redemption_is_final
    BEFORE DELETE ON promotions_redemption
    FOR EACH ROW EXECUTE FUNCTION promotions_is_evidence();
-- Of a redemption one thing changes, once: an order that died gives it back.
CREATE TRIGGER promotions_redemption_is_given_back_once
    BEFORE UPDATE ON promotions_redemption
    FOR EACH ROW WHEN (
        OLD.released_at IS NOT NULL
        OR (OLD.id, OLD.promotion_id, OLD.order_id, OLD.currency, OLD.platform_minor,
            OLD.vendor_minor, OLD.created_at)
        IS DISTINCT FROM
           (NEW.id, NEW.promotion_id, NEW.order_id, NEW.currency, NEW.platform_minor,
            NEW.vendor_minor, NEW.created_at)
    ) EXECUTE FUNCTION promotions_is_evidence();

-- Terms that an order was given under are frozen; a promotion can still be stopped.
CREATE FUNCTION promotions_terms_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM promotions_redemption WHERE promotion_id = OLD.id) THEN
        RAISE EXCEPTION 'An order was given this promotion: its terms are final.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER promotions_terms_are_final
    BEFORE UPDATE ON promotions_promotion
    FOR EACH ROW WHEN (
        (OLD.code, OLD.owner_id, OLD.benefit, OLD.bps, OLD.amount_minor,
         OLD.most_minor, OLD.currency, OLD.min_spend_minor, OLD.category_id,
         OLD.platform_bps, OLD.is_for_all, OLD.is_first_order, OLD.uses_per_buyer)
        IS DISTINCT FROM
        (NEW.code, NEW.owner_id, NEW.benefit, NEW.bps, NEW.amount_minor,
         NEW.most_minor, NEW.currency, NEW.min_spend_minor, NEW.category_id,
         NEW.platform_bps, NEW.is_for_all, NEW.is_first_order, NEW.uses_per_buyer)
    ) EXECUTE FUNCTION promotions_terms_are_frozen();
"""
UNGUARD = """
DROP TRIGGER promotions_terms_are_final ON promotions_promotion;
DROP TRIGGER promotions_redemption_is_given_back_once ON promotions_redemption;
DROP TRIGGER promotions_redemption_is_final ON promotions_redemption;
DROP TRIGGER promotions_share_is_final ON promotions_redemptionshare;
DROP FUNCTION promotions_terms_are_frozen;
DROP FUNCTION promotions_is_evidence;
"""


class Migration(migrations.Migration):
    dependencies = [("promotions", "0001_initial")]

    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
