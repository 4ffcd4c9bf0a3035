"""Keep words beside the rest of their row: fetching them apart was most of the work."""

from django.db import migrations

_KEEP = "ALTER TABLE search_document SET (toast_tuple_target = 8160)"
_USUAL = "ALTER TABLE search_document RESET (toast_tuple_target)"


class Migration(migrations.Migration):
    dependencies = [("search", "0007_beginnings")]

    # Rows that are there keep their way until they are written anew, in the night.
    operations = [migrations.RunSQL(_KEEP, _USUAL)]
