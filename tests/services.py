"""The real services behind the tests, started when first needed, shared by all runs.

They live in a state folder of their own, survive no crash and speak through Unix
sockets. Every pytest process holds a shared lock while it runs; whoever is last to let
go stops them.
"""

import fcntl
import os
import random
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from marketplace.config.embedded import checkout, database_url, redis_url
from marketplace.config.embedded.folders import fingerprint, is_root, system_folder
from marketplace.config.embedded.postgres import Postgres
from marketplace.config.embedded.service import (
    Service,
    make_state_folder,
    start,
    stop,
)
from marketplace.config.embedded.valkey import Valkey

# A database of Valkey for each process, so that two runs do not meet.
VALKEY_DATABASES = 1000
MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 2_000_000_000
# Not the seeded generator: two processes of one run must not agree.
CHANCE = random.SystemRandom()
STARTED: list[subprocess.Popen[bytes] | None] = []


def state_folder() -> Path:
    """Return the state folder of the tests of this checkout.

    In memory where there is room: a clone of the database is 1,400 small files, which
    take a second to make on a disk and a tenth of one in memory.
    """
    in_memory = MEMORY / f"comptoir-{os.geteuid()}-{fingerprint(checkout())}"
    if in_memory.exists() or (MEMORY.is_dir() and has_room(MEMORY)):
        return in_memory
    folder = checkout() / ".state-tests"
    return system_folder(folder) if is_root() else folder


def has_room(folder: Path) -> bool:
    """Tell whether a database and its log fit into `folder`."""
    return shutil.disk_usage(folder).free > ENOUGH_MEMORY


def run_folder() -> Path:
    """Return the state folder of this process's site."""
    return state_folder() / "runs" / str(os.getpid())


def settle_environment() -> None:
    """Say where everything is, before Django reads its settings.

    DATABASE_URL and REDIS_URL of the person who runs the tests win. What `make run`
    keeps for its own copy never reaches a test.
    """
    os.environ["STATE"] = str(state_folder())
    settle_addresses()
    # Files of each process apart: mails, pictures, imports.
    os.environ["STATE"] = str(run_folder())
    site, sandbox = free_ports(2)
    chosen = {
        "DJANGO_SETTINGS_MODULE": "marketplace.config.settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "PUBLIC_URL": f"http://127.0.0.1:{site}",
        "ALLOW_SANDBOX": "1",
        "STRIPE_SECRET_KEY": "sk_test_comptoir_tests",
        "STRIPE_API_BASE": f"http://127.0.0.1:{sandbox}",
        "STRIPE_WEBHOOK_SECRET": "whsec_platform",
        "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_connect",
        "STRIPE_THIN_WEBHOOK_SECRET": "whsec_thin",
        "STATEMENT_SIGNING_KEY": "aa" * 32,
    }
    os.environ.update(chosen)
    for name in ("DEBUG", "EMAIL_URL", "ALLOWED_HOSTS"):
        os.environ.pop(name, None)


def settle_addresses() -> None:
    """Choose the addresses of the database and of Valkey for this process."""
    # A worker of xdist inherits the addresses that its controller settled.
    ours = os.environ.get("TEST_SERVICES", "").split()
    for name, address in addresses().items():
        if name in ours or not os.environ.get(name):
            os.environ[name] = address
            ours.append(name)
    os.environ["TEST_SERVICES"] = " ".join(sorted(set(ours)))


def addresses() -> dict[str, str]:
    """Return the addresses of the embedded services for this process."""
    number = os.getpid() % VALKEY_DATABASES
    return {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url().replace("db=0", f"db={number}"),
    }


def services() -> list[Service]:
    """Return the services that no address was given for."""
    ours = os.environ["TEST_SERVICES"].split()
    state = state_folder()
    found: list[Service] = []
    if "DATABASE_URL" in ours:
        found.append(Postgres(state, durable=False))
    if "REDIS_URL" in ours:
        found.append(Valkey(state, durable=False, databases=VALKEY_DATABASES))
    return found


@contextmanager
def running() -> Iterator[None]:
    """Start the services, and stop them when no other process uses them."""
    found = services()
    if not found:
        yield
        return
    make_state_folder(state_folder())
    with (state_folder() / "users.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        # Keeps hold of them: a handle that is dropped warns of a running program.
        STARTED.extend(start(service) for service in found)
        yield
        shutil.rmtree(run_folder(), ignore_errors=True)
        with suppress(BlockingIOError):
            # Two runs that end together may both fail to get it: then they stay up.
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for service in reversed(found):
                stop(service)
            if os.environ.get("CI"):
                # A fresh clone never comes back for its databases.
                shutil.rmtree(state_folder(), ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that nobody uses, different from each other.

    They lie below those that the system gives to outgoing connections: a port that is
    chosen now and listened on minutes later must not be one's own client's by then.
    """
    found: list[int] = []
    while len(found) < count:
        port = CHANCE.randrange(20_000, 32_000)
        if port not in found and is_unused(port):
            found.append(port)
    return found


def is_unused(port: int) -> bool:
    """Tell whether no socket of this machine has `port`."""
    with socket.socket() as trial:
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
