"""Where the embedded services keep what they own.

Nothing here creates or changes a file: settings may ask without side effects.
"""

import hashlib
import os
import stat
import sys
from pathlib import Path

# A Unix socket's path must fit 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_PATH = 100
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"


def checkout() -> Path:
    """Return the folder that holds manage.py."""
    return Path(__file__).resolve().parents[3]


def state_folder() -> Path:
    """Return the folder of everything a running copy writes, which may not exist yet.

    STATE names it. Otherwise it is `.state` in the checkout, or for root a folder
    under the system's variable data: PostgreSQL refuses to run as root, and its own
    user may not be able to enter the checkout.
    """
    named = os.environ.get("STATE")
    if named:
        return Path(named).expanduser().resolve()
    if is_root():
        return system_folder(checkout())
    return checkout() / ".state"


def database_folder(state: Path) -> Path:
    """Return PostgreSQL's data folder of `state`."""
    if is_root() and not is_open_to_everyone(state):
        return system_folder(state) / "postgres"
    return state / "postgres"


def cache_folder(state: Path) -> Path:
    """Return Valkey's data folder of `state`."""
    return state / "valkey"


def socket_folder(folder: Path) -> Path:
    """Return `folder`, or a short stand-in where a socket would not fit."""
    if len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return folder
    if is_root():
        return system_folder(folder) / "sockets"
    # Not the user's TMPDIR: every process must come to the same answer.
    return Path("/tmp") / f"comptoir-{os.geteuid()}-{fingerprint(folder)}"  # noqa: S108 -- made with mode 700 and its owner is checked


def system_folder(path: Path) -> Path:
    """Return root's folder for the copy at `path`."""
    base = Path("/var/db" if sys.platform == "darwin" else "/var/lib")
    return base / f"comptoir-{fingerprint(path)}"


def fingerprint(path: Path) -> str:
    """Return ten hexadecimal digits that stand for `path`."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def is_root() -> bool:
    """Tell whether this process may do everything."""
    return os.geteuid() == 0


def is_open_to_everyone(path: Path) -> bool:
    """Tell whether any user may enter `path`; folders that do not exist yet count."""
    steps = [step for step in (path, *path.parents) if step.exists()]
    return all(step.stat().st_mode & stat.S_IXOTH for step in steps)


def environment_file(state: Path) -> Path:
    """Return the file of settings that the supervisor writes for a copy."""
    return state / "environment"


def read_environment(state: Path) -> dict[str, str]:
    """Return the settings that the supervisor wrote for this copy, if it ever ran."""
    try:
        lines = environment_file(state).read_text().splitlines()
    except (FileNotFoundError, PermissionError):
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)
