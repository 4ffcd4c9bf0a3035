import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.shop.basket.models import Basket
from marketplace.shop.order.models import Order
from payouts.gateway import using
from payouts.gateway.facts import SessionFacts
from reviews.models import ProductReview
from reviews.services.recounting import recount_product
from tests.integration.buying.browsing import ADDRESS, add, form_of, order
from tests.integration.buying.market import Market
from tests.integration.sale import PLACED_AT, make_user
from vendors.models import Vendor

PAY = "http://127.0.0.1:8430/c/pay/cs_1"


class OnePage:
    """A gateway whose payment page is always the same."""

    def open_session(self, *_payload, **_key):
        return SessionFacts(session_id="cs_1", url=PAY, status="open", is_paid=False)


@pytest.fixture
def stripe():
    with using(OnePage()):
        yield


def test_the_product_page_shows_the_best_offer_and_its_structured_data(
    market: Market, client: Client
):
    product = market.loaf.product

    page = client.get(product.get_absolute_url()).content.decode()

    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    graph = json.loads(found[1])["@graph"]
    assert "Add to basket" in page
    assert graph[0]["offers"]["lowPrice"] == "4.50"
    assert graph[0]["offers"]["availability"] == "https://schema.org/InStock"


def test_another_slug_leads_to_the_page(market: Market, client: Client):
    product = market.loaf.product

    response = client.get(f"/p/anything-{product.public_id}")

    assert response.status_code == 301
    assert response.headers["Location"] == product.get_absolute_url()


def test_a_product_that_is_not_public_is_not_there(market: Market, client: Client):
    product = market.loaf.product
    product.is_public = False
    product.save()

    assert client.get(product.get_absolute_url()).status_code == 404


def test_a_price_is_new_on_a_page_that_was_just_looked_at(
    market: Market, client: Client
):
    address = market.loaf.product.get_absolute_url()
    client.get(address)
    market.loaf.price = Decimal("3.21")
    market.loaf.save()

    page = client.get(address).content.decode()

    assert '"lowPrice": "3.21"' in page


def test_a_product_that_was_just_looked_at_can_be_taken_down(
    market: Market, client: Client
):
    product = market.loaf.product
    client.get(product.get_absolute_url())
    product.is_public = False
    product.save()

    assert client.get(product.get_absolute_url()).status_code == 404


def test_a_new_slug_is_where_the_page_is_at_once(market: Market, client: Client):
    product = market.loaf.product
    client.get(product.get_absolute_url())
    product.slug = "another-loaf"
    product.save()

    assert client.get(product.get_absolute_url()).status_code == 200


def test_reviews_are_counted_by_stars_and_shorten_names(market: Market, client: Client):
    product = market.loaf.product
    for number, score in enumerate((5, 5, 3)):
        anna = make_user(f"anna{number}", first_name="Anna", last_name="Peeters")
        ProductReview.objects.create(
            product=product,
            user=anna,
            name="Anna P.",
            score=score,
            body="Yes",
            status=1,
            date_created=PLACED_AT,
        )
    recount_product(product.pk)
    address = product.get_absolute_url()

    page = client.get(address).content.decode()
    threes = client.get(address, {"stars": "3"}).content.decode()

    assert "2 gave 5 stars" in page
    assert page.count('<article class="review" ') == 3
    assert threes.count('<article class="review" ') == 1
    assert "Anna P." in page
    assert "Peeters" not in page


def test_sold_out_is_said_instead_of_a_button(market: Market, client: Client):
    market.loaf.num_in_stock = 0
    market.loaf.save()

    page = client.get(market.loaf.product.get_absolute_url()).content.decode()

    assert "Sold out" in page
    assert "Add to basket" not in page


def test_the_product_page_takes_eight_statements(market: Market, client: Client):
    address = market.loaf.product.get_absolute_url()
    client.get(address)

    with CaptureQueriesContext(connection) as queries:
        client.get(address)

    assert len(queries) <= 8


def test_the_basket_is_grouped_by_seller(market: Market, client: Client):
    add(client, market.loaf, 2)
    page = add(client, market.notebook).content.decode()

    assert page.index("Bakery") < page.index("Bindery")
    assert "in 2 parcels" in page
    assert "€34.40" in page.replace('<span class="price__minor">', "").replace(
        "</span>", ""
    )


def test_more_than_there_is_cannot_be_added(market: Market, client: Client):
    page = add(client, market.loaf, 11).content.decode()

    assert "Only 10 left." in page
    assert not Basket.objects.filter(lines__isnull=False).exists()


def test_a_quantity_is_changed_and_a_line_removed(market: Market, client: Client):
    add(client, market.loaf, 2)
    line = Basket.objects.get().lines.get()

    client.post(f"/basket/lines/{line.pk}/", {"quantity": "5"})
    line.refresh_from_db()
    changed = line.quantity
    client.post(f"/basket/lines/{line.pk}/", {"quantity": "5", "remove": "yes"})

    assert changed == 5
    assert not Basket.objects.get().lines.exists()


def test_a_line_of_another_basket_stays(market: Market, client: Client):
    add(client, market.loaf, 2)
    line = Basket.objects.get().lines.get()

    Client().post(f"/basket/lines/{line.pk}/", {"remove": "yes"})

    line.refresh_from_db()
    assert line.quantity == 2


def test_a_suspended_seller_is_said_in_the_basket(market: Market, client: Client):
    add(client, market.loaf)
    market.bakery.partner.is_selling = False
    market.bakery.partner.save()

    page = client.get("/basket/").content.decode()

    assert "Bakery does not sell at the moment" in page
    assert "Go to checkout" not in page


@pytest.mark.parametrize("kinds", [1, 3])
def test_the_basket_takes_the_same_statements_for_any_lines(
    market: Market, client: Client, kinds: int
):
    for offer in (market.loaf, market.jam, market.notebook)[:kinds]:
        add(client, offer)
    client.get("/basket/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/basket/")

    assert len(queries) <= 8


@pytest.mark.usefixtures("stripe")
def test_a_guest_is_sent_to_the_payment_page(market: Market, client: Client):
    add(client, market.loaf)

    response = order(client)

    placed = Order.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, PAY)
    assert (placed.guest_email, placed.user) == ("anna@example.org", None)
    assert placed.shipping_address.last_name == "Anna Peeters"


@pytest.mark.usefixtures("stripe")
def test_the_second_tab_gets_the_same_order_and_page(market: Market, client: Client):
    add(client, market.loaf)
    form = form_of(client.get("/checkout/"))

    first = client.post("/checkout/", {**ADDRESS, **form})
    second = client.post("/checkout/", {**ADDRESS, **form})

    assert Order.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"] == PAY


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    market: Market, client: Client
):
    add(client, market.loaf)

    response = order(client, postcode="10", phone="0470 12 34 56")
    page = client.get(response.headers["Location"]).content.decode()
    again = client.get("/checkout/").content.decode()

    assert "Enter a postcode with four digits." in page
    for shown in (page, again):
        assert 'value="Elsensesteenweg 214"' in shown
        assert 'value="0470 12 34 56"' in shown
    assert not Order.objects.exists()


def test_a_total_that_moved_is_shown_before_it_is_paid(market: Market, client: Client):
    add(client, market.loaf)
    form = form_of(client.get("/checkout/"))
    market.loaf.price = "4.80"
    market.loaf.save()

    response = client.post("/checkout/", {**ADDRESS, **form}, follow=True)

    page = response.content.decode()
    assert "The total is now 9.70 EUR instead of 9.40 EUR" in page
    assert form_of(response)["seen"] == "970"
    assert not Order.objects.exists()


def test_days_to_send_back_that_shrank_meanwhile_are_told(
    market: Market, client: Client
):
    Vendor.objects.filter(pk=market.bakery.pk).update(returns_days=30)
    add(client, market.loaf)
    form = form_of(client.get("/checkout/"))
    Vendor.objects.filter(pk=market.bakery.pk).update(returns_days=None)

    response = client.post("/checkout/", {**ADDRESS, **form}, follow=True)

    assert "within 14 days instead of 30" in response.content.decode()
    assert not Order.objects.exists()


def test_the_total_follows_the_chosen_delivery(market: Market, client: Client):
    add(client, market.loaf)
    method = f"method-{market.bakery.partner_id}"

    response = client.post("/checkout/", {method: "pickup", "action": "update"})

    assert form_of(response)["seen"] == "770"


@pytest.mark.usefixtures("stripe")
def test_another_buyers_return_page_is_not_there(market: Market, client: Client):
    add(client, market.loaf)
    order(client)
    public_id = Order.objects.get().public_id
    stranger = Client()
    stranger.force_login(make_user("eve"))

    for page in ("return", "cancel"):
        address = f"/checkout/{page}/{public_id}/"
        assert Client().get(address).status_code == 404
        assert stranger.get(address).status_code == 404
        assert stranger.post(f"/checkout/cancel/{public_id}/").status_code == 404


def test_an_empty_basket_has_no_checkout(market: Market, client: Client):
    response = client.get("/checkout/")

    assert (response.status_code, response.headers["Location"]) == (302, "/basket/")
