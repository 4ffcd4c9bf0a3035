from django.db import migrations

from payouts.migrations._movement_guards import DROP_MOVEMENT_GUARDS, MOVEMENT_GUARDS


class Migration(migrations.Migration):
    dependencies = [("payouts", "0019_transactions_by_order")]
    operations = [migrations.RunSQL(MOVEMENT_GUARDS, DROP_MOVEMENT_GUARDS)]
