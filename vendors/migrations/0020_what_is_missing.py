"""Keep with a decision what an application lacks, in kinds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vendors", "0018_decided_papers")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="missing",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
    ]
