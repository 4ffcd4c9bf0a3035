"""An account is found by its address as everything else is, and by an index."""

from django.db import migrations, models

from marketplace.accounts.addresses import folded


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_export_and_erasure")]

    operations = [
        migrations.RemoveConstraint(model_name="user", name="one_account_per_email"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                folded("email"), name="one_account_per_email"
            ),
        ),
    ]
