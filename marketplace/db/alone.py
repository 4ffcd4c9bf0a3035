"""One at a time for a named thing, while no transaction is open."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Wait until nobody else is within the block of that name, then keep it.

    For work that asks somebody outside and writes the answer: no older answer can be
    written over a newer one. It is a lock of PostgreSQL's session: no transaction is
    open while the other side takes its time, and it goes with the connection should the
    process die. Not behind a pooler that hands one connection to several clients.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
