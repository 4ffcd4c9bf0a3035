"""Where Stripe's webhooks arrive, kept until the scenario says how they come in."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Letter:
    """A webhook as it was posted."""

    path: str
    body: bytes
    signature: str


class Mailbox(ThreadingHTTPServer):
    """A server on loopback that keeps what it is sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Slot)
        self._letters: list[Letter] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The address that webhooks are to be sent to."""
        return f"http://127.0.0.1:{self.server_port}"

    def put(self, letter: Letter) -> None:
        """Keep a webhook."""
        with self._lock:
            self._letters.append(letter)

    def empty(self) -> list[Letter]:
        """Return what has come since the last time, in the order of arrival."""
        with self._lock:
            letters, self._letters = self._letters, []
        return letters


class _Slot(BaseHTTPRequestHandler):
    server: Mailbox

    def do_POST(self) -> None:
        """Keep the body and say thank you."""
        length = int(self.headers.get("Content-Length", 0))
        signature = self.headers.get("Stripe-Signature", "")
        self.server.put(Letter(self.path, self.rfile.read(length), signature))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Keep the terminal for the scenario's own words."""


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """Serve a mailbox from a thread of this process."""
    with Mailbox() as mailbox:
        thread = threading.Thread(
            target=mailbox.serve_forever, args=(0.05,), daemon=True
        )
        thread.start()
        try:
            yield mailbox
        finally:
            mailbox.shutdown()
            thread.join()
