from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0006_choices'),
    ]

    operations = [
        migrations.CreateModel(
            name='FactText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=8)),
                ('code', models.CharField(blank=True, max_length=128)),
                ('value', models.CharField(blank=True, max_length=255)),
                ('said', models.CharField(max_length=255)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('language', 'code', 'value'), name='fact_said_once'), models.CheckConstraint(condition=models.Q(('said', ''), _negated=True), name='fact_text_says_something'), models.CheckConstraint(condition=models.Q(('code', ''), ('value', ''), _negated=True), name='fact_text_is_of_something')],
            },
        ),
    ]
