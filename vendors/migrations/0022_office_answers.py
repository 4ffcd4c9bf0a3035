"""Let the office keep messages that it often sends to whoever applies."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vendors", "0021_token_end")]

    operations = [
        migrations.CreateModel(
            name="OfficeAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("title", models.CharField(max_length=40)),
                ("text", models.TextField(max_length=1500)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["title", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("title"),
                        name="one_office_answer_of_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                        ),
                        name="office_answer_says_something",
                    ),
                ],
            },
        ),
    ]
