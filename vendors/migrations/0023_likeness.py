"""Keep what is compared of traders as it is compared, in columns with an index."""

from itertools import islice

import django.db.models.deletion
from django.db import migrations, models

from vendors.traits import traits_of

_AT_ONCE = 500
# Those of this step, whatever is compared by now.
_COLUMNS = (
    *("vat_number", "registration_number", "legal_name", "contact_phone"),
    *("contact_email", "address", "has_wrong_vat"),
)


def fill(apps, _schema_editor):
    """Write it for every shop, as it stands."""
    keep = apps.get_model("vendors", "Likeness")
    shops = apps.get_model("vendors", "Vendor").objects.order_by("pk")
    rows = (
        keep(vendor_id=each.pk, **_known(traits_of(each)))
        for each in shops.iterator(chunk_size=_AT_ONCE)
    )
    while batch := list(islice(rows, _AT_ONCE)):
        keep.objects.bulk_create(batch)


def _known(traits):
    return {name: traits[name] for name in _COLUMNS if name in traits}


class Migration(migrations.Migration):

    dependencies = [
        ('vendors', '0022_office_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Likeness',
            fields=[
                ('vendor', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='likeness', serialize=False, to='vendors.vendor')),
                ('vat_number', models.TextField(blank=True)),
                ('registration_number', models.TextField(blank=True)),
                ('legal_name', models.TextField(blank=True)),
                ('contact_phone', models.TextField(blank=True)),
                ('contact_email', models.TextField(blank=True)),
                ('address', models.TextField(blank=True)),
                ('has_wrong_vat', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('vat_number', ''), _negated=True), fields=['vat_number'], name='alike_vat_number'), models.Index(condition=models.Q(('registration_number', ''), _negated=True), fields=['registration_number'], name='alike_registration_number'), models.Index(condition=models.Q(('legal_name', ''), _negated=True), fields=['legal_name'], name='alike_legal_name'), models.Index(condition=models.Q(('contact_phone', ''), _negated=True), fields=['contact_phone'], name='alike_contact_phone'), models.Index(condition=models.Q(('contact_email', ''), _negated=True), fields=['contact_email'], name='alike_contact_email'), models.Index(condition=models.Q(('address', ''), _negated=True), fields=['address'], name='alike_address')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
