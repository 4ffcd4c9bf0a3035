"""Drop the second index of an offer's id, for LIKE 'a%': ids are asked for whole."""

from django.db import migrations

_NAME = "partner_stockrecord_public_id_3c5a385d_like"


class Migration(migrations.Migration):
    dependencies = [("partner", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"DROP INDEX IF EXISTS {_NAME}",
            f"CREATE INDEX {_NAME}"
            " ON partner_stockrecord (public_id varchar_pattern_ops)",
        )
    ]
