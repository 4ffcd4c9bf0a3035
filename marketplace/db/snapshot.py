"""Several queries that see one moment, though others write meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Let every query inside see what was committed before the first; write nothing.

    Call it outside a transaction, for a level is set at the start of one: inside, it
    raises RuntimeError.
    """
    # Only a test's own transaction is not refused by `durable`, and it has begun.
    is_begun = connection.in_atomic_block
    with transaction.atomic(durable=True):
        if not is_begun:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
        yield
