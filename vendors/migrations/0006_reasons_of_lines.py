"""Say of each line why pieces of it are not sent: they may have different reasons."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def fill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Take the reason of the order, the only one that was kept so far."""
    orders = apps.get_model("vendors", "VendorOrder").objects
    lines = apps.get_model("vendors", "VendorOrderLine").objects
    reason = orders.filter(pk=OuterRef("vendor_order")).values("cancel_reason")
    cancelled = lines.filter(cancelled_quantity__gt=0)
    cancelled.update(cancel_reason=Subquery(reason))


class Migration(migrations.Migration):
    dependencies = [("vendors", "0005_import_retry")]

    operations = [
        migrations.AddField(
            model_name="vendororderline",
            name="cancel_reason",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
