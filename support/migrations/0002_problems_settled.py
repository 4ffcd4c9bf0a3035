"""A problem may end without anybody being paid."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='problem',
            name='state',
            field=models.CharField(choices=[('open', 'Open'), ('refunded', 'Refunded'), ('released', 'Paid to the seller'), ('settled', 'Nothing was left to pay'), ('withdrawn', 'Withdrawn')], db_index=True, default='open', max_length=9),
        ),
    ]
