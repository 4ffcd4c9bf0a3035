"""Django's cache in Valkey, with one client kept for reading and one for writing.

Django builds a client for every command, and building one takes several times as long
as asking it: redis-py lays out its table of answers anew each time.

While Valkey is away, the default cache is an empty one that keeps nothing: pages are
slower and limits let everybody through, and nobody is turned away. What must not be
lost without a word is put into the cache `sure`, which raises RedisError.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.cache.backends import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from redis.exceptions import ConnectionError as AwayError
from redis.exceptions import TimeoutError as TooSlowError

log = logging.getLogger(__name__)

_SESSION_SECONDS = 300


class KeptClient(redis.RedisCacheClient):
    """Commands through clients that stay; redis-py shares one between threads."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._kept: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return the client, the same one each time."""
        if write not in self._kept:
            self._kept[write] = super().get_client(key, write=write)
        return self._kept[write]


class ForgivingClient(KeptClient):
    """A kept client that finds and keeps nothing while Valkey is away."""

    def add(self, *arguments: Any) -> Any:
        """Say that it was added: who takes a lock with it may go on."""
        return _forgiving(super().add, *arguments, otherwise=True)

    def get(self, key: Any, default: Any) -> Any:
        """Return the default."""
        return _forgiving(super().get, key, default, otherwise=default)

    def set(self, *arguments: Any) -> Any:
        """Keep nothing."""
        return _forgiving(super().set, *arguments, otherwise=None)

    def touch(self, *arguments: Any) -> Any:
        """Find nothing."""
        return _forgiving(super().touch, *arguments, otherwise=False)

    def delete(self, key: Any) -> Any:
        """Find nothing."""
        return _forgiving(super().delete, key, otherwise=False)

    def get_many(self, keys: Iterable[Any]) -> Any:
        """Find nothing."""
        return _forgiving(super().get_many, keys, otherwise={})

    def has_key(self, key: Any) -> Any:
        """Find nothing."""
        return _forgiving(super().has_key, key, otherwise=False)

    def incr(self, key: Any, delta: int) -> Any:
        """Raise ValueError, as for a key that is not there."""
        counted = _forgiving(super().incr, key, delta, otherwise=None)
        if counted is None:
            raise ValueError(f"Key {key!r} was not kept.")
        return counted

    def set_many(self, data: Mapping[Any, Any], timeout: Any) -> Any:
        """Keep nothing."""
        return _forgiving(super().set_many, data, timeout, otherwise=None)

    def delete_many(self, keys: Iterable[Any]) -> Any:
        """Find nothing."""
        return _forgiving(super().delete_many, keys, otherwise=None)


def _forgiving(
    command: Callable[..., Any], *arguments: Any, otherwise: Any = None
) -> Any:
    try:
        return command(*arguments)
    except (AwayError, TooSlowError) as error:
        log.warning("Valkey is away, a page does without: %s", error)
        return otherwise


class SureCache(redis.RedisCache):
    """Django's backend with kept clients; raises while Valkey is away."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient


class ForgivingCache(redis.RedisCache):
    """Django's backend with kept clients; empty while Valkey is away."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingClient


class SessionCache(ForgivingCache):
    """A forgiving cache that keeps nothing for more than minutes.

    Who signs out while Valkey is away must not be found signed in when it is back.
    """

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> Any:
        """Return the seconds that something is kept."""
        kept = super().get_backend_timeout(timeout)
        return _SESSION_SECONDS if kept is None else min(kept, _SESSION_SECONDS)
