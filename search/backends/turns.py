"""Who writes documents takes turns: a later version always tells a later state."""

from django.db import connection

# Any number, the same in every process.
WRITERS = 7_240_412


def take(turn: int) -> None:
    """Wait for a turn; it ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [turn])


def next_version() -> int:
    """Return a number that is larger than any before; taken in a writer's turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('search_version')")
        return int(cursor.fetchone()[0])
