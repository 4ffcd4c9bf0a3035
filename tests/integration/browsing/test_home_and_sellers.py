"""The door, the shops, and the map for search engines."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.db import clock
from marketplace.shop.partner.models import Partner
from marketplace.shop.shipping.dates import local_day
from search.services import rebuild
from tests.factories import (
    NOW,
    CategoryFactory,
    OfferFactory,
    ProductFactory,
    VendorFactory,
    seller,
)

pytestmark = pytest.mark.django_db
Stock = Callable[[int], None]


@pytest.fixture
def stock() -> Stock:
    """Fill the market with so many things of one seller, and search with them."""

    def fill(count: int) -> None:
        bakery = seller("Bakery", note_mean="4.50", note_count=2)
        shelf = CategoryFactory.create(name="Bread")
        for number in range(count):
            product = ProductFactory.create(title=f"Loaf {number}", category=shelf)
            OfferFactory.create(product=product, partner=bakery)
        rebuild(NOW)

    return fill


def test_the_door_shows_shelves_sellers_and_new_things(stock: Stock) -> None:
    stock(3)

    page = Client().get(reverse("home")).content.decode()

    assert "Loaf 2" in page
    assert reverse("seller", args=["bakery"]) in page
    assert reverse("category", args=["bread"]) in page


def test_an_empty_market_says_so_and_leads_on() -> None:
    page = Client().get(reverse("home")).content.decode()

    assert "The counter is still empty" in page


@pytest.mark.parametrize("count", [2, 30])
def test_the_door_costs_the_same_queries_whatever_the_stock(
    count: int, stock: Stock
) -> None:
    stock(count)
    client = Client()
    client.get(reverse("home"))
    caches["pages"].clear()
    caches["process"].clear()

    with CaptureQueriesContext(connection) as cold:
        client.get(reverse("home"))
    with CaptureQueriesContext(connection) as warm:
        client.get(reverse("home"))

    assert (len(cold), len(warm)) == (10, 0)


def test_a_shop_shows_its_things_rates_and_legal_identity(stock: Stock) -> None:
    stock(3)

    where = reverse("seller", args=["bakery"])
    page, delivery, about, odd = (
        Client().get(where, {"tab": tab}).content.decode()
        for tab in ("", "delivery", "about", "odd")
    )

    assert "Loaf 1" in page
    assert "Loaf 1" in odd
    assert "Bakery SRL" in about
    assert "Loaf 1" not in about
    assert "€4.90" in delivery
    assert "Return within 14 days" in delivery
    assert "4.5" in page
    assert "pcard__by" not in page


def test_a_search_within_a_shop_stays_in_it(stock: Stock) -> None:
    stock(2)
    other = seller("Bindery")
    OfferFactory.create(partner=other, product=ProductFactory.create(title="Loaf tin"))
    rebuild(NOW)

    page = Client().get(reverse("seller", args=["bakery"]), {"q": "loaf"})

    assert page.context["found"].total == 2


@pytest.mark.parametrize("state", ["applying", "suspended", "closed"])
def test_a_shop_that_is_not_open_is_not_there(state: str) -> None:
    VendorFactory.create(handle="hidden", state=state)

    answer = Client().get(reverse("seller", args=["hidden"]))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "query", ["page=99999999999", "page=-1", "notes=x", "sort=%00", "q=" + "x" * 5000]
)
def test_odd_addresses_of_a_shop_break_nothing(query: str, stock: Stock) -> None:
    stock(1)

    answer = Client().get(f"{reverse('seller', args=['bakery'])}?{query}", follow=True)

    assert answer.status_code == 200


def test_a_shop_has_words_order_and_pages_and_no_filters(stock: Stock) -> None:
    stock(2)
    where = reverse("seller", args=["bakery"])

    filtered = Client().get(where, {"a.x": "1", "min": "900", "seller": "other"})
    beyond = Client().get(where, {"q": "loaf", "page": "50", "min": "3"})

    assert filtered.context["found"].total == 2
    assert (beyond.status_code, beyond.url) == (302, f"{where}?q=loaf")


def test_a_shop_is_looked_through_by_its_shelves(stock: Stock) -> None:
    stock(2)
    where = reverse("seller", args=["bakery"])
    jam = ProductFactory.create(
        title="Jam", category=CategoryFactory.create(name="Spreads")
    )
    bakery = Partner.objects.get(code="bakery")
    OfferFactory.create(product=jam, partner=bakery)
    rebuild(NOW)

    page = Client().get(where, {"category": "spreads", "sort": "price"})

    shelves = page.context["shelves"]
    assert page.context["found"].total == 1
    assert [(one.name, one.count, one.is_chosen) for one in shelves] == [
        ("All", 0, False),
        ("Bread", 2, False),
        ("Spreads", 1, True),
    ]
    assert shelves[0].href == f"{where}?sort=price"


@pytest.mark.parametrize(
    ("first", "until", "words"),
    [
        (-2, 3, "This shop is away until"),
        (20, 25, "This shop is away from"),
        (60, 65, None),
        (-9, -1, None),
    ],
)
def test_a_shop_says_when_it_is_away(
    first: int, until: int, words: str | None, stock: Stock
) -> None:
    stock(1)
    today = local_day(clock.now())
    Partner.objects.filter(code="bakery").update(
        away_from=today + timedelta(days=first),
        away_until=today + timedelta(days=until),
    )

    page = Client().get(reverse("seller", args=["bakery"])).content.decode()

    assert (words in page) if words else ("This shop is away" not in page)


def test_what_is_reduced_stands_in_the_window(stock: Stock) -> None:
    stock(1)
    offer = OfferFactory.create(
        product=ProductFactory.create(title="Cheap loaf"),
        partner=Partner.objects.get(code="bakery"),
        was_price=Decimal(40),
        reduced_at=NOW,
    )
    rebuild(NOW)

    page = Client().get(reverse("home")).content.decode()
    found = Client().get(reverse("search"), {"deal": "yes"})

    deals = page[page.index("deals-title") : page.index("new-title")]
    assert "Cheap loaf" in deals
    assert "−50" in deals
    assert "Loaf 0" not in deals
    assert [hit.product_id for hit in found.context["found"].hits] == [offer.product_id]


def test_the_map_names_products_shelves_and_shops(stock: Stock) -> None:
    stock(1)
    client = Client()

    index = client.get("/sitemap.xml").content.decode()
    products = client.get("/sitemap-products.xml").content.decode()
    shops = client.get("/sitemap-shops.xml").content.decode()

    assert "sitemap-products.xml" in index
    assert "/p/loaf-0-prd_" in products
    assert "/s/bakery/" in shops


def test_the_map_leads_to_the_public_address(stock: Stock) -> None:
    stock(1)
    client = Client(headers={"host": "testserver"})

    pages = [
        client.get(path).content.decode()
        for path in ("/sitemap.xml", "/sitemap-products.xml")
    ]

    places = re.findall("<loc>(.+?)</loc>", "".join(pages))
    # Four maps, and the product in each language that is complete.
    assert len(places) == 4 + len(settings.COMPLETE_LANGUAGES)
    assert [one for one in places if not one.startswith(settings.PUBLIC_URL)] == []
