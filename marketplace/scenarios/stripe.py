"""Stripe's side of a scenario: a sandbox of its own, and what it shows.

What a scenario expects of Stripe is read through Stripe's own API; the sandbox's
control API is what buyers, banks and time do.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import RemoteDisconnected
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

from marketplace.core.errors import RefusedError
from payouts.gateway.stripe import StripeGateway

_KEY = "sk_test_scenario"
SECRETS = {kind: f"whsec_scenario_{kind}" for kind in ("platform", "connect", "thin")}
PATHS = {
    "platform": "/webhooks/stripe/",
    "connect": "/webhooks/stripe/connect/",
    "thin": "/webhooks/stripe/thin/",
}
_PATIENCE_SECONDS = 30
_READY = b"Stripe sandbox on "


class StripeRefusedError(RefusedError):
    """Stripe, or its sandbox, does not do what a step asks for."""

    code = "stripe.refused"


@dataclass(frozen=True)
class Stripe:
    """A sandbox at `base`."""

    base: str

    def gateway(self) -> StripeGateway:
        """Return a gateway that asks once: the command table is what tries again."""
        return StripeGateway(
            secret_key=_KEY,
            base=self.base,
            secrets=SECRETS,
            retries=0,
            timeout=_PATIENCE_SECONDS,
        )

    def control(self, path: str, /, **body: object) -> Any:
        """Have the sandbox do what the outside world does.

        Raises StripeRefusedError if it cannot.
        """
        address = f"{self.base}/_sandbox/{path}"
        headers = {"Content-Type": "application/json"}
        return _ask(Request(address, json.dumps(body).encode(), headers))  # noqa: S310 (loopback)

    def told(self, path: str) -> Any:
        """Return what the sandbox's control API tells."""
        return _ask(Request(f"{self.base}/_sandbox/{path}"))  # noqa: S310 (loopback)

    def forget_faults(self) -> None:
        """Let the sandbox answer well from now on."""
        _ask(Request(f"{self.base}/_sandbox/faults", method="DELETE"))  # noqa: S310 (loopback)

    def get(self, path: str, /, *, account: str = "", **query: object) -> Any:
        """Return what Stripe's API answers to a GET."""
        words = f"?{urlencode(query)}" if query else ""
        return _ask(self._request(f"{path}{words}", account, None))

    def post(self, path: str, /, *, account: str = "", **form: object) -> Any:
        """Do by Stripe's API what somebody with the dashboard could do.

        Raises StripeRefusedError if Stripe refuses.
        """
        return _ask(self._request(path, account, urlencode(form).encode()))

    def all(self, path: str, *, account: str = "", **query: object) -> list[Any]:
        """Return every object of a list of Stripe's, the oldest first."""
        found: list[Any] = []
        more: dict[str, object] = {}
        while True:
            page = self.get(path, account=account, limit=100, **query, **more)
            found += page["data"]
            if not page["has_more"]:
                return found[::-1]
            more = {"starting_after": found[-1]["id"]}

    def _request(self, path: str, account: str, body: bytes | None) -> Request:
        headers = {"Authorization": f"Bearer {_KEY}"}
        if account:
            headers["Stripe-Account"] = account
        return Request(f"{self.base}{path}", body, headers)  # noqa: S310 (loopback)


def _ask(request: Request) -> Any:
    try:
        with urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310 (loopback)
            return json.load(answer)
    except HTTPError as error:
        words = error.read().decode(errors="replace")
        raise StripeRefusedError(_message(words)) from error
    except (URLError, RemoteDisconnected) as error:
        # A fault that a step has switched on may meet this very request.
        raise StripeRefusedError(f"Stripe does not answer: {error}") from error


def _message(words: str) -> str:
    try:
        error = json.loads(words)["error"]
    except (ValueError, KeyError, TypeError):
        return words[:500]
    return str(error["message"] if isinstance(error, Mapping) else error)


@contextmanager
def running_sandbox(webhooks: str) -> Iterator[Stripe]:
    """Run a sandbox as a process of its own, its webhooks sent to `webhooks`."""
    with TemporaryDirectory(prefix="scenario-") as folder:
        words = [
            *(sys.executable, "-m", "payouts.stripe_sandbox", "--port=0"),
            f"--state={Path(folder) / 'stripe.sqlite3'}",
            *(
                f"--webhook={kind}={webhooks}{path}={SECRETS[kind]}"
                for kind, path in PATHS.items()
            ),
        ]
        # Endpoints and keys of the market are none of this sandbox's.
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("STRIPE")
        }
        with subprocess.Popen(  # noqa: S603 (our own program)
            words, stdout=subprocess.PIPE, env=environment, cwd=settings.BASE_DIR
        ) as process:
            try:
                yield Stripe(_address(process))
            finally:
                process.terminate()


def _address(process: "subprocess.Popen[bytes]") -> str:
    if process.stdout is None:
        raise StripeRefusedError("The sandbox cannot be heard.")
    for line in process.stdout:
        if line.startswith(_READY):
            return line.removeprefix(_READY).split()[0].decode()
    raise StripeRefusedError("The Stripe sandbox did not start.")
