"""Ports: is one free, and which to take instead."""

import socket

LOOPBACK = "127.0.0.1"
SANDBOX_DISTANCE = 430
LOWEST, HIGHEST = 1024, 65535  # those below are for root


class PortError(Exception):
    """A port cannot be used; the text says what to do."""


def parse_port(text: str) -> int:
    """Return the port that `text` names.

    Raises PortError unless it is a number that a plain user may listen on.
    """
    if not text.isascii() or not text.isdigit() or not LOWEST <= int(text) <= HIGHEST:
        raise PortError(f"PORT={text} is no port: choose {LOWEST} to {HIGHEST}.")
    return int(text)


def is_free(port: int) -> bool:
    """Tell whether this machine would let us listen on `port` now."""
    with socket.socket() as trial:
        # Connections of a copy that has just stopped do not keep a server from it.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def require_free(port: int) -> None:
    """Raise PortError, naming a port that is free, when `port` is taken."""
    if is_free(port):
        return
    other = next((p for p in range(port + 100, HIGHEST, 100) if is_free(p)), 8100)
    raise PortError(
        f"Port {port} is taken by another program: make run PORT={other} uses another."
    )


def sandbox_port(port: int) -> int:
    """Return the port of the Stripe sandbox beside the site's `port`.

    It stays the same from start to start where it can, so that old links work.
    """
    wished = [*range(port + SANDBOX_DISTANCE, HIGHEST), *range(port - 1, LOWEST, -1)]
    return next(filter(is_free, wished))
