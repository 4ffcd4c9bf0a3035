"""Idempotency keys: one answer per key and account, for 24 hours."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .clock import DAY
from .errors import ApiError
from .store import Body, Store


@dataclass(frozen=True)
class Stored:
    """What a key answered first."""

    status: int
    body: Body


class Keys:
    """The keys in use and those already answered."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._mutex = threading.Lock()
        self._in_flight: set[tuple[str, str]] = set()

    @contextmanager
    def hold(self, account: str, key: str | None) -> Iterator[None]:
        """Hold `key` while its request runs.

        Raises ApiError (409) if another request is running with it.
        """
        if key is None:
            yield
            return
        held = (account, key)
        with self._mutex:
            if held in self._in_flight:
                raise _busy(key)
            self._in_flight.add(held)
        try:
            yield
        finally:
            with self._mutex:
                self._in_flight.discard(held)

    def stored(self, account: str, key: str, digest: str, *, at: int) -> Stored | None:
        """Return the answer a key gave before, or None if it is new or was pruned.

        Raises ApiError (400) if it was used with other parameters.
        """
        self._store.run("DELETE FROM keys WHERE created < ?", at - DAY)
        found = self._store.rows(
            "SELECT digest, status, body FROM keys WHERE account = ? AND key = ?",
            account,
            key,
        )
        if not found:
            return None
        if found[0][0] != digest:
            raise _mismatch(key)
        return Stored(found[0][1], json.loads(found[0][2]))

    def keep(
        self, account: str, key: str, digest: str, answer: Stored, *, at: int
    ) -> None:
        """Remember what a key answered."""
        self._store.run(
            "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, ?)",
            account,
            key,
            digest,
            answer.status,
            json.dumps(answer.body),
            at,
        )


def digest_of(method: str, path: str, params: dict[str, Any]) -> str:
    """Return what two requests with one key must have in common."""
    text = json.dumps([method, path, params], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _busy(key: str) -> ApiError:
    error = ApiError(
        "There is currently another in-progress request using this Idempotent Key "
        f"({key}). Please try again later.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
    )
    error.is_stored = False
    return error


def _mismatch(key: str) -> ApiError:
    error = ApiError(
        "Keys for idempotent requests can only be used with the same parameters they "
        "were "
        f"first used with. Try using a key other than '{key}' if you meant to "
        "execute a "
        "different request.",
        kind="idempotency_error",
    )
    error.is_stored = False
    return error
