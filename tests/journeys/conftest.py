"""Browsers for several people, and the market that a first sale begins in."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser

from loyalty.models import PointsRule
from marketplace.db import clock
from marketplace.shop.catalogue.models import Category, ProductAttribute, ProductClass
from marketplace.shop.shipping.models import Carrier
from marketplace.shop.tax.models import TaxRate
from tests.conformance.stripe.stripe_mock import StripeMock, refusals, running
from tests.factories import CategoryFactory
from tests.integration.buying.market import Market, open_market
from tests.integration.sale import make_carrier, make_user
from tests.journeys.people import Person, PlainPerson
from tests.servers import Sandbox
from vendors.models import Member

# How many requests the sandbox keeps.
_REMEMBERED = 10_000
Hire = Callable[[str], Person]


@pytest.fixture(scope="session")
def stripe_mock() -> Iterator[StripeMock]:
    """Stripe's own check of requests, or the reason why it is not here."""
    with running() as mock:
        yield mock


@pytest.fixture(autouse=True)
def stripe_takes_what_was_sent(
    sandbox: Sandbox, stripe_mock: StripeMock
) -> Iterator[None]:
    """Replay all that a journey has sent to the sandbox, refused or not, at its end."""
    yield
    sent = sandbox.get(f"requests?limit={_REMEMBERED}")["data"]
    assert len(sent) < _REMEMBERED, "the sandbox has forgotten the first requests"
    if stripe_mock.missing:
        pytest.skip(f"{len(sent)} requests were not replayed: {stripe_mock.missing}")
    assert refusals(stripe_mock, sent) == set()


@pytest.fixture(autouse=True)
def told_at_once(settings: LazySettings) -> None:
    """Send the mails of decisions at once, not when they can no longer be undone."""
    settings.UNDO_SECONDS = 0


@pytest.fixture
def kind() -> type[Person]:
    """How people use their browser: by mouse, where a test does not say otherwise."""
    return Person


@pytest.fixture
def someone(browser: Browser, site: str, kind: type[Person]) -> Iterator[Hire]:
    """Return somebody new, with a browser of their own."""
    contexts = []

    def arrive(email: str) -> Person:
        context = browser.new_context(
            base_url=site,
            viewport={"width": 1280, "height": 900},
            java_script_enabled=kind is not PlainPerson,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        return kind(context.new_page(), email)

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture
def market(worker: None, sandbox: Sandbox) -> Market:
    """A bakery and a bindery that deliver to Belgium, and their owners."""
    market = open_market()
    for vendor in (market.bakery, market.bindery):
        owner = make_user(f"owner-of-{vendor.handle}")
        Member.objects.create(
            user=owner, vendor=vendor, role=Member.Role.OWNER, since=clock.now()
        )
    make_carrier()
    return market


@pytest.fixture
def empty_market(site: str) -> Category:
    """An empty market: a shelf, a kind of product, a carrier, rates, a points rule."""
    kind, _ = ProductClass.objects.get_or_create(name="Stationery", slug="stationery")
    ProductAttribute.objects.get_or_create(
        product_class=kind, code="pages", defaults={"name": "Pages", "type": "integer"}
    )
    Carrier.objects.get_or_create(
        code="bpost",
        defaults={
            "name": "bpost",
            "tracking_pattern": r"^\d{24}$",
            "tracking_hint": "Bpost numbers have 24 digits.",
        },
    )
    for tax_class, bps in {"standard": 2100, "reduced": 600}.items():
        TaxRate.objects.get_or_create(
            country="BE",
            tax_class=tax_class,
            valid_from=date(2020, 1, 1),
            defaults={"rate_bps": bps},
        )
    if not PointsRule.objects.filter(currency="EUR").exists():
        PointsRule.objects.create(currency="EUR", valid_from=clock.now())
    return CategoryFactory.create(name="Ceramics")
