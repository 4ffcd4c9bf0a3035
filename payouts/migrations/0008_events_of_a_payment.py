"""Find all that came in about a payment without reading every event."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.fields.json import KeyTransform


class Migration(migrations.Migration):
    # Webhooks come in while it runs.
    atomic = False

    dependencies = [("payouts", "0007_short_notice")]

    operations = [
        AddIndexConcurrently(
            model_name="stripeevent",
            index=models.Index(fields=["object_id"], name="payouts_event_object"),
        ),
        AddIndexConcurrently(
            model_name="stripeevent",
            index=models.Index(
                KeyTransform(
                    "payment_intent",
                    KeyTransform("object", KeyTransform("data", "payload")),
                ),
                name="payouts_event_payment",
            ),
        ),
    ]
