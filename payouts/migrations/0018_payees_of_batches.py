from django.db import migrations, models

# Those of before are taken to pay the accounts of today: nothing else is known.
_KNOWN = """
ALTER TABLE payouts_bankbatch DISABLE TRIGGER payouts_bankbatch_decided;
UPDATE payouts_bankbatch AS batch SET payees = known.payees FROM (
    SELECT transfer.batch_id,
        jsonb_object_agg(account.vendor_id::text, jsonb_build_object(
            'holder', account.bank_holder, 'iban', account.iban, 'bic', account.bic
        )) AS payees
    FROM payouts_vendortransfer AS transfer
    JOIN payouts_vendorpayoutaccount AS account USING (vendor_id)
    WHERE transfer.batch_id IS NOT NULL
    GROUP BY transfer.batch_id
) AS known WHERE known.batch_id = batch.id;
ALTER TABLE payouts_bankbatch ENABLE ALWAYS TRIGGER payouts_bankbatch_decided;
"""


class Migration(migrations.Migration):
    dependencies = [("payouts", "0017_withdrawn_transfers")]

    operations = [
        migrations.AddField(
            model_name="bankbatch",
            name="payees",
            field=models.JSONField(default=dict),
        ),
        migrations.RunSQL(_KNOWN, migrations.RunSQL.noop),
    ]
