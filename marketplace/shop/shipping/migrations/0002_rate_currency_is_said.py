from django.db import migrations

import marketplace.db.fields


class Migration(migrations.Migration):
    """A rate names its currency: a market may sell in any."""

    dependencies = [("shipping", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="rate",
            name="currency",
            field=marketplace.db.fields.CurrencyField(max_length=3),
        ),
    ]
