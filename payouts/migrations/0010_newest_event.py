"""Find the newest event without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payouts", "0009_states_named_as_sellers_read_them")]

    operations = [
        migrations.AddIndex(
            model_name="stripeevent",
            index=models.Index(fields=["received_at"], name="payouts_event_received"),
        ),
    ]
