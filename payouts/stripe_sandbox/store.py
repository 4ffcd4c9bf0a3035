"""State in one SQLite file, behind one lock.

Objects are JSON bodies keyed by id; what begins with an underscore in a body is
the sandbox's own note and is never shown. Every write happens inside
`transaction()`; the lock is coarse on purpose: correct before fast.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Body = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    account TEXT NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_listed ON objects (kind, account, created, seq);
CREATE TABLE IF NOT EXISTS rows (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, currency TEXT NOT NULL,
    net INTEGER NOT NULL, available_on INTEGER NOT NULL, payout TEXT);
CREATE INDEX IF NOT EXISTS rows_summed ON rows (account, currency, available_on, net);
CREATE INDEX IF NOT EXISTS rows_paid ON rows (payout);
CREATE TABLE IF NOT EXISTS due (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, task TEXT NOT NULL,
    ref TEXT NOT NULL, UNIQUE (task, ref, at));
CREATE INDEX IF NOT EXISTS due_at ON due (at, seq);
CREATE TABLE IF NOT EXISTS keys (
    account TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL,
    PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS endpoints (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, url TEXT NOT NULL, secret TEXT NOT NULL,
    enabled_events TEXT NOT NULL, origin TEXT NOT NULL, UNIQUE (kind, url));
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, type TEXT NOT NULL,
    endpoint TEXT NOT NULL, payload TEXT NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL,
    created INTEGER NOT NULL, status INTEGER, error TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (state, next_at);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
"""

# What lists are filtered by, so that a filter is a look-up.
_INDEXED = {
    "balance_transaction": ["source"],
    "charge": ["payment_intent", "transfer_group"],
    "refund": ["charge", "payment_intent"],
    "transfer": ["destination", "transfer_group", "source_transaction"],
    "transfer_reversal": ["transfer"],
    "dispute": ["charge"],
    "checkout.session": ["payment_intent"],
    "payout": ["status"],
}


# A sandbox that is just stopping needs a moment to let go of the file.
_PATIENCE = 2.0


class StateInUseError(Exception):
    """The state file is open in another sandbox."""


class Store:
    """The one open state file."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self._depth = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            path, timeout=_PATIENCE, check_same_thread=False, isolation_level=None
        )
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            raise StateInUseError(f"{path}: {error}") from error

    def _prepare(self) -> None:
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)
        for kind, fields in _INDEXED.items():
            for name in fields:
                index = f"objects_{kind.replace('.', '_')}_{name}"
                self._db.execute(
                    f"CREATE INDEX IF NOT EXISTS {index} ON objects "
                    f"(json_extract(body, '$.{name}')) WHERE kind = '{kind}'"
                )
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file; whatever was committed is in it."""
        with self.lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock and keep all of the block's writes, or none. May be nested."""
        with self.lock:
            name = f"level{self._depth}"
            self._db.execute(f"SAVEPOINT {name}" if self._depth else "BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth:
                    self._db.execute(f"ROLLBACK TO {name}")
                    self._db.execute(f"RELEASE {name}")
                else:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            self._db.execute(f"RELEASE {name}" if self._depth else "COMMIT")

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what `query` selects."""
        with self.lock:
            return self._db.execute(query, values).fetchall()

    def run(self, statement: str, *values: Any) -> int:
        """Run one statement of a transaction and return how many rows it touched."""
        return self._db.execute(statement, values).rowcount

    def wipe(self) -> None:
        """Forget everything but the endpoints of the command line."""
        with self.transaction():
            for table in ("meta", "objects", "rows", "due", "keys", "deliveries"):
                self.run(f"DELETE FROM {table}")  # noqa: S608 -- names written here
            self.run("DELETE FROM endpoints WHERE origin <> 'cli'")

    def meta(self, key: str, default: str = "") -> str:
        """Return the note kept under `key`."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", key)
        return str(found[0][0]) if found else default

    def set_meta(self, key: str, value: str) -> None:
        """Keep a note."""
        with self.transaction():
            self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    def insert(self, body: Body, *, account: str, created: int | None = None) -> Body:
        """Add a new object and return it. Its id must be unused."""
        self.run(
            "INSERT INTO objects (id, kind, account, created, body) VALUES (?,?,?,?,?)",
            body["id"],
            body["object"],
            account,
            body["created"] if created is None else created,
            json.dumps(body, separators=(",", ":")),
        )
        return body

    def save(self, body: Body) -> Body:
        """Write a changed object back and return it."""
        text = json.dumps(body, separators=(",", ":"))
        self.run("UPDATE objects SET body = ? WHERE id = ?", text, body["id"])
        return body

    def delete(self, identifier: str) -> None:
        """Remove an object."""
        self.run("DELETE FROM objects WHERE id = ?", identifier)

    def has(self, identifier: str) -> bool:
        """Tell whether any object has this id."""
        return bool(self.rows("SELECT 1 FROM objects WHERE id = ?", identifier))

    def get(
        self, kind: str, identifier: str, account: str | None = None
    ) -> Body | None:
        """Return an object of `account` (of anyone when not given), or None."""
        found = self.rows(
            "SELECT body, account FROM objects WHERE id = ? AND kind = ?",
            identifier,
            kind,
        )
        if not found or account not in {None, found[0][1]}:
            return None
        body: Body = json.loads(found[0][0])
        return body

    def account_of(self, identifier: str) -> str | None:
        """Return the account an object belongs to."""
        found = self.rows("SELECT account FROM objects WHERE id = ?", identifier)
        return str(found[0][0]) if found else None

    def find(self, kind: str, account: str | None = None, **equal: Any) -> list[Body]:
        """Return all objects of a kind with these values, oldest first."""
        clauses, values = ["kind = ?"], [kind]
        if account is not None:
            clauses.append("account = ?")
            values.append(account)
        for name, value in equal.items():
            # The kind stands in the text so that SQLite takes the partial index.
            clauses.append(f"kind = '{kind}' AND json_extract(body, '$.{name}') = ?")
            values.append(value)
        # Clauses are made of our own names; values are bound.
        query = f"SELECT body FROM objects WHERE {' AND '.join(clauses)}"  # noqa: S608 -- written here
        found = self.rows(f"{query} ORDER BY created, seq", *values)
        return [json.loads(text) for (text,) in found]
