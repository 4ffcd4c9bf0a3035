from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('order', '0003_guest_orders_by_folded_email'),
        ('payouts', '0014_adjustments_and_runs'),
        ('vendors', '0005_import_retry'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='settlement',
            name='payouts_settlement_unsent',
        ),
        migrations.AddIndex(
            model_name='settlement',
            index=models.Index(condition=models.Q(models.Q(('released_minor__gt', 0), ('state__in', ['held', 'frozen'])), ('state', 'released'), _connector='OR'), fields=['vendor'], name='payouts_settlement_unsent'),
        ),
    ]
