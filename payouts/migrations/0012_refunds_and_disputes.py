import django.db.models.deletion
import marketplace.db.fields
import marketplace.db.storage
from django.conf import settings
from django.db import migrations, models

from payouts.migrations._dispute_guards import DISPUTE_GUARDS, DROP_DISPUTE_GUARDS


class Migration(migrations.Migration):

    dependencies = [
        ("payouts", "0011_reserves_and_perks"),
        ('vendors', '0005_import_retry'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.db.fields.PublicIdField(editable=False, max_length=40, prefix='dsp', unique=True)),
                ('stripe_id', models.CharField(max_length=255, unique=True)),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('fee_minor', models.BigIntegerField(default=0)),
                ('status', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('inquiry', 'The bank asks'), ('open', 'Evidence is awaited'), ('submitted', 'The bank decides'), ('won', 'Won'), ('lost', 'Lost'), ('closed', 'Closed without loss')], max_length=9)),
                ('reason', models.CharField(max_length=64)),
                ('due_by', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('synced_at', models.DateTimeField()),
                ('allocated_at', models.DateTimeField(null=True)),
                ('decision', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='DisputeAllocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bearer', models.CharField(choices=[('vendor', 'Seller'), ('platform', 'Platform')], max_length=8)),
                ('amount_minor', models.BigIntegerField()),
                ('fee_minor', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='DisputeEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texts', models.JSONField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('sending', 'On its way'), ('sent', 'With the bank'), ('refused', 'Refused by Stripe')], default='draft', max_length=7)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('failure', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='DisputeStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RefundRepayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(max_length=80)),
                ('reference', models.CharField(max_length=140)),
                ('amount_minor', models.BigIntegerField()),
                ('repaid_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='StatementPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(storage=marketplace.db.storage.private_storage, upload_to='disputes/')),
            ],
        ),
        migrations.AddField(
            model_name='refundline',
            name='kept_commission_minor',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='refundline',
            name='kept_vat_minor',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='after_release_minor',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='allocates',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='payouts.refundrequest'),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='origin',
            field=models.CharField(choices=[('asked', 'Asked for here'), ('stripe', 'Made at Stripe'), ('allocation', 'Allocated to sellers'), ('dispute', 'Taken by the bank')], default='asked', max_length=10),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='pending_reason',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='moneycommand',
            name='kind',
            field=models.CharField(choices=[('open_session', 'Open a payment page'), ('expire_session', 'Close a payment page'), ('refund', 'Refund a buyer'), ('transfer', 'Pay a seller'), ('reversal', 'Take a transfer back'), ('open_account', "Open a seller's account"), ('dispute_evidence', 'Send evidence to the bank'), ('dispute_concede', 'Accept a dispute')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='refundline',
            constraint=models.CheckConstraint(condition=models.Q(('kept_commission_minor__gte', 0), ('kept_commission_minor__lte', models.F('commission_back_minor')), ('kept_vat_minor__gte', 0), ('kept_vat_minor__lte', models.F('vat_back_minor'))), name='payouts_refund_line_kept'),
        ),
        migrations.AddField(
            model_name='dispute',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='dispute',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='payouts.paymentattempt'),
        ),
        migrations.AddField(
            model_name='disputeallocation',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='payouts.dispute'),
        ),
        migrations.AddField(
            model_name='disputeallocation',
            name='refund',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dispute_allocation', to='payouts.refundrequest'),
        ),
        migrations.AddField(
            model_name='disputeallocation',
            name='settlement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dispute_allocations', to='payouts.settlement'),
        ),
        migrations.AddField(
            model_name='disputeevidence',
            name='author',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='disputeevidence',
            name='command',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='payouts.moneycommand'),
        ),
        migrations.AddField(
            model_name='disputeevidence',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='payouts.dispute'),
        ),
        migrations.AddField(
            model_name='disputestatement',
            name='author',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='disputestatement',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='payouts.dispute'),
        ),
        migrations.AddField(
            model_name='disputestatement',
            name='vendor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vendors.vendor'),
        ),
        migrations.AddField(
            model_name='refundrepayment',
            name='repaid_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refundrepayment',
            name='request',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='repayment', to='payouts.refundrequest'),
        ),
        migrations.AddField(
            model_name='statementpicture',
            name='statement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pictures', to='payouts.disputestatement'),
        ),
        migrations.AddIndex(
            model_name='dispute',
            index=models.Index(condition=models.Q(('allocated_at__isnull', True)), fields=['due_by'], name='payouts_dispute_todo'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='payouts_dispute_amount'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['inquiry', 'open', 'submitted', 'won', 'lost', 'closed'])), name='payouts_dispute_state'),
        ),
        migrations.AddConstraint(
            model_name='disputeallocation',
            constraint=models.UniqueConstraint(fields=('dispute', 'settlement'), name='payouts_allocation_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='disputeallocation',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0), ('fee_minor__gte', 0)), name='payouts_allocation_amounts'),
        ),
        migrations.AddConstraint(
            model_name='disputeallocation',
            constraint=models.CheckConstraint(condition=models.Q(('settlement__isnull', False), models.Q(('bearer', 'platform'), ('fee_minor', 0)), _connector='OR'), name='payouts_allocation_bearer'),
        ),
        migrations.AddConstraint(
            model_name='refundrepayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='payouts_repayment_amount'),
        ),
        migrations.RunSQL(DISPUTE_GUARDS, DROP_DISPUTE_GUARDS),
    ]
