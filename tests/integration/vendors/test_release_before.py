"""The release before writes rows while the migrations of this one have run."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

NEW = [
    ("vendors_application", "missing"),
    ("vendors_applicationfile", "digest"),
    ("vendors_applicationfile", "state"),
    ("vendors_applicationfile", "reason"),
    ("vendors_apitoken", "ends_on"),
    ("support_problem", "rule"),
    ("support_problem", "wanted_minor"),
]


@pytest.mark.parametrize(("table", "column"), NEW)
def test_a_row_without_a_new_column_can_be_written(table: str, column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT is_nullable = 'YES' OR column_default IS NOT NULL"
            " FROM information_schema.columns"
            " WHERE table_name = %s AND column_name = %s",
            [table, column],
        )
        found = cursor.fetchone()

    assert found == (True,)
