"""Databases of a scenario's own, on the server that DATABASE_URL names.

One is migrated, then cloned for each scenario; the market's own is never written to.
"""

import inspect
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

_TEMPLATES = "scenario_template_"
# Any number, as long as every process uses the same.
_BUILDING = 7_240_312


def migrated_template() -> str:
    """Return the name of a database as it is after all migrations.

    Migrating takes half a minute, so it is kept for the next run, under a name that
    stands for the migrations; those of other migrations are dropped.
    """
    name = _TEMPLATES + _fingerprint()
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_BUILDING])
        found = {
            row[0]
            for row in server.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s",
                [f"{_TEMPLATES}%"],
            )
        }
        for old in found - {name}:
            _drop(server, old)
        if name not in found:
            _build(server, name)
    return name


def _fingerprint() -> str:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    digest = sha256()
    for key, migration in sorted(loader.disk_migrations.items()):
        digest.update(repr(key).encode())
        digest.update(Path(inspect.getfile(type(migration))).read_bytes())
    return digest.hexdigest()[:12]


def _build(server: psycopg.Connection, name: str) -> None:
    """Migrate an empty database; it gets its name only when it is complete."""
    market = connection.settings_dict["NAME"]
    unfinished = f"scenario_unfinished_{os.getpid()}"
    _run(server, "CREATE DATABASE {}", unfinished)
    try:
        _use(unfinished)
        call_command("migrate", verbosity=0, interactive=False)
        _use(market)
        _run(server, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
    finally:
        _use(market)
        _drop(server, unfinished)


@contextmanager
def fresh_database(template: str) -> Iterator[None]:
    """Let Django write to a new clone of `template` within the block."""
    before = connection.settings_dict["NAME"]
    clone = f"scenario_{os.getpid()}"
    with _server() as server:
        _drop(server, clone)
        _run(server, "CREATE DATABASE {} TEMPLATE {}", clone, template)
    _use(clone)
    try:
        yield
    finally:
        _use(before)
        with _server() as server:
            _drop(server, clone)


def _use(name: str) -> None:
    connections.close_all()
    connections.settings["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    parameters = connection.get_connection_params()
    kept = ("host", "port", "user", "password")
    where = {name: parameters[name] for name in kept if parameters.get(name)}
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as server:
        yield server


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
        [name],
    )
    _run(server, "DROP DATABASE IF EXISTS {}", name)


def _run(server: psycopg.Connection, statement: str, *names: str) -> None:
    quoted = [sql.Identifier(name) for name in names]
    server.execute(sql.SQL(statement).format(*quoted))
