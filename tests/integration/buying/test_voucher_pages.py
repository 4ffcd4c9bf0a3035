"""Vouchers on the pages of basket and checkout, in words."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.shop.order.models import Order
from marketplace.shop.promotions.models import BasketVoucher, Promotion
from payouts.gateway import using
from tests.integration.buying.browsing import add, form_of, order
from tests.integration.buying.market import Market
from tests.integration.buying.promotions import make_promotion, make_sellers_own
from tests.integration.buying.test_pages import OnePage
from tests.integration.enter import enter_in


@pytest.fixture
def stripe():
    with using(OnePage()):
        yield


def text_of(response) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def type_code(client: Client, code: str, **how):
    return client.post(
        "/basket/vouchers/",
        {"code": code, "action": "voucher"},
        **(how or {"follow": True}),
    )


def test_an_unknown_code_is_refused_beside_its_field(market: Market, client: Client):
    add(client, market.loaf)

    page = text_of(type_code(client, "nope<", headers={"hx-request": "true"}))

    assert "There is no voucher with this code." in page
    assert 'value="nope&lt;"' in page
    assert 'aria-invalid="true" aria-describedby="code-error"' in page


def test_codes_cannot_be_tried_without_end(market: Market, client: Client, settings):
    settings.VOUCHER_CODES_IN_TEN_MINUTES = 2
    add(client, market.loaf, 2)
    make_promotion("AUTUMN")
    for code in ("ONE1", "TWO2"):
        type_code(client, code)

    page = text_of(type_code(client, "AUTUMN"))

    assert "Please go on in a few minutes." in page
    assert not BasketVoucher.objects.exists()


def test_without_script_the_refusal_stands_above_the_basket(
    market: Market, client: Client
):
    add(client, market.loaf)
    make_promotion("AUTUMN", min_spend_minor=1000)

    page = text_of(type_code(client, "autumn"))

    assert "Add goods for €5.50 to use voucher AUTUMN." in page


def test_the_basket_says_what_is_given_by_whom_on_each_line_and_in_all(
    market: Market, client: Client
):
    add(client, market.loaf, 2)
    add(client, market.notebook)
    make_promotion("AUTUMN", amount_minor=1000)
    make_sellers_own(
        market.bindery,
        name="Notebook week",
        benefit=Promotion.Benefit.PERCENT,
        bps=2000,
    )

    page = text_of(type_code(client, "AUTUMN"))

    assert "−€3.30 Notebook week · From Bindery" in page
    assert "−€5.95 Voucher AUTUMN · From Comptoir" in page
    assert "−€4.05 Voucher AUTUMN · From Comptoir" in page
    assert "<dd>−€10.00</dd>" in page
    assert "<dd>−€3.30</dd>" in page


def test_a_voucher_that_counts_no_more_stays_with_its_reason_until_removed(
    market: Market, client: Client
):
    add(client, market.loaf, 4)
    voucher = make_promotion("AUTUMN", min_spend_minor=1800)
    type_code(client, "AUTUMN")
    (line,) = BasketVoucher.objects.get().basket.lines.all()
    client.post(f"/basket/lines/{line.pk}/", {"quantity": "3"})

    before = text_of(client.get("/basket/"))
    client.post("/basket/vouchers/", {"remove": voucher.public_id})
    after = text_of(client.get("/basket/"))

    assert "Add goods for €4.50 to use voucher AUTUMN." in before
    assert "AUTUMN" not in after


def test_a_voucher_is_entered_at_the_checkout_and_what_was_typed_stays(
    market: Market, client: Client
):
    add(client, market.loaf, 2)
    make_promotion("AUTUMN")
    form = form_of(client.get("/checkout/"))
    typed = {**form, "name": "Anna P", "code": " autumn ", "action": "voucher"}

    page = text_of(client.post("/checkout/", typed, follow=True))

    assert 'value="Anna P"' in page
    assert "Place order and pay €9.40" in page
    assert "Visa · Mastercard" in page
    assert "Voucher AUTUMN" in page


def test_enter_takes_no_voucher_out(market: Market, client: Client):
    add(client, market.loaf, 2)
    make_promotion("AUTUMN")
    type_code(client, "autumn")

    pages = [text_of(client.get(address)) for address in ("/basket/", "/checkout/")]

    assert ["Remove" in page for page in pages] == [True, True]
    assert enter_in(pages[0], "code") == "action=voucher"
    assert enter_in(pages[1], "street") == "action=enter"


@pytest.mark.parametrize(("typed", "entered"), [("autumn", 1), (" ", 0)])
def test_enter_at_the_checkout_applies_a_typed_code_or_orders(
    market: Market, client: Client, stripe: None, typed: str, entered: int
):
    add(client, market.loaf, 2)
    make_promotion("AUTUMN")

    order(client, code=typed, action="enter")

    assert BasketVoucher.objects.count() == entered
    assert Order.objects.count() == 1 - entered


def test_a_refused_code_at_the_checkout_is_told_once(market: Market, client: Client):
    add(client, market.loaf, 2)
    form = form_of(client.get("/checkout/"))

    first = text_of(
        client.post(
            "/checkout/", {**form, "code": "NOPE", "action": "voucher"}, follow=True
        )
    )
    second = text_of(client.get("/checkout/"))

    assert 'id="code-error"' in first
    assert "NOPE" not in second


def test_a_voucher_that_ended_meanwhile_is_taken_out_and_the_total_shown(
    market: Market, client: Client, stripe
):
    add(client, market.loaf, 2)
    voucher = make_promotion("AUTUMN")
    type_code(client, "AUTUMN")
    form = form_of(client.get("/checkout/"))
    Promotion.objects.update(ends_at=voucher.created_at, starts_at="2020-01-01T00:00Z")

    page = text_of(order(client, **form))
    shown = text_of(client.get("/checkout/?check"))

    assert page == ""
    assert "Voucher AUTUMN has ended. It is taken out" in shown
    assert "Place order and pay €14.40" in shown
    assert not Order.objects.exists()


def test_a_basket_that_pays_nothing_leads_straight_to_thanks(
    market: Market, client: Client
):
    add(client, market.loaf, 2)
    make_promotion("ALLOFIT", amount_minor=900)
    make_promotion(benefit=Promotion.Benefit.FREE_SHIPPING, name="Post")
    type_code(client, "ALLOFIT")

    checkout = text_of(client.get("/checkout/"))
    answer = order(client)

    placed = Order.objects.get()
    assert "Place order, nothing to pay" in checkout
    assert answer.headers["Location"].startswith(
        f"/checkout/return/{placed.public_id}/"
    )
    thanks = text_of(client.get(answer.headers["Location"]))
    assert "is paid: <b>€0.00</b>" in thanks


def test_a_basket_with_promotions_asks_few_questions_more(
    market: Market, client: Client
):
    add(client, market.loaf, 2)
    make_promotion("AUTUMN", uses_total=5)
    type_code(client, "AUTUMN")

    with CaptureQueriesContext(connection) as queries:
        client.get("/basket/")

    assert len(queries) <= 9
