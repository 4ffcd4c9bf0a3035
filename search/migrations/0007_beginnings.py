"""Words as they are written, for the search box: by the vector alone it read each."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations

# The next rebuild keeps to title, brand and summary.
_FILL = """
UPDATE search_document SET beginnings =
  strip(to_tsvector('search_plain', names) || to_tsvector('search_text', names))
WHERE is_listed
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0006_saved_searches")]

    operations = [
        migrations.AddField(
            model_name="searchdocument",
            name="beginnings",
            field=SearchVectorField(default=""),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="searchdocument",
            index=GinIndex(fields=["beginnings"], name="search_beginnings"),
        ),
    ]
