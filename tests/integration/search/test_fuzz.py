"""Ten thousand hostile queries: an answer to each, by the engine that was asked."""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from marketplace.jobs import sweeps
from marketplace.shop.catalogue.models import Product
from search.backends import engines
from search.backends.breaker import Breaker
from search.models import SavedSearch
from tests.factories import NOW
from tests.integration.api.conftest import client_of  # noqa: F401 (a fixture)
from tests.integration.backoffice.conftest import operator
from tests.integration.search.conftest import Engine
from tests.integration.search.crowded import open_crowded_market, open_real_market
from tests.integration.search.hostile import Hostile
from vendors.models import Vendor

# Others: FUZZ_SEED=7 FUZZ_QUERIES=500 make test-deep ARGS=tests/integration/search
SEED = int(os.environ.get("FUZZ_SEED", "1"))
QUERIES = int(os.environ.get("FUZZ_QUERIES", "10000"))
# A folder as `make bench-search` takes it, and how many products to make of it.
DATA = os.environ.get("FUZZ_DATA", "")
PRODUCTS = int(os.environ.get("FUZZ_PRODUCTS", "20000"))
pytestmark = [pytest.mark.django_db, pytest.mark.deep]

SLOW_SECONDS = 1.0
TELL = "/search/tell"
_FIRST = ip_address("10.0.0.0")
_PLACES = (
    "/search",
    "/search",
    "/search",
    "/search",
    "/c/kitchen",
    "/s/bakery/",
    TELL,
)

# Says what is wrong with an answer, or nothing.
Check = Callable[[HttpResponse], str]


class Heard(logging.Handler):
    """Keeps what is said of an engine that failed, or did not understand."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        words = record.getMessage()[:300]
        # How long it takes is measured, and asked again; a busy machine is no fault.
        if "answers late" not in words:
            self.words.append(words)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    # One failure is told; it must not send all that follow to the other engine.
    monkeypatch.setattr(engines, "breaker", Breaker(failures=sys.maxsize))
    handler = Heard()
    engines.log.addHandler(handler)
    yield handler
    engines.log.removeHandler(handler)


@pytest.fixture
def trial(engine: Engine, heard: Heard, db: None) -> "Trial":
    """A market with hundreds of things on each engine, or thousands of real ones."""
    if DATA:
        open_real_market(Path(DATA), PRODUCTS)
    else:
        open_crowded_market()
    engine.settle()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Trial(engine.name, heard)


class Trial:
    """Asks the site, and writes down whatever it should not have answered."""

    def __init__(self, engine: str, heard: Heard) -> None:
        self.engine = engine
        self.heard = heard
        # One who is hostile sends no cookies either.
        self.client = Client(raise_request_exception=False)
        self.faults: list[str] = []
        self.seconds: list[float] = []
        self.slow: list[tuple[str, str, Check]] = []

    def ask(self, path: str, query: str, check: Check) -> None:
        """Ask once; what is slow is asked again when all others have been."""
        took = self._timed(path, query, check)
        self.seconds.append(took)
        if took > SLOW_SECONDS:
            self.slow.append((path, query, check))

    def finish(self) -> None:
        """Ask again what was slow, alone: the machine may have been busy then."""
        for path, query, check in self.slow:
            took = min(self._timed(path, query, check) for _ in range(5))
            if took > SLOW_SECONDS:
                self.faults.append(f"{took:.2f} s: {path}?{query[:400]!r}")

    def _timed(self, path: str, query: str, check: Check) -> float:
        self.heard.words.clear()
        began = perf_counter()
        fault = self._answered(path, query, check)
        took = perf_counter() - began
        if fault := "; ".join([fault, *self.heard.words]).strip("; "):
            self.faults.append(f"{fault}: {path}?{query[:400]!r}")
        return took

    def _answered(self, path: str, query: str, check: Check) -> str:
        number = len(self.seconds)
        try:
            # What a statement breaks must not break the next ones.
            with transaction.atomic():
                answer = self.client.get(
                    path,
                    QUERY_STRING=query,
                    # As from somebody else: how much one may ask is no matter here.
                    REMOTE_ADDR=str(_FIRST + number),
                    **({"HTTP_HX_REQUEST": "true"} if number % 5 == 0 else {}),
                )
        except DatabaseError as error:
            return repr(error)
        # A search within a shelf that is not there cannot be saved.
        if answer.status_code not in {200, 302, 404 if path == TELL else 200}:
            return str(answer.status_code)
        if b"alert(1)>" in answer.content or b"<script>alert" in answer.content:
            return "not escaped"
        return check(answer)

    def told(self, what: str) -> str:
        """Say how it went in a line."""
        cuts = quantiles(self.seconds, n=100)
        return (
            f"{what}, {self.engine}, seed {SEED}: {len(self.seconds)} asked, "
            f"p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, "
            f"most {max(self.seconds) * 1000:.0f} ms, {len(self.slow)} asked again, "
            f"{len(self.faults)} faults\n"
        )


def test_whatever_is_searched_is_answered_by_the_engine_in_time(trial: Trial) -> None:
    hostile = Hostile(SEED)

    def check(answer: HttpResponse) -> str:
        found = (answer.context or {}).get("found")
        if found is None or found.engine == trial.engine:
            return ""
        return f"answered by {found.engine}"

    for _ in range(QUERIES):
        trial.ask(hostile.dice.choice(_PLACES), hostile.address(), check)

    trial.finish()
    sys.stdout.write(trial.told("results"))
    assert trial.faults == [], f"seed {SEED}: {trial.faults[:10]}"


def test_whatever_is_typed_is_suggested_for_in_time(trial: Trial) -> None:
    hostile = Hostile(SEED)

    for _ in range(QUERIES):
        trial.ask("/suggest", hostile.beginning(), lambda _answer: "")

    trial.finish()
    sys.stdout.write(trial.told("suggestions"))
    assert trial.faults == [], f"seed {SEED}: {trial.faults[:10]}"


def test_whatever_is_sent_to_the_other_pages_of_finding_is_no_fault(
    trial: Trial,
    client_of: Any,  # noqa: F811 (the fixture)
) -> None:
    hostile = Hostile(SEED)
    seller = client_of(Vendor.objects.get(handle="bakery"))
    seller.raise_request_exception = False
    office = Client(raise_request_exception=False)
    office.force_login(operator("administrator"))
    weights = {"seller": "10", "delivery": "8", "sales": "6", "reason": ""}
    thing = Product.objects.get(title="Stoneware teapot").public_id
    faults = []

    for number in range(QUERIES // 25):
        text = hostile.text().encode("utf-8", "ignore").decode()
        where = {"QUERY_STRING": hostile.address(), "REMOTE_ADDR": str(_FIRST + number)}
        buyer = partial(trial.client.post, **where)
        asked: list[Callable[[], Any]] = [
            partial(buyer, "/search/tell", {"email": f"anna{number}@example.org"}),
            partial(buyer, "/search/tell?q=x", {"email": text[:300]}),
            partial(buyer, "/search/opened", {"asked": text, "place": text[:9]}),
            partial(seller.get, "/api/v1/products/", **where),
            partial(office.get, f"/search/why/{thing}/", **where),
            partial(
                office.post,
                "/office/search/ranking/",
                {**weights, "query": text, "note": hostile.number()},
            ),
        ]
        for ask in asked:
            with transaction.atomic():
                answer = ask()
            if answer.status_code >= 500:
                faults.append(f"{answer.status_code}: {ask}"[:600])

    SavedSearch.objects.update(confirmed_at=NOW)
    sweeps.searches(NOW)
    assert [*faults, *trial.heard.words] == [], f"seed {SEED}"
