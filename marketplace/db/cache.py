"""Two caches: Valkey for what may be lost, a table for what must hold.

`default` is the table, for that is where other people's code counts: allauth the tries
at a password, and the codes of a second factor that were used. `pages` is Valkey, which
may be away, slow or emptied: pages are slower then, and nobody is turned away.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import Any, ClassVar, cast

from django.core.cache.backends import redis
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    MaxConnectionsError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as AwayError
from redis.exceptions import TimeoutError as TooSlowError

log = logging.getLogger(__name__)

# So long nobody asks a Valkey that did not answer: a page must not wait for each part.
SKIPPED_SECONDS = 5.0
_REFUSALS = (
    AuthenticationError,
    AuthorizationError,
    MaxConnectionsError,
    ResponseError,
)


class KeptClient(redis.RedisCacheClient):
    """Commands through clients that stay; redis-py shares one between threads.

    Django builds a client for every command, and building one takes several times as
    long as asking it: redis-py lays out its table of answers anew each time.
    """

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self.name = " ".join(servers)
        self._kept: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return the client, the same one each time."""
        if write not in self._kept:
            self._kept[write] = super().get_client(key, write=write)
        return self._kept[write]


class ForgivingClient(KeptClient):
    """A kept client that finds and keeps nothing while Valkey does not answer.

    What it refuses (a wrong password, a full disk) is a fault of whoever runs it: the
    log says so as an error, and pages go on all the same.
    """

    # All threads of a process learn together that a server is away.
    skipped_until: ClassVar[dict[str, float]] = {}

    def answers(self) -> bool:
        """Ask whether Valkey takes commands, however often it did not."""
        try:
            self.get_client().exists("health")
        except RedisError:
            return False
        return True

    def add(self, *arguments: Any) -> Any:
        """Say that it was added: who takes a lock with it may go on."""
        return self._forgiving(super().add, *arguments, otherwise=True)

    def get(self, key: Any, default: Any) -> Any:
        """Return the default."""
        return self._forgiving(super().get, key, default, otherwise=default)

    def set(self, *arguments: Any) -> Any:
        """Keep nothing."""
        return self._forgiving(super().set, *arguments, otherwise=None)

    def touch(self, *arguments: Any) -> Any:
        """Find nothing."""
        return self._forgiving(super().touch, *arguments, otherwise=False)

    def delete(self, key: Any) -> Any:
        """Find nothing."""
        return self._forgiving(super().delete, key, otherwise=False)

    def get_many(self, keys: Iterable[Any]) -> Any:
        """Find nothing."""
        return self._forgiving(super().get_many, keys, otherwise={})

    def has_key(self, key: Any) -> Any:
        """Find nothing."""
        return self._forgiving(super().has_key, key, otherwise=False)

    def incr(self, key: Any, delta: int) -> Any:
        """Raise ValueError, as for a key that is not there."""
        counted = self._forgiving(super().incr, key, delta, otherwise=None)
        if counted is None:
            raise ValueError(f"Key {key!r} was not kept.")
        return counted

    def set_many(self, data: Mapping[Any, Any], timeout: Any) -> Any:
        """Keep nothing."""
        return self._forgiving(super().set_many, data, timeout, otherwise=None)

    def delete_many(self, keys: Iterable[Any]) -> Any:
        """Find nothing."""
        return self._forgiving(super().delete_many, keys, otherwise=None)

    def _forgiving(
        self, command: Callable[..., Any], *arguments: Any, otherwise: Any
    ) -> Any:
        if monotonic() < self.skipped_until.get(self.name, 0):
            return otherwise
        try:
            return command(*arguments)
        except _REFUSALS as error:
            log.error("Valkey refuses us, pages do without: %s", error)  # noqa: TRY400
        except (AwayError, TooSlowError) as error:
            log.warning("Valkey is away, pages do without: %s", error)
        self.skipped_until[self.name] = monotonic() + SKIPPED_SECONDS
        return otherwise


class PageCache(redis.RedisCache):
    """Django's backend with kept clients; empty while Valkey does not answer."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingClient

    def answers(self) -> bool:
        """Ask whether Valkey takes commands."""
        return cast("ForgivingClient", self._cache).answers()
