"""One at a time for a named thing, while no transaction is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import Error, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from marketplace.core.errors import RefusedError

# Short, for a worker's lease runs meanwhile; whoever is put off comes back later.
PATIENCE = timedelta(seconds=5)
# Other advisory locks of this database are not ours.
_SPACE = "comptoir.alone:"


class BusyError(RefusedError):
    """Somebody else was within the block for as long as we could wait."""

    code = "busy"


@contextmanager
def alone(name: str, *, patience: timedelta = PATIENCE) -> Iterator[None]:
    """Wait until nobody else is within the block of that name, then keep it.

    For work that asks somebody outside and writes the answer: no older answer can be
    written over a newer one. It is a lock of PostgreSQL's session: no transaction is
    open while the other side takes its time, and it goes with the connection should the
    process die. Not behind a pooler that hands one connection to several clients.

    Raises BusyError if it is not free within `patience`; then nothing was done.
    """
    _lock(name, patience)
    try:
        yield
    finally:
        _unlock(name)


def _lock(name: str, patience: timedelta) -> None:
    milliseconds = patience // timedelta(milliseconds=1)
    try:
        # The setting ends with this transaction, the lock does not.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"]
            )
            cursor.execute(
                "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [_SPACE + name]
            )
            # Within somebody's transaction it would hold for all that follows.
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise BusyError(
            _("This is being looked up at this moment. Please try again in a minute.")
        ) from error


def _unlock(name: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [_SPACE + name]
            )
    except Error:
        # The lock goes with the connection; what broke before is what must be told.
        connection.close()
