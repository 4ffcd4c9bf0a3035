"""Text search configurations and the counter of document versions."""

from django.db import migrations

# The stemmer has no stop words: "the who" is a query like any other.
CONFIGURATIONS = """
CREATE TEXT SEARCH DICTIONARY search_stem (TEMPLATE = snowball, Language = english);
CREATE TEXT SEARCH CONFIGURATION search_text (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION search_text
  ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
  WITH unaccent, search_stem;
CREATE TEXT SEARCH CONFIGURATION search_plain (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION search_plain
  ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
  WITH unaccent, simple;
CREATE SEQUENCE search_version;
INSERT INTO search_statistics (id, documents, mean_length) VALUES (1, 0, 1);
"""
REVERSE = """
DELETE FROM search_statistics;
DROP SEQUENCE search_version;
DROP TEXT SEARCH CONFIGURATION search_plain;
DROP TEXT SEARCH CONFIGURATION search_text;
DROP TEXT SEARCH DICTIONARY search_stem;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_documents")]

    operations = [migrations.RunSQL(CONFIGURATIONS, REVERSE)]
