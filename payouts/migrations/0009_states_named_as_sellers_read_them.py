"""Name the states of a sale's money as the balance of its seller names them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payouts", "0008_events_of_a_payment")]

    operations = [
        migrations.AlterField(
            model_name="settlement",
            name="state",
            field=models.CharField(
                choices=[
                    ("unpaid", "Not paid yet"),
                    ("held", "Waiting for delivery"),
                    ("frozen", "Held for a problem"),
                    ("released", "Released"),
                    ("transferring", "Being paid out"),
                    ("transferred", "Paid out"),
                    ("partially_reversed", "Partly taken back"),
                    ("reversed", "Taken back"),
                    ("cancelled", "Cancelled"),
                ],
                default="unpaid",
                max_length=20,
            ),
        ),
    ]
