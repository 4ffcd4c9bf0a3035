"""Elasticsearch dies while somebody shops: they notice a note, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from itertools import count
from typing import Protocol
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Response, expect

from marketplace.db import clock
from marketplace.flows.edit_offers import Cells, OfferEdit, cells_of, edit_offers
from marketplace.flows.list_product import decide_product, list_offer
from marketplace.jobs import sweeps
from marketplace.jobs.topics import TABLES
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.tax.models import TaxRate
from search import drift, selectors, services
from search.backends import engines
from search.backends.base import EngineDownError, ProductQuery
from search.backends.breaker import Breaker
from search.backends.elasticsearch import ElasticsearchBackend
from search.models import QueryLog, SearchDocument
from tests.factories import OfferFactory, ProductFactory, UserFactory
from tests.integration.search import mortal_server
from tests.integration.search.dying import Way, way_to
from tests.integration.search.market import Market, open_market
from tests.journeys.waiting import eventually
from vendors.services.offers import OfferTerms

pytestmark = [pytest.mark.browser, pytest.mark.deep]
NOTE = "results may be a minute old"
_numbers = count(100)


class Mortal(Protocol):
    """A server, or the way to it."""

    url: str

    def die(self) -> None:
        """Stop to answer."""

    def come_back(self) -> None:
        """Answer again."""


class Silent(Way):
    """Dies by taking what is asked, and answering nothing."""

    def die(self) -> None:
        """Go silent."""
        self.hang()


@contextmanager
def mortal(kind: str, request: pytest.FixtureRequest) -> Iterator[Mortal]:
    """Give a real Elasticsearch that dies in one of the ways."""
    if kind == "killed":
        program = mortal_server.program()
        if program is None:
            pytest.skip("nothing here starts an Elasticsearch that may be killed")
        with mortal_server.mortal_server(program) as server:
            yield server
        return
    target = request.getfixturevalue("elasticsearch_url")
    with way_to(target, kind=Silent if kind == "silent" else Way) as way:
        yield way


@pytest.fixture(params=["reset", "silent", "killed"])
def server(request: pytest.FixtureRequest, settings, monkeypatch) -> Iterator[Mortal]:
    """The site on a real Elasticsearch that may die; who looks for it looks often."""
    with mortal(request.param, request) as server:
        settings.ELASTICSEARCH_URL = server.url
        settings.SEARCH_INDEX_PREFIX = f"test-{uuid4().hex[:8]}"
        monkeypatch.setattr(engines, "breaker", Breaker(pause=0.2))
        monkeypatch.setattr(engines, "SLOW_SECONDS", 20)
        engine = ElasticsearchBackend(
            server.url, prefix=settings.SEARCH_INDEX_PREFIX, timeout=2
        )
        monkeypatch.setattr(engines, "_elasticsearch", lambda *_: engine)
        yield server
        with suppress(EngineDownError):
            server.come_back()
            engine.drop()


@pytest.fixture
def shop(server: Mortal, site: str) -> Market:
    """A market with two pages of teapots."""
    market = open_market()
    TaxRate.objects.create(
        country="BE", tax_class="standard", rate_bps=2100, valid_from=date(2020, 1, 1)
    )
    for number in range(30):
        teapot = ProductFactory.create(
            title=f"Teapot {number}",
            category=market.tea,
            facts={"colour": "Red" if number % 2 else "Green"},
        )
        OfferFactory.create(product=teapot, partner=market.bakery, price="30.00")
    can = ProductFactory.create(title="Watering can", category=market.kitchen)
    OfferFactory.create(product=can, partner=market.bakery, num_in_stock=1)
    services.rebuild(clock.now())
    # One that has just been started takes its time for the first answers.
    asked = ProductQuery(text="teapot", currency="EUR")
    eventually(lambda: not selectors.find(asked).is_fallback)
    return market


class Buyer:
    """Somebody at a browser whom no page may fail."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("response", self._look)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _look(self, answer: Response) -> None:
        if answer.status >= 400:
            self.faults.append(f"{answer.status} {answer.url}")

    def searches(self, words: str) -> None:
        """Type into the box at the top, and press Enter."""
        box = self.page.get_by_role("combobox", name="Search products")
        box.fill(words)
        box.press("Enter")
        self.page.wait_for_url(f"**/search?q={words.replace(' ', '+')}")

    def reads(self, words: str) -> None:
        """See words above the results."""
        expect(self.page.locator("#found")).to_contain_text(words)

    def sees_card(self, title: str, words: str) -> None:
        """See a result that says something."""
        card = self.page.locator(".pcard", has_text=title)
        expect(card.first).to_contain_text(words)


def test_who_shops_while_elasticsearch_dies_notices_a_note(
    shop: Market, server: Mortal, page: Page
) -> None:
    buyer = Buyer(page)
    page.goto("/search?q=teapot")
    buyer.reads("31 results")
    expect(page.locator("#found")).not_to_contain_text(NOTE)
    assert answered_by(buyer) == "elasticsearch"

    server.die()
    goes_on(buyer)
    change_the_shop(shop)
    work()
    sees_what_changed(buyer)
    server.come_back()
    sweep()

    eventually(lambda: answered_by(buyer) == "elasticsearch")
    sees_what_changed(buyer)
    expect(page.locator("#found")).not_to_contain_text(NOTE)
    assert answered_by(buyer) == "elasticsearch"
    assert buyer.faults == []
    assert nothing_is_missing()


def goes_on(buyer: Buyer) -> None:
    """Search, narrow, turn a page, type, look at a thing and put it into the basket."""
    page = buyer.page
    buyer.searches("teapots")
    buyer.reads("31 results")
    buyer.reads(NOTE)
    page.get_by_label("Green").first.check()
    buyer.reads("16 results")
    page.get_by_label("Green").first.uncheck()
    buyer.reads("31 results")
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**page=2**")
    expect(page.locator(".pcard")).to_have_count(7)
    box = page.get_by_role("combobox", name="Search products")
    box.fill("")
    box.press_sequentially("kett")
    page.get_by_role("option", name="Enamel kettle").click()
    expect(page.locator("h1")).to_have_text("Enamel kettle")
    page.get_by_role("button", name="Add to basket").first.click()
    expect(page.locator("[data-basket] .iconbtn__n")).to_be_visible()


def change_the_shop(shop: Market) -> None:
    """Change a price, sell the last piece, publish a thing and withdraw one."""
    now = clock.now()
    _edit(shop.kettle, "Bakery", price_minor=4_900)
    _edit(Product.objects.get(title="Watering can"), "Bakery", stock=0)
    _edit(Product.objects.get(title="Teapot 8"), "Bakery", is_active=False)
    samovar = ProductFactory.create(
        title="Brass samovar",
        category=shop.kitchen,
        is_public=False,
        review_state=Product.Review.IN_REVIEW,
    )
    list_offer(
        vendor=shop.bakery.vendor,
        product=samovar,
        terms=OfferTerms(sku="SAM", price_minor=12_000, currency="EUR", stock=2),
        now=now,
    )
    decide_product(
        product=samovar,
        seen=samovar.version,
        is_approved=True,
        reason="",
        operator_id=UserFactory.create().pk,
        now=now,
    )


def _edit(product: Product, seller: str, **wanted: int | bool) -> None:
    offer = StockRecord.objects.get(product=product, partner__name=seller)
    seen = cells_of(offer)
    cells = {
        "price_minor": seen.price_minor,
        "stock": seen.stock,
        "is_active": seen.is_active,
        **wanted,
    }
    edit = OfferEdit(offer_id=offer.public_id, seen=seen, wanted=Cells(**cells))
    [answer] = edit_offers(vendor=offer.partner.vendor, edits=[edit], now=clock.now())
    assert answer.outcome == "changed"


def sees_what_changed(buyer: Buyer) -> None:
    """Find what is new as it is now, and nothing of what has left."""
    buyer.searches("kettle")
    buyer.sees_card("Enamel kettle", "€49")
    buyer.searches("samovar")
    buyer.sees_card("Brass samovar", "€120")
    buyer.searches("watering can")
    buyer.sees_card("Watering can", "Sold out")
    buyer.searches("teapot")
    buyer.reads("30 results")


def work() -> None:
    """Do what a worker does that a change has woken."""
    TABLES[services.TOPIC](clock.now())


def sweep() -> None:
    """Do what is done each minute."""
    work()
    sweeps.search(clock.now())


def answered_by(buyer: Buyer) -> str:
    """Return what finds words that nobody has asked for yet: others are logged once."""
    words = f"teapot {next(_numbers)}"
    buyer.searches(words)
    return QueryLog.objects.filter(text=words).latest("id").engine


def nothing_is_missing() -> bool:
    """Say whether both engines hold what the database says, and know it."""
    ours, theirs = drift.check(clock.now())
    pending = [
        each for each in SearchDocument.objects.all() if each.version > each.mirrored
    ]
    is_true = ours.is_true and theirs.is_true and ours.count == theirs.count == 34
    return is_true and pending == []
