"""PostgreSQL and Valkey from wheels, for trying out, developing and testing.

Settings ask `environment()` where this copy's services are; asking starts nothing.
They are started by the supervisor (`make run`), by the tests, and by
`python -m marketplace.config.embedded start`.
"""

import os
from urllib.parse import quote, urlsplit

from .folders import (
    cache_folder,
    checkout,
    database_folder,
    read_environment,
    socket_folder,
    state_folder,
)

__all__ = [
    "broker_url",
    "cache_folder",
    "checkout",
    "database_folder",
    "database_url",
    "environment",
    "redis_url",
    "socket_folder",
    "state_folder",
]

DATABASE = "comptoir"


def environment() -> dict[str, str]:
    """Return the settings of this copy that the environment leaves open.

    These are the addresses of the embedded services and, once `make run` has run, what
    it wrote down for this state folder. A variable that is set wins and is left out.
    """
    settings = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url(),
        **read_environment(state_folder()),
    }
    return {name: value for name, value in settings.items() if not os.environ.get(name)}


def database_url(name: str = DATABASE) -> str:
    """Return the address of database `name` on the embedded PostgreSQL."""
    sockets = socket_folder(database_folder(state_folder()))
    return f"postgresql://{DATABASE}@/{name}?host={quote(str(sockets))}"


def redis_url() -> str:
    """Return the address of the embedded Valkey."""
    sockets = socket_folder(cache_folder(state_folder()))
    return f"unix://{quote(str(sockets / 'valkey.sock'))}?db=0"


def broker_url(address: str) -> str:
    """Return `address`, a REDIS_URL, as Celery spells it: sockets have a scheme there.

    A database in the address becomes Celery's virtual host.
    """
    parts = urlsplit(address)
    if parts.scheme != "unix":
        return address
    query = parts.query.replace("db=", "virtual_host=")
    return f"redis+socket://{parts.path}?{query}"
