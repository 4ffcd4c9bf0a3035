"""Say of what the market gave by decisions before for which sale it was."""

from django.db import migrations

_TOKEN = "problem:"


def fill(apps, _schema_editor):
    """Name the sale of each problem that the market paid for."""
    given = apps.get_model("payouts", "RefundRequest").objects.filter(
        bearer="platform", token__startswith=_TOKEN, in_place_of=None
    )
    problems = apps.get_model("support", "Problem").objects
    settlements = apps.get_model("payouts", "Settlement").objects
    for request in given.iterator():
        part = problems.filter(pk=request.token.removeprefix(_TOKEN)).values(
            "vendor_order"
        )
        request.in_place_of = settlements.filter(vendor_order__in=part).first()
        request.save(update_fields=["in_place_of"])


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0013_in_place_of"),
        ("support", "0011_answers_of_both_sides"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
