"""Fines, credits and runs that two people decide, and payments made at the bank."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from payouts.migrations._adjustment_guards import (
    ADJUSTMENT_GUARDS,
    DROP_ADJUSTMENT_GUARDS,
)


class Migration(migrations.Migration):

    dependencies = [
        ('payouts', '0013_plan_lists'),
        ('vendors', '0005_import_retry'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='vendorpayoutaccount',
            name='bank_holder',
            field=models.CharField(blank=True, default='', max_length=70),
        ),
        migrations.AddField(
            model_name='vendorpayoutaccount',
            name='bic',
            field=models.CharField(blank=True, default='', max_length=11),
        ),
        migrations.AddField(
            model_name='vendorpayoutaccount',
            name='iban',
            field=models.CharField(blank=True, default='', max_length=34),
        ),
        migrations.AddField(
            model_name='vendorpayoutaccount',
            name='provider',
            field=models.CharField(choices=[('stripe', 'Stripe'), ('bank', 'Bank transfer by hand')], default='stripe', max_length=6),
        ),
        migrations.AlterField(
            model_name='vendortransfer',
            name='funding',
            field=models.CharField(choices=[('charge', "The buyer's payment"), ('balance', "The platform's balance"), ('bank', "The platform's bank")], max_length=8),
        ),
        migrations.CreateModel(
            name='BankBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('state', models.CharField(choices=[('prepared', 'To be paid at the bank'), ('confirmed', 'Paid'), ('cancelled', 'Given up')], default='prepared', max_length=9)),
                ('prepared_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('reference', models.CharField(blank=True, default='', max_length=140)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='vendortransfer',
            name='batch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='payouts.bankbatch'),
        ),
        migrations.CreateModel(
            name='PayoutRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('state', models.CharField(choices=[('prepared', 'Waits for approval'), ('approved', 'Waits for a second person'), ('executed', 'Executed'), ('cancelled', 'Given up')], default='prepared', max_length=9)),
                ('prepared_at', models.DateTimeField()),
                ('first_at', models.DateTimeField(null=True)),
                ('second_at', models.DateTimeField(null=True)),
                ('first_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='vendortransfer',
            name='run',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='payouts.payoutrun'),
        ),
        migrations.CreateModel(
            name='PayoutRunItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_minor', models.BigIntegerField()),
                ('held_minor', models.BigIntegerField()),
                ('usual_minor', models.BigIntegerField(default=0)),
                ('obstacle', models.CharField(blank=True, default='', max_length=12)),
                ('is_included', models.BooleanField()),
                ('paid_minor', models.BigIntegerField(null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='payouts.payoutrun')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vendors.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('fine', 'Fine'), ('credit', 'Credit'), ('write_off', 'Debt written off'), ('reversal', 'Taken back')], max_length=9)),
                ('reason', models.TextField()),
                ('token', models.CharField(max_length=80, unique=True)),
                ('needs_second', models.BooleanField()),
                ('requested_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('requested', 'Waits for a second person'), ('booked', 'Booked'), ('refused', 'Refused')], default='requested', max_length=9)),
                ('decided_at', models.DateTimeField(null=True)),
                ('refusal', models.TextField(blank=True, default='')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='payouts.adjustment')),
                ('settlement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='payouts.settlement')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='vendors.vendor')),
            ],
            options={
                'indexes': [models.Index(fields=['vendor', '-requested_at'], name='payouts_adjustment_vendor'), models.Index(condition=models.Q(('state', 'requested')), fields=['requested_at'], name='payouts_adjustment_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('amount_minor__lt', 0), ('kind', 'fine')), models.Q(('amount_minor__gt', 0), ('kind__in', ['credit', 'write_off'])), models.Q(('kind', 'reversal'), ('reverses__isnull', False), models.Q(('amount_minor', 0), _negated=True)), _connector='OR'), name='payouts_adjustment_amount'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'requested')), models.Q(('decided_at__isnull', False), ('state__in', ['booked', 'refused'])), _connector='OR'), name='payouts_adjustment_decided'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'booked'), _negated=True), ('needs_second', False), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('requested_by')), _negated=True)), _connector='OR'), name='payouts_adjustment_second_person')],
            },
        ),
        migrations.AddConstraint(
            model_name='bankbatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('prepared_by')), _negated=True), models.Q(('reference', ''), _negated=True)), _connector='OR'), name='payouts_batch_two_people'),
        ),
        migrations.AddConstraint(
            model_name='payoutrun',
            constraint=models.CheckConstraint(condition=models.Q(('second_by__isnull', True), models.Q(('first_by__isnull', False), models.Q(('second_by', models.F('first_by')), _negated=True)), _connector='OR'), name='payouts_run_two_people'),
        ),
        migrations.AddConstraint(
            model_name='payoutrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'executed'), _negated=True), ('second_at__isnull', False), _connector='OR'), name='payouts_run_approved'),
        ),
        migrations.AddConstraint(
            model_name='payoutrun',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['prepared', 'approved'])), fields=('currency',), name='payouts_run_one_open'),
        ),
        migrations.AddConstraint(
            model_name='payoutrunitem',
            constraint=models.UniqueConstraint(fields=('run', 'vendor'), name='payouts_run_item_once'),
        ),
        migrations.AddConstraint(
            model_name='payoutrunitem',
            constraint=models.CheckConstraint(condition=models.Q(('is_included', False), models.Q(('due_minor__gt', 0), ('obstacle', '')), _connector='OR'), name='payouts_run_item_payable'),
        ),
        migrations.AddConstraint(
            model_name='payoutrunitem',
            constraint=models.CheckConstraint(condition=models.Q(('paid_minor__isnull', True), models.Q(('paid_minor__gte', 0), ('paid_minor__lte', models.F('due_minor'))), _connector='OR'), name='payouts_run_item_paid'),
        ),
        migrations.RunSQL(ADJUSTMENT_GUARDS, DROP_ADJUSTMENT_GUARDS),
    ]
