import django.db.models.deletion
from django.db import migrations, models

import marketplace.db.fields

# Prices are written by pages, the API, imports and the demo, some of them in SQL: only
# the database sees them all. `was_price` is the lowest price of the 30 days before a
# reduction (directive 98/6/EC, article 6a); what is younger than that, or reduced by
# less than a twentieth, has none. It is nobody else's to write.
_REMEMBER = """
CREATE FUNCTION partner_moment() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT now() + make_interval(secs => coalesce(
        (SELECT seconds FROM db_clockoffset WHERE id = 1), 0))
$$;
CREATE FUNCTION partner_reckon_reduction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz := partner_moment();
    lowest numeric;
BEGIN
    IF (OLD.price, OLD.price_currency, OLD.condition)
        IS NOT DISTINCT FROM (NEW.price, NEW.price_currency, NEW.condition) THEN
        NEW.was_price := OLD.was_price;
        NEW.reduced_at := OLD.reduced_at;
        RETURN NEW;
    END IF;
    SELECT min(past.price) INTO lowest
    FROM partner_pastprice AS past
    WHERE past.offer_id = NEW.id AND past.price_currency = NEW.price_currency
        AND past.condition = NEW.condition
        AND past.began_at >= (
            SELECT max(before.began_at) FROM partner_pastprice AS before
            WHERE before.offer_id = NEW.id AND before.condition = NEW.condition
                AND before.price_currency = NEW.price_currency
                AND before.began_at <= moment - interval '30 days');
    NEW.was_price := CASE WHEN NEW.price <= lowest * 0.95 THEN lowest END;
    NEW.reduced_at := CASE WHEN NEW.price <= lowest * 0.95 THEN moment END;
    RETURN NEW;
END
$$;
CREATE FUNCTION partner_remember_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO partner_pastprice (
        offer_id, price, price_currency, condition, began_at)
    VALUES (NEW.id, NEW.price, NEW.price_currency, NEW.condition, partner_moment());
    RETURN NULL;
END
$$;
CREATE FUNCTION partner_past_price_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What an offer cost is not changed afterwards.'
        USING ERRCODE = 'restrict_violation';
END
$$;
INSERT INTO partner_pastprice (offer_id, price, price_currency, condition, began_at)
SELECT id, price, price_currency, condition, date_updated
FROM partner_stockrecord WHERE price IS NOT NULL;
CREATE TRIGGER partner_stockrecord_reduction
    BEFORE UPDATE ON partner_stockrecord FOR EACH ROW
    WHEN ((OLD.price, OLD.price_currency, OLD.condition, OLD.was_price, OLD.reduced_at)
        IS DISTINCT FROM
        (NEW.price, NEW.price_currency, NEW.condition, NEW.was_price, NEW.reduced_at))
    EXECUTE FUNCTION partner_reckon_reduction();
CREATE TRIGGER partner_stockrecord_first_price
    AFTER INSERT ON partner_stockrecord FOR EACH ROW
    WHEN (NEW.price IS NOT NULL) EXECUTE FUNCTION partner_remember_price();
CREATE TRIGGER partner_stockrecord_next_price
    AFTER UPDATE ON partner_stockrecord FOR EACH ROW
    WHEN (NEW.price IS NOT NULL AND (OLD.price, OLD.price_currency, OLD.condition)
        IS DISTINCT FROM (NEW.price, NEW.price_currency, NEW.condition))
    EXECUTE FUNCTION partner_remember_price();
CREATE TRIGGER partner_pastprice_stays
    BEFORE UPDATE ON partner_pastprice FOR EACH ROW
    EXECUTE FUNCTION partner_past_price_stays();
"""
_FORGET = """
DROP FUNCTION partner_past_price_stays CASCADE;
DROP FUNCTION partner_remember_price CASCADE;
DROP FUNCTION partner_reckon_reduction CASCADE;
DROP FUNCTION partner_moment;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partner", "0002_fewer_indexes"),
        ("db", "0004_nightly_runs"),
    ]
    operations = [
        migrations.AddField(
            "stockrecord",
            "was_price",
            models.DecimalField(
                blank=True, decimal_places=2, editable=False, max_digits=12, null=True
            ),
        ),
        migrations.AddField(
            "stockrecord",
            "reduced_at",
            models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name="PastPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("price", models.DecimalField(decimal_places=2, max_digits=12)),
                ("price_currency", marketplace.db.fields.CurrencyField()),
                ("condition", models.CharField(max_length=12)),
                ("began_at", models.DateTimeField()),
                (
                    "offer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past_prices",
                        to="partner.stockrecord",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["offer", "-began_at"], name="past_prices_of_offer"
                    )
                ],
            },
        ),
        migrations.RunSQL(_REMEMBER, _FORGET),
    ]
