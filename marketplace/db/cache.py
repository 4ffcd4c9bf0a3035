"""Django's cache in Valkey, with one client kept for reading and one for writing.

Django builds a client for every command, and building one takes several times as long
as asking it: redis-py lays out its table of answers anew each time.
"""

from typing import Any

from django.core.cache.backends import redis


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


class RedisCache(redis.RedisCache):
    """Django's backend, with kept clients."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
