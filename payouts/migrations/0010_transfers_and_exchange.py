"""Transfers without a sale, what Stripe moved in its own currency, sellers' fees."""

import django.db.models.deletion
from django.db import migrations, models

_FILL = """
UPDATE payouts_vendortransfer SET sent_currency = currency, sent_minor = amount_minor;
UPDATE payouts_transferreversal SET sent_minor = amount_minor
    WHERE command_id IS NOT NULL;
UPDATE payouts_paymentattempt
    SET settled_currency = currency, settled_minor = amount_minor
    WHERE fee_minor IS NOT NULL;
"""
_GUARD = """
CREATE TRIGGER payouts_settlement_fee_frozen
    BEFORE UPDATE ON payouts_settlement FOR EACH ROW
    WHEN (OLD.processing_fee_minor <> 0
        AND NEW.processing_fee_minor <> OLD.processing_fee_minor)
    EXECUTE FUNCTION payouts_is_frozen();
ALTER TABLE payouts_settlement ENABLE ALWAYS TRIGGER payouts_settlement_fee_frozen;
"""
_UNGUARD = "DROP TRIGGER payouts_settlement_fee_frozen ON payouts_settlement;"


class Migration(migrations.Migration):

    dependencies = [
        ('payouts', '0009_matching'),
        ('vendors', '0005_import_retry'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='vendortransfer',
            name='payouts_transfer_amounts',
        ),
        migrations.AddField(
            model_name='paymentattempt',
            name='exchange_rate',
            field=models.CharField(blank=True, default='', max_length=32),
        ),
        migrations.AddField(
            model_name='paymentattempt',
            name='settled_currency',
            field=models.CharField(blank=True, default='', max_length=3),
        ),
        migrations.AddField(
            model_name='paymentattempt',
            name='settled_minor',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='settlement',
            name='processing_fee_minor',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='transferreversal',
            name='sent_minor',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='vendorpayoutaccount',
            name='is_paid_in_the_red',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='vendorpayoutaccount',
            name='stripe_balances',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='vendortransfer',
            name='sent_currency',
            field=models.CharField(default='EUR', max_length=3),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='vendortransfer',
            name='sent_minor',
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.RunSQL(_GUARD, _UNGUARD),
        migrations.AlterField(
            model_name='ledgeraccount',
            name='kind',
            field=models.CharField(choices=[('stripe_balance', 'Balance at Stripe'), ('bank', 'Bank'), ('disputed_funds', 'Disputed funds'), ('vendor_held', 'Held for sellers'), ('vendor_payable', 'Due to sellers'), ('vendor_reserve', 'Reserve of sellers'), ('commission_deferred', 'Commission not yet earned'), ('vat_on_commission', 'VAT on commission'), ('points_liability', 'Points owed to buyers'), ('customer_refund_due', 'Refunds owed to buyers'), ('commission_revenue', 'Commission'), ('processor_fees', 'Payment fees'), ('promo_expense', 'Vouchers and promotions'), ('points_expense', 'Points given'), ('dispute_fees', 'Dispute fees'), ('goodwill_expense', 'Goodwill'), ('bad_debt', 'Bad debt'), ('rounding', 'Rounding'), ('adjustments', 'Adjustments of sellers'), ('currency_conversion', 'Exchanged by Stripe'), ('exchange_difference', 'Exchange differences')], max_length=24),
        ),
        migrations.AlterField(
            model_name='vendortransfer',
            name='settlement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='payouts.settlement'),
        ),
        migrations.AddIndex(
            model_name='vendortransfer',
            index=models.Index(condition=models.Q(('settlement__isnull', True)), fields=['vendor', 'currency', 'sequence'], name='payouts_transfer_of_seller'),
        ),
        migrations.AddConstraint(
            model_name='vendortransfer',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0), ('reversed_minor__gte', 0), ('reversed_minor__lte', models.F('amount_minor')), ('sent_minor__gt', 0)), name='payouts_transfer_amounts'),
        ),
    ]
