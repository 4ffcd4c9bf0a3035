"""One migrated database, cloned for each test process.

Migrating Oscar takes a good while, cloning takes a blink. The template is named after
everything that shapes it, so a changed migration makes a new one.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from marketplace.config.run.stamp import fingerprint_of_migrations

# Any number, as long as every process uses the same.
BUILDING = 7_240_311
KEPT_TEMPLATES = 8


@cache
def template_name() -> str:
    """Return the name that stands for all migrations, ours and those of packages.

    Read once: whoever edits a migration meanwhile means the next run.
    """
    shape = repr((fingerprint_of_migrations(), settings.INSTALLED_APPS))
    return "template_" + hashlib.sha256(shape.encode()).hexdigest()[:12]


def clone_name() -> str:
    """Return the name of this process's database."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"test_{os.getpid()}_{worker}"


def use(name: str) -> None:
    """Point Django at database `name`, in every thread."""
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections.settings["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
    # Programs that a test starts are to see the same database.
    address = urlsplit(os.environ["DATABASE_URL"])
    os.environ["DATABASE_URL"] = address._replace(path=f"/{name}").geturl()


@contextmanager
def server() -> Iterator[psycopg.Connection]:
    """Connect to the server's own database; each statement commits."""
    parameters = connection.get_connection_params()
    kept = ("host", "port", "user", "password")
    where = {name: parameters[name] for name in kept if parameters.get(name)}
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as found:
        yield found


def make_clone() -> None:
    """Give this process a database of its own, migrating first when nobody has yet."""
    with server() as found:
        found.execute("SELECT pg_advisory_lock(%s)", [BUILDING])
        drop_leftovers(found)
        if not exists(found, template_name()):
            build_template(found)
        clone(found, clone_name())
    use(clone_name())


def build_template(found: psycopg.Connection) -> None:
    """Migrate an empty database; it gets its name only when it is complete."""
    unfinished = f"unfinished_{os.getpid()}"
    run(found, "CREATE DATABASE {}", unfinished)
    use(unfinished)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connections.close_all()
    run(found, "ALTER DATABASE {} RENAME TO {}", unfinished, template_name())


def clone(found: psycopg.Connection, name: str) -> None:
    """Make database `name` as it is after all migrations.

    File by file: block by block through the log takes seven times as long.
    """
    drop(found, name)
    copy = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
    run(found, copy, name, template_name())


def drop(found: psycopg.Connection, name: str) -> None:
    """Remove a database, whoever is connected to it.

    FORCE is refused while autovacuum works there, for it is nobody's. A plain DROP
    sends autovacuum away and waits some seconds for the others, sent away here.
    """
    found.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
        [name],
    )
    run(found, "DROP DATABASE IF EXISTS {}", name)


def renew_clone() -> None:
    """Undo whatever a test has committed; connections of other threads are cut."""
    connections.close_all()
    with server() as found:
        clone(found, clone_name())


def drop_clone() -> None:
    """Remove this process's database."""
    connections.close_all()
    with server() as found:
        drop(found, clone_name())


def drop_leftovers(found: psycopg.Connection) -> None:
    """Remove what killed processes left, and templates that are no longer used."""
    rows = found.execute("SELECT datname FROM pg_database ORDER BY oid DESC").fetchall()
    names = [str(row[0]) for row in rows]
    templates = [name for name in names if name.startswith("template_")]
    old = [name for name in templates if name != template_name()][KEPT_TEMPLATES - 1 :]
    dead = [name for name in names if is_abandoned(name)]
    for name in (*old, *dead):
        drop(found, name)


def is_abandoned(name: str) -> bool:
    """Tell whether `name` belongs to a test process that is gone."""
    kind, _, rest = name.partition("_")
    pid = rest.split("_")[0]
    if kind not in {"test", "unfinished"} or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def exists(found: psycopg.Connection, name: str) -> bool:
    row = found.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return row.fetchone() is not None


def run(found: psycopg.Connection, statement: str, *names: str) -> None:
    quoted = [sql.Identifier(name) for name in names]
    found.execute(sql.SQL(statement).format(*quoted))


def check_deferred() -> None:
    """Fire the deferred constraint triggers now, as a commit would.

    A test inside one transaction never commits: without this call, rows that the
    ledger's triggers would refuse pass until the end of the test.
    """
    connection.check_constraints()
