"""A way to Elasticsearch that is cut off, or goes silent, and comes back."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from urllib.parse import urlsplit

_PIECE = 65_536
# Closed so, a connection ends with a reset, as that of a process that was killed.
_AT_ONCE = struct.pack("ii", 1, 0)


class Way:
    """Forwards connections on loopback to a server, as long as that is to be alive."""

    def __init__(self, target: str) -> None:
        place = urlsplit(target)
        self._target = (place.hostname, place.port)
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self._is_silent = self._is_dead = False
        self._listener = self._listening(0)
        self._port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """Where the server seems to be."""
        return f"http://127.0.0.1:{self._port}"

    def die(self) -> None:
        """Refuse connections, and reset those that are open."""
        # Who waits in accept is woken by this, not by closing.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._is_dead = True
        self._end_all()

    def hang(self) -> None:
        """Take connections and bytes, and answer nothing any more."""
        self._is_silent = True

    def come_back(self) -> None:
        """Forward again; who waited in vain is hung up on."""
        if self._is_silent:
            self._is_silent = False
            self._end_all()
        if self._is_dead:
            self._is_dead = False
            self._listener = self._listening(self._port)

    def close(self) -> None:
        """End for good."""
        self.die()

    def _listening(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            self._keep(caller)
            if self._is_silent:
                continue
            server = socket.create_connection(self._target)
            self._keep(server)
            for source, sink in ((caller, server), (server, caller)):
                Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if not self._is_silent:
                    sink.sendall(piece)
        self._end(source, sink)

    def _keep(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def _end_all(self) -> None:
        with self._lock:
            ours = list(self._open)
        self._end(*ours)

    def _end(self, *connections: socket.socket) -> None:
        for each in connections:
            with self._lock:
                is_ours = each in self._open
                self._open.discard(each)
            if is_ours:
                with suppress(OSError):
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                    each.shutdown(socket.SHUT_RD)
                each.close()


@contextmanager
def way_to(target: str, kind: type[Way] = Way) -> Iterator[Way]:
    """Make a way to a server, and close it at the end."""
    way = kind(target)
    try:
        yield way
    finally:
        way.close()
