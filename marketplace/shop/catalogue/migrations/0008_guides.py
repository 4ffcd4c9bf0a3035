import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0007_fact_texts'),
    ]

    operations = [
        migrations.CreateModel(
            name='CategoryGuide',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=8)),
                ('text', models.TextField()),
                ('category', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='guides', to='catalogue.category')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('category', 'language'), name='category_guided_once'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='category_guide_says_something')],
            },
        ),
    ]
