from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# What a withdrawn command was called before it had a state of its own.
_GIVEN_UP = {"state": "failed", "error": "Given up."}


def set_apart(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Take what was given up out of what Stripe refused."""
    commands = apps.get_model("payouts", "MoneyCommand").objects
    commands.filter(**_GIVEN_UP).update(state="withdrawn", error="")


def put_back(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Count what was given up as failed again."""
    commands = apps.get_model("payouts", "MoneyCommand").objects
    commands.filter(state="withdrawn").update(**_GIVEN_UP)


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0003_commands_held_back"),
    ]

    operations = [
        migrations.AlterField(
            model_name="moneycommand",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "Waiting"),
                    ("sent", "Sent"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("ambiguous", "Answer unknown"),
                    ("held", "Held back"),
                    ("withdrawn", "Given up"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
        migrations.RunPython(set_apart, put_back),
    ]
