"""What operators write down about shops."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# The author's key may be emptied when an account is erased; nothing else may change.
ONLY_GROWS = """
CREATE TRIGGER shop_note_only_grows BEFORE DELETE ON vendors_shopnote
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER shop_note_stays BEFORE UPDATE ON vendors_shopnote
  FOR EACH ROW WHEN (
    (OLD.vendor_id, OLD.author_label, OLD.text, OLD.written_at)
    IS DISTINCT FROM
    (NEW.vendor_id, NEW.author_label, NEW.text, NEW.written_at)
  ) EXECUTE FUNCTION refuse_change();
"""
REVERSE = """
DROP TRIGGER shop_note_stays ON vendors_shopnote;
DROP TRIGGER shop_note_only_grows ON vendors_shopnote;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("db", "0005_decisions"),
        ('vendors', '0006_reasons_of_lines'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ShopNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('author_label', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField()),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='office_notes', to='vendors.vendor')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='shop_note_says_something')],
            },
        ),
        migrations.RunSQL(ONLY_GROWS, REVERSE),
    ]
