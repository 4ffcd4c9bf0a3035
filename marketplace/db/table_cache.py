"""A cache in PostgreSQL: each command is one statement, exact for all who ask at once.

Django's own would do for most of it, but two who add to a key that has just expired are
both told that they were first, and it drops rows that still hold when there are many.
"""

from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisSerializer
from django.db import connection

# The database's clock, for several machines write here.
_PUT = (
    "INSERT INTO db_cacherow (key, value, expires_at)"
    " VALUES (%s, %s, clock_timestamp() + make_interval(secs => %s))"
    " ON CONFLICT (key) DO UPDATE"
    " SET value = EXCLUDED.value, expires_at = EXCLUDED.expires_at"
)
_ADD = _PUT + " WHERE db_cacherow.expires_at <= clock_timestamp()"
_GET = (
    "SELECT value FROM db_cacherow WHERE key = %s"
    " AND (expires_at IS NULL OR expires_at > clock_timestamp())"
)
_TOUCH = (
    "UPDATE db_cacherow SET expires_at = clock_timestamp() + make_interval(secs => %s)"
    " WHERE key = %s AND (expires_at IS NULL OR expires_at > clock_timestamp())"
)
_DELETE = (
    "DELETE FROM db_cacherow WHERE key = %s"
    " AND (expires_at IS NULL OR expires_at > clock_timestamp())"
)
# Whole numbers are kept as digits.
_COUNT = (
    "UPDATE db_cacherow SET value ="
    " convert_to((convert_from(value, 'UTF8')::bigint + %s)::text, 'UTF8')"
    " WHERE key = %s AND (expires_at IS NULL OR expires_at > clock_timestamp())"
    " RETURNING convert_from(value, 'UTF8')::bigint"
)


class TableCache(BaseCache):
    """Django's cache in the table of `CacheRow`; a nightly job forgets what expired."""

    _words: ClassVar[RedisSerializer] = RedisSerializer()

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(
        self,
        key: str,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Keep what is not kept yet; of many who add at once, one is told True."""
        return self._put(_ADD, key, value, timeout, version) == 1

    def set(
        self,
        key: str,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Keep it, whatever was kept before."""
        self._put(_PUT, key, value, timeout, version)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, or the default."""
        with connection.cursor() as cursor:
            cursor.execute(_GET, [self._row(key, version)])
            row = cursor.fetchone()
        return default if row is None else self._words.loads(bytes(row[0]))

    def touch(
        self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep it for so long from now, if it is kept."""
        row = self._row(key, version)
        return _changed(_TOUCH, self.get_backend_timeout(timeout), row) == 1

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget it; of many who delete at once, one is told True."""
        return _changed(_DELETE, self._row(key, version)) == 1

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count further. Raises ValueError if nothing is kept."""
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [delta, self._row(key, version)])
            row = cursor.fetchone()
        if row is None:
            raise ValueError(f"Key {key!r} is not kept.")
        return int(row[0])

    def clear(self) -> None:
        """Forget everything."""
        _changed("DELETE FROM db_cacherow")

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> Any:
        """Return the seconds that something is kept, None for ever."""
        return self.default_timeout if timeout == DEFAULT_TIMEOUT else timeout

    def _put(
        self, statement: str, key: str, value: Any, timeout: Any, version: int | None
    ) -> int:
        written: Any = self._words.dumps(value)
        if isinstance(written, int):
            written = str(written).encode()
        seconds = self.get_backend_timeout(timeout)
        return _changed(statement, self._row(key, version), written, seconds)

    def _row(self, key: str, version: int | None) -> UUID:
        """Return the key of the row: addresses and names of people are not written."""
        made = self.make_and_validate_key(key, version=version)
        return UUID(bytes=sha256(made.encode()).digest()[:16])


def _changed(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
