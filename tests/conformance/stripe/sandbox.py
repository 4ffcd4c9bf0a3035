"""The sandbox as a process, its callers and an endpoint that listens."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
import stripe

ROOT = Path(__file__).parents[3]
SECRETS = {
    "platform": "whsec_platform",
    "connect": "whsec_connect",
    "thin": "whsec_thin",
    "clock": "whsec_clock",
}
KEY = "sk_test_conformance"
CARD = "4242424242424242"
DAY = 86_400


@dataclass
class Sandbox:
    """A running sandbox."""

    url: str
    process: subprocess.Popen[str]
    state: Path

    def control(self, method: str, path: str, /, **body: Any) -> Any:
        """Call the control API and return its answer, which must be a success."""
        response = self.control_response(method, path, **body)
        assert response.status_code == 200, response.text
        return response.json()

    def control_response(
        self, method: str, path: str, /, **body: Any
    ) -> requests.Response:
        """Call the control API."""
        url = f"{self.url}/_sandbox/{path}"
        more = {"params": body} if method == "GET" else {"json": body}
        return requests.request(method, url, timeout=30, **more)

    def raw(
        self, method: str, path: str, *, key: str = KEY, **more: Any
    ) -> requests.Response:
        """Call the API without the SDK."""
        headers = {"Authorization": f"Bearer {key}"} | more.pop("headers", {})
        url = f"{self.url}{path}"
        return requests.request(method, url, headers=headers, timeout=30, **more)

    def client(self, *, retries: int = 0) -> stripe.StripeClient:
        """Return the unchanged SDK, speaking to this sandbox."""
        return stripe.StripeClient(
            KEY, base_addresses={"api": self.url}, max_network_retries=retries
        )

    def stop(self) -> int:
        """Stop it as a supervisor would and return its exit code."""
        self.process.terminate()
        code = self.process.wait(timeout=20)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code


def start(state: Path, *arguments: str) -> Sandbox:
    """Start a sandbox on a free port and wait for its start-up line."""
    command = [sys.executable, "-m", "payouts.stripe_sandbox", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--state", str(state), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Stripe sandbox on http://127.0.0.1:"), line
    return Sandbox(line.split()[-1], process, state)


Launch = Callable[..., Sandbox]


@dataclass
class Listener:
    """A shop's webhook endpoints: keeps what arrives, answers as told."""

    url: str = ""
    received: list[tuple[str, bytes, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def types(self, kind: str) -> list[str]:
        """Return the types of the events one endpoint got."""
        client = stripe.StripeClient(KEY)
        parse = (
            client.parse_event_notification
            if kind == "thin"
            else client.construct_event
        )
        return [
            parse(payload, signature, SECRETS[kind]).type
            for path, payload, signature in self.received
            if path == f"/{kind}"
        ]


def listen() -> tuple[Listener, ThreadingHTTPServer]:
    """Start a listener on a free port."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            payload = self.rfile.read(int(self.headers["Content-Length"]))
            signature = self.headers["Stripe-Signature"]
            listener.received.append((self.path, payload, signature))
            self.send_response(listener.answers.pop(0) if listener.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return listener, server


ACCOUNT = {
    "display_name": "Bakery",
    "contact_email": "bakery@example.com",
    "dashboard": "express",
    "identity": {"country": "FR", "entity_type": "company"},
    "configuration": {
        "recipient": {
            "capabilities": {
                "stripe_balance": {"stripe_transfers": {"requested": True}}
            }
        }
    },
    "defaults": {
        "responsibilities": {
            "fees_collector": "application",
            "losses_collector": "application",
        }
    },
}
LINK = {
    "type": "account_onboarding",
    "account_onboarding": {
        "refresh_url": "http://127.0.0.1:1/refresh",
        "return_url": "http://127.0.0.1:1/return",
    },
}


def session_params(amount: int, **more: Any) -> dict[str, Any]:
    """Return what a shop sends to have `amount` paid."""
    product = {"name": "Order 100042"}
    price = {"currency": "eur", "unit_amount": amount, "product_data": product}
    return {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": "http://127.0.0.1:1/done?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:1/basket",
        "client_reference_id": "100042",
        "customer_email": "anna@example.com",
        "payment_intent_data": {
            "transfer_group": "order:100042",
            "metadata": {"order": "100042"},
        },
    } | more


class Shop:
    """Short ways through the API, for tests about something else."""

    def __init__(self, sandbox: Sandbox, client: stripe.StripeClient) -> None:
        self.sandbox = sandbox
        self.client = client

    def seller(self, **more: Any) -> str:
        """Return an account that may receive transfers."""
        account = self.client.v2.core.accounts.create(ACCOUNT | more)
        self.sandbox.control("POST", f"onboarding/{account.id}", status="active")
        return account.id

    def charge(self, amount: int, card: str = "pm_card_visa", **more: Any) -> str:
        """Return a charge of `amount` cents."""
        intent = self.client.v1.payment_intents.create(
            {
                "amount": amount,
                "currency": "eur",
                "payment_method": card,
                "confirm": True,
                **more,
            }
        )
        return str(intent.latest_charge)

    def transfer(self, amount: int, seller: str, **more: Any) -> stripe.Transfer:
        """Transfer `amount` cents."""
        params = {"amount": amount, "currency": "eur", "destination": seller}
        return self.client.v1.transfers.create(params | more)

    def advance(self, seconds: int) -> None:
        """Move the sandbox's clock."""
        self.sandbox.control("POST", "clock", advance=seconds)

    def balance(self, account: str | None = None) -> tuple[int, int]:
        """Return what is available and what is pending, in euro cents."""
        options = {"stripe_account": account} if account else {}
        balance = self.client.v1.balance.retrieve({}, options)
        available, pending = (
            sum(part.amount for part in parts if part.currency == "eur")
            for parts in (balance.available, balance.pending)
        )
        return available, pending


def eventually(predicate: Any, *, seconds: float = 10) -> bool:
    """Wait until `predicate` holds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if predicate():
            return True
        time.sleep(0.02)
    return False
