from django.db import migrations, models
from django.db.models import Q

# All that buyers have is reckoned at the rule of today: with another worth of a point
# the books would owe what nobody has.
_GUARDS = """
CREATE FUNCTION loyalty_rule_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF jsonb_typeof(NEW.tiers) <> 'array' OR EXISTS (
        SELECT FROM jsonb_array_elements(NEW.tiers) AS tier
        WHERE jsonb_typeof(tier) IS DISTINCT FROM 'object'
        OR jsonb_typeof(tier -> 'name') IS DISTINCT FROM 'string'
        OR jsonb_typeof(tier -> 'from_points') IS DISTINCT FROM 'number'
        OR jsonb_typeof(tier -> 'earn_bps') IS DISTINCT FROM 'number'
        OR (tier ->> 'from_points')::numeric < 1
        OR (tier ->> 'earn_bps')::numeric NOT BETWEEN 0 AND 10000
    ) THEN
        RAISE EXCEPTION 'A tier has a name, points from which it begins, and a rate.'
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM loyalty_pointsrule
        WHERE currency = NEW.currency AND units_per_minor <> NEW.units_per_minor
    ) AND EXISTS (
        SELECT FROM loyalty_pointsentry WHERE currency = NEW.currency
    ) THEN
        RAISE EXCEPTION 'There are points: what one is worth stays as it is.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER loyalty_pointsrule_holds
    BEFORE INSERT OR UPDATE OF currency, tiers, units_per_minor ON loyalty_pointsrule
    FOR EACH ROW EXECUTE FUNCTION loyalty_rule_holds();
ALTER TABLE loyalty_pointsrule ENABLE ALWAYS TRIGGER loyalty_pointsrule_holds;
"""
_DROP = "DROP FUNCTION loyalty_rule_holds CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0006_rules_by_two_people")]
    operations = [
        migrations.AddConstraint(
            "pointsrule",
            models.CheckConstraint(
                condition=Q(earn_bps__lte=10_000, spend_share_bps__lte=10_000)
                & Q(units_per_minor__gte=1, tier_days__gte=1)
                & (Q(lives_days=None) | Q(lives_days__gte=1)),
                name="points_rule_in_bounds",
            ),
        ),
        migrations.RunSQL(_GUARDS, _DROP),
    ]
