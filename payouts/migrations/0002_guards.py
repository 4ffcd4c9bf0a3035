"""What the database refuses by itself: docs/algorithms/ledger.md has the list."""

from django.db import migrations

from payouts.migrations._adjustment_guards import (
    ADJUSTMENT_GUARDS,
    DROP_ADJUSTMENT_GUARDS,
)
from payouts.migrations._dispute_guards import DISPUTE_GUARDS, DROP_DISPUTE_GUARDS
from payouts.migrations._document_guards import DOCUMENT_GUARDS, DROP_DOCUMENT_GUARDS
from payouts.migrations._guards import (
    DROP_LEDGER_GUARDS,
    DROP_PARCEL_GUARDS,
    DROP_RESERVE_GUARDS,
    DROP_SNAPSHOT_GUARDS,
    LEDGER_GUARDS,
    PARCEL_GUARDS,
    RESERVE_GUARDS,
    SNAPSHOT_GUARDS,
)
from payouts.migrations._movement_guards import DROP_MOVEMENT_GUARDS, MOVEMENT_GUARDS
from payouts.migrations._plan_guards import DROP_PLAN_GUARDS, PLAN_GUARDS
from payouts.migrations._statement_guards import (
    DROP_STATEMENT_GUARDS,
    STATEMENT_GUARDS,
)


class Migration(migrations.Migration):
    # A database of before the first release has all of it.
    replaces = [
        ("payouts", "0002_default_plan"),
        ("payouts", "0003_commands_held_back"),
        ("payouts", "0004_commands_withdrawn"),
        ("payouts", "0005_plan_conditions"),
        ("payouts", "0006_parcel_releases"),
        ("payouts", "0007_documents"),
        ("payouts", "0008_statements"),
        ("payouts", "0009_matching"),
        ("payouts", "0010_transfers_and_exchange"),
        ("payouts", "0011_reserves_and_perks"),
        ("payouts", "0012_refunds_and_disputes"),
        ("payouts", "0013_plan_lists"),
        ("payouts", "0014_adjustments_and_runs"),
        ("payouts", "0015_unsent_settlements"),
        ("payouts", "0016_what_only_the_ledger_has"),
        ("payouts", "0017_withdrawn_transfers"),
        ("payouts", "0018_payees_of_batches"),
        ("payouts", "0019_transactions_by_order"),
        ("payouts", "0020_guards_of_movements"),
        ("payouts", "0021_open_movements"),
        ("payouts", "0022_taken_back_again"),
    ]
    dependencies = [("payouts", "0001_initial")]

    operations = [
        migrations.RunSQL(LEDGER_GUARDS, DROP_LEDGER_GUARDS),
        migrations.RunSQL(SNAPSHOT_GUARDS, DROP_SNAPSHOT_GUARDS),
        migrations.RunSQL(PARCEL_GUARDS, DROP_PARCEL_GUARDS),
        migrations.RunSQL(DOCUMENT_GUARDS, DROP_DOCUMENT_GUARDS),
        migrations.RunSQL(STATEMENT_GUARDS, DROP_STATEMENT_GUARDS),
        migrations.RunSQL(RESERVE_GUARDS, DROP_RESERVE_GUARDS),
        migrations.RunSQL(DISPUTE_GUARDS, DROP_DISPUTE_GUARDS),
        migrations.RunSQL(PLAN_GUARDS, DROP_PLAN_GUARDS),
        migrations.RunSQL(ADJUSTMENT_GUARDS, DROP_ADJUSTMENT_GUARDS),
        migrations.RunSQL(MOVEMENT_GUARDS, DROP_MOVEMENT_GUARDS),
    ]
