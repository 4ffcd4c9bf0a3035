"""What every test may ask for."""

import gc
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import django
import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts
from redis import Redis

from marketplace.db.cache import ForgivingClient
from tests import database, servers, services

# No import above reads Django's settings: they are read once, here.
services.settle_environment()
django.setup()

# Slow on purpose in production, and no test is about the hash itself.
django_settings.PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    *django_settings.PASSWORD_HASHERS,
]

# Else every new client walks through all static files: a third of the whole run's time.
django_settings.WHITENOISE_AUTOREFRESH = True

# Tests that need it take `elasticsearch_url`; the others find on PostgreSQL.
django_settings.ELASTICSEARCH_URL = ""

hypothesis_settings.register_profile(
    "quick",
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.register_profile(
    "deep",
    parent=hypothesis_settings.get_profile("quick"),
    max_examples=2000,
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = (360, 1280)


def pytest_configure(config: pytest.Config) -> None:
    """Let the workers of xdist choose ports and a cache of their own.

    A worker inherits this process's environment. With the name of the settings in it,
    pytest-django would read them before this file has spoken, with our addresses.
    """
    if config.getoption("numprocesses", None):
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count property tests among the long runs when they try thousands of examples.

    Unit tests come first, in an order as random as that of the rest: one worker has
    them while the other makes the database.
    """
    items.sort(key=lambda item: not is_unit_test(item))
    if os.environ.get("HYPOTHESIS_PROFILE") == "deep":
        for item in items:
            if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
                item.add_marker(pytest.mark.deep)


def pytest_collection_finish() -> None:
    """Let the collector pass over all that was loaded: it stays to the end."""
    gc.collect()
    gc.freeze()


def is_unit_test(item: pytest.Item) -> bool:
    """Tell whether a test lies in tests/unit, where nothing outside is reached."""
    return item.nodeid.startswith("tests/unit/")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Close the network: unit tests reach nothing, the others loopback."""
    if is_unit_test(item):
        disable_socket(allow_unix_socket=True)
    else:
        enable_socket()
        socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def pytest_runtest_teardown() -> None:
    """Open the network for the fixtures that end with the session."""
    enable_socket()


@pytest.fixture(scope="session", autouse=True)
def running_services(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run PostgreSQL and Valkey while any test needs them."""
    if all(is_unit_test(item) for item in request.session.items):
        yield
        return
    with services.running():
        yield
        caches["pages"].clear()
        caches["pages"].close()


@pytest.fixture(scope="session")
def django_db_setup(
    running_services: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Give this process a clone of the migrated database."""
    with django_db_blocker.unblock():
        database.make_clone()
    yield
    with django_db_blocker.unblock():
        database.drop_clone()


def renew_database(_case: TransactionTestCase) -> None:
    """Start the next test from the migrated state.

    Django would empty every table: that is slow with two hundred of them, takes the
    rows of data migrations along, and the ledger's tables refuse it.
    """
    database.renew_clone()


@pytest.fixture(scope="session", autouse=True)
def renewal_instead_of_flush() -> Iterator[None]:
    """Undo tests that commit by cloning the template again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", renew_database)
        yield


@pytest.fixture
def committing_db(transactional_db: None) -> None:
    """A database in which commits are real: deferred triggers and locks work."""


@pytest.fixture
def check_deferred(db: None) -> Callable[[], None]:
    """Return the function that fires deferred triggers, as a commit would."""
    return database.check_deferred


@pytest.fixture(autouse=True)
def fresh_cache(request: pytest.FixtureRequest) -> None:
    """Start every test without what an earlier one left: limits, caches.

    `cache.clear()` would empty the whole database, and the broker's queues are in it.
    """
    if not is_unit_test(request.node):
        valkey = Redis.from_url(django_settings.REDIS_URL)
        ours = caches["pages"].make_key("*")
        if kept := list(valkey.scan_iter(match=ours, count=1000)):
            valkey.delete(*kept)
        valkey.close()
        caches["process"].clear()
        ForgivingClient.skipped_until.clear()


@pytest.fixture(autouse=True)
def long_memory(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let nothing that pages remember for seconds grow old where no browser waits.

    Else a page asks the database once more for it, just where a slow test counts.
    """
    if is_unit_test(request.node) or request.node.get_closest_marker("browser"):
        return
    for seconds in ("_SECONDS", "_NEAR_SECONDS"):
        monkeypatch.setattr(f"frontend.remembered.{seconds}", 3600)


@pytest.fixture(scope="session")
def site_server(django_db_setup: None) -> Iterator[servers.Door]:
    """Serve the site in threads of this process."""
    with servers.serving_site() as door:
        yield door


@pytest.fixture
def site(transactional_db: None, site_server: servers.Door) -> Iterator[str]:
    """The address of the running site; what it commits is undone after the test."""
    site_server.open()
    yield django_settings.PUBLIC_URL
    site_server.shut()


@pytest.fixture(scope="session")
def sandbox_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[servers.Sandbox]:
    """Run the Stripe sandbox at STRIPE_API_BASE."""
    with servers.running_sandbox(tmp_path_factory.mktemp("stripe")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(
    request: pytest.FixtureRequest, sandbox_server: servers.Sandbox
) -> servers.Sandbox:
    """The Stripe sandbox, empty, with its webhooks sent to `site`.

    Without `site` nobody hears them: an earlier test may have left the server running.
    """
    sandbox_server.reset()
    if "site" not in request.fixturenames:
        sandbox_server.post("webhook_faults", kind="drop", count=1_000_000)
    return sandbox_server


@pytest.fixture(scope="session")
def worker_process(
    site_server: servers.Door, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Run a Celery worker on this process's database and queue; starting takes long."""
    with servers.running_worker(tmp_path_factory.mktemp("worker")):
        yield


@pytest.fixture
def worker(site: str, worker_process: None) -> Iterator[None]:
    """A Celery worker: what a flow wakes is done in moments, as it is in production.

    It leaves the work of other tests alone. Sweeps have no scheduler here; a test calls
    the one that it is about.
    """
    servers.let_work(is_wanted=True)
    yield
    servers.let_work(is_wanted=False)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Chromium, or a skip that says why not."""
    executable = servers.chromium()
    if executable is None:
        pytest.skip("this machine has no Chromium")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- a second

    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread, and tests use the ORM beside.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=executable, args=servers.CHROMIUM_FLAGS
            )
            yield chromium
            chromium.close()


@pytest.fixture
def page(browser: "Browser", site: str) -> "Iterator[Page]":
    """A new visitor's page at desktop width, its relative addresses on `site`."""
    context = browser.new_context(
        base_url=site, viewport={"width": max(WIDTHS), "height": 900}
    )
    context.set_default_timeout(15_000)
    # The first page of a busy machine draws what later ones find drawn.
    context.set_default_navigation_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    """The address of a real Elasticsearch, or a skip that says how to have one."""
    address = os.environ.get("ELASTICSEARCH_URL")
    if not address:
        pytest.skip("ELASTICSEARCH_URL is not set")
    return address
