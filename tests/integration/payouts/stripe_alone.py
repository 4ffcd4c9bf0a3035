"""A server that speaks Stripe's API and nothing else, in front of the sandbox."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

STRIPES = ("/v1/", "/v2/")
ASKED = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "Stripe-Account",
    "Stripe-Context",
    "Stripe-Version",
)
# What Stripe documents of its answers' headers.
ANSWERED = ("Content-Type", "Request-Id", "Idempotency-Key", "Idempotent-Replayed")


class StripeAlone(ThreadingHTTPServer):
    """Passes Stripe's own paths on to `behind`; any other is not found here."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.behind = urlsplit(behind).netloc
        self.strangers: list[str] = []

    @property
    def url(self) -> str:
        """The address of this server."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent when somebody hangs up."""


class _Door(BaseHTTPRequestHandler):
    server: StripeAlone

    def do_GET(self) -> None:
        """Pass a question on."""
        self._pass_on()

    def do_POST(self) -> None:
        """Pass a command on."""
        self._pass_on()

    def do_DELETE(self) -> None:
        """Pass a removal on."""
        self._pass_on()

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.startswith(STRIPES):
            self.server.strangers.append(self.path)
            self.send_error(404)
            return
        asked = {name: self.headers[name] for name in ASKED if name in self.headers}
        behind = HTTPConnection(self.server.behind, timeout=30)
        try:
            behind.request(self.command, self.path, body or None, asked)
            answer = behind.getresponse()
            told = answer.read()
        except (HTTPException, OSError):
            # The line was cut behind us: cut it here.
            self.close_connection = True
            return
        finally:
            behind.close()
        self.send_response(answer.status)
        for name in ANSWERED:
            if (value := answer.getheader(name)) is not None:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_arguments: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def stripe_alone(behind: str) -> Iterator[StripeAlone]:
    """Serve Stripe's API alone from a thread."""
    with StripeAlone(behind) as server:
        thread = threading.Thread(
            target=server.serve_forever, args=(0.05,), daemon=True
        )
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
