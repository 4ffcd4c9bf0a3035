"""Signed webhooks from a background thread: at least once, in no certain order."""

import hashlib
import hmac
import json
import queue
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from .clock import wall_seconds
from .due import run_due
from .faults import WEBHOOK_FAULTS, Faults
from .world import World

MAX_ATTEMPTS = 15
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0
_TIMEOUT = 20.0
_SUCCESS = range(200, 300)
_HELD = 2.0
_SENDERS = 4
_REST = 1.0
_PARTING = 3.0


@dataclass(frozen=True)
class Delivery:
    """One payload on its way to one endpoint."""

    seq: int
    event_type: str
    url: str
    secret: str
    payload: str
    attempts: int


def signature(payload: str, secret: str, *, at: int) -> str:
    """Return a `Stripe-Signature`: HMAC-SHA256 over `time.payload`, scheme v1."""
    signed = f"{at}.{payload}".encode()
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Stripe follows no redirect: one counts as a failure."""


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())


def post(url: str, payload: str, secret: str) -> tuple[int | None, str]:
    """Send one signed payload; return the status, or None with the error's text."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (sandbox)",
        "Stripe-Signature": signature(payload, secret, at=int(wall_seconds())),
    }
    request = urllib.request.Request(  # noqa: S310 - only http(s) URLs are registered
        url, data=payload.encode(), headers=headers, method="POST"
    )
    try:
        with _OPENER.open(request, timeout=_TIMEOUT) as response:
            return response.status, ""
    except urllib.error.HTTPError as error:
        return error.code, f"HTTP {error.code}"
    except (OSError, ValueError) as error:
        return None, str(getattr(error, "reason", error)) or type(error).__name__


class Deliverer:
    """The thread that sends what is due, and lets the clock bring what fell due."""

    def __init__(self, world: World) -> None:
        self.faults = Faults(WEBHOOK_FAULTS)
        self._world = world
        self._stopping = threading.Event()
        self._is_over = threading.Event()
        self._sending: set[int] = set()
        self._mutex = threading.Lock()
        self._queue: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=target, name="webhooks", daemon=True)
            for target in [self._loop, *[self._work] * _SENDERS]
        ]

    def start(self) -> None:
        """Start sending; whatever waited when the sandbox stopped goes out first."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop, after a moment for what is being sent.

        An endpoint that hangs is not waited for: its event is sent again next time.
        """
        self._stopping.set()
        self._world.delivery_wanted.set()
        for _ in range(_SENDERS):
            self._queue.put(None)
        deadline = time.monotonic() + _PARTING
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._is_over.set()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._world.delivery_wanted.clear()
            run_due(self._world, until=self._world.now())
            for delivery in self._due():
                with self._mutex:
                    self._sending.add(delivery.seq)
                self._queue.put(delivery)
            self._world.delivery_wanted.wait(self._pause())

    def _pause(self) -> float:
        found = self._world.store.rows(
            "SELECT MIN(next_at) FROM deliveries WHERE state = 'waiting'"
        )
        soonest = found[0][0]
        if soonest is None:
            return _REST
        # What is being sent is due already: do not spin on it.
        return min(_REST, max(0.02, soonest - wall_seconds()))

    def _due(self) -> list[Delivery]:
        found = self._world.store.rows(
            "SELECT d.seq, d.type, e.url, e.secret, d.payload, d.attempts"
            " FROM deliveries d JOIN endpoints e ON e.id = d.endpoint"
            " WHERE d.state = 'waiting' AND d.next_at <= ? ORDER BY d.seq LIMIT 50",
            wall_seconds(),
        )
        with self._mutex:
            return [Delivery(*row) for row in found if row[0] not in self._sending]

    def _work(self) -> None:
        while delivery := self._queue.get():
            try:
                self._send(delivery)
            finally:
                with self._mutex:
                    self._sending.discard(delivery.seq)
                self._world.delivery_wanted.set()

    def _send(self, delivery: Delivery) -> None:
        if self._stopping.is_set() or self._struck(delivery):
            return
        status, error = post(delivery.url, delivery.payload, delivery.secret)
        if not self._is_over.is_set():
            self._write(delivery, status, error)

    def _struck(self, delivery: Delivery) -> bool:
        """Apply a webhook fault; return whether nothing is to be sent now."""
        fault = None
        if delivery.attempts == 0:
            fault = self.faults.strike_event(delivery.event_type)
        if fault is None:
            return False
        if fault.kind == "duplicate":
            post(delivery.url, delivery.payload, delivery.secret)
            return False
        state = "dropped" if fault.kind == "drop" else "waiting"
        with self._world.store.transaction():
            self._world.store.run(
                "UPDATE deliveries SET state = ?, attempts = attempts + 1,"
                " next_at = ?, error = ? WHERE seq = ?",
                state,
                wall_seconds() + _HELD,
                f"fault {fault.kind}",
                delivery.seq,
            )
        return True

    def _write(self, delivery: Delivery, status: int | None, error: str) -> None:
        attempts = delivery.attempts + 1
        is_taken = status in _SUCCESS
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (attempts - 1))
        state = "delivered" if is_taken else "waiting"
        if not is_taken and attempts >= MAX_ATTEMPTS:
            state = "failed"
        with self._world.store.transaction():
            self._world.store.run(
                "UPDATE deliveries SET state = ?, attempts = ?, status = ?, error = ?,"
                " next_at = ? WHERE seq = ?",
                state,
                attempts,
                status,
                "" if is_taken else error,
                wall_seconds() + wait,
                delivery.seq,
            )
            if is_taken:
                self._count_down(delivery)

    def _count_down(self, delivery: Delivery) -> None:
        store = self._world.store
        identifier = json.loads(delivery.payload).get("id", "")
        event = store.get("event", identifier)
        if event and event["pending_webhooks"]:
            event["pending_webhooks"] -= 1
            store.save(event)
