"""The database counts what is said of an offer, whoever says it.

Sales and what follows them are no such word: placing or calling off an order moves
`num_allocated` alone, and a parcel takes as much from both. All else that moves the
stock, or any of the terms, is somebody's word.
"""

from django.db import migrations, models

COUNT_EDITIONS = """
CREATE FUNCTION partner_stockrecord_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.edition := OLD.edition + 1;
    RETURN NEW;
END
$$;

CREATE TRIGGER partner_stockrecord_edition
    BEFORE UPDATE ON partner_stockrecord
    FOR EACH ROW
    WHEN (
        (OLD.price, OLD.price_currency, OLD.condition, OLD.condition_note,
         OLD.handling_days, OLD.min_quantity, OLD.max_quantity, OLD.is_active,
         OLD.partner_sku, OLD.product_id)
        IS DISTINCT FROM
        (NEW.price, NEW.price_currency, NEW.condition, NEW.condition_note,
         NEW.handling_days, NEW.min_quantity, NEW.max_quantity, NEW.is_active,
         NEW.partner_sku, NEW.product_id)
        OR (NEW.num_in_stock IS DISTINCT FROM OLD.num_in_stock
            AND coalesce(NEW.num_in_stock, 0) - coalesce(OLD.num_in_stock, 0)
             <> coalesce(NEW.num_allocated, 0) - coalesce(OLD.num_allocated, 0))
        OR NEW.edition <> OLD.edition
    )
    EXECUTE FUNCTION partner_stockrecord_edition();
ALTER TABLE partner_stockrecord
    ENABLE ALWAYS TRIGGER partner_stockrecord_edition;
"""

FORGET_EDITIONS = """
DROP TRIGGER partner_stockrecord_edition ON partner_stockrecord;
DROP FUNCTION partner_stockrecord_edition();
"""


class Migration(migrations.Migration):
    dependencies = [("partner", "0003_past_prices")]

    operations = [
        migrations.AddField(
            model_name="stockrecord",
            name="edition",
            field=models.PositiveIntegerField(default=0, db_default=0),
        ),
        migrations.RunSQL(COUNT_EDITIONS, FORGET_EDITIONS),
    ]
