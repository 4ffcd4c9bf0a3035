"""The address book: one is the usual, and the checkout begins with it."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marketplace.shop.addresses import selectors, services
from marketplace.shop.addresses.models import UserAddress
from marketplace.shop.order.models import Order
from marketplace.shop.order.services import Address
from tests.factories import UserFactory
from tests.integration.access.keeping import HOME
from tests.integration.buying.browsing import form_of
from tests.integration.buying.market import Market, deliver_to_france

pytestmark = pytest.mark.django_db
BOOK, NEW = reverse("account-addresses"), reverse("account-address-new")
CHECKOUT = reverse("checkout")
WORK = {
    "name": "Anna Peeters",
    "street": "Korenmarkt 1",
    "postcode": "9000",
    "city": "Gent",
    "country": "BE",
    "phone": "",
}


@pytest.fixture(autouse=True)
def market(market):
    return market


def cities(user_id: int) -> list[tuple[str, bool]]:
    return [
        (one.line4, one.is_default_for_shipping)
        for one in selectors.addresses_of(user_id)
    ]


def test_addresses_are_added_changed_preferred_and_removed(anna, hers):
    home = services.keep(user_id=anna.pk, address=HOME)
    hers.post(NEW, WORK)
    added = cities(anna.pk)
    work = UserAddress.objects.latest("pk")

    hers.post(reverse("account-address-usual", args=[work.pk]))
    preferred = cities(anna.pk)
    hers.post(reverse("account-address", args=[work.pk]), {**WORK, "city": "Aalst"})
    changed = cities(anna.pk)
    hers.post(reverse("account-address-remove", args=[work.pk]))

    assert added == [("Elsene", True), ("Gent", False)]
    assert preferred == [("Gent", True), ("Elsene", False)]
    assert changed == [("Aalst", True), ("Elsene", False)]
    assert cities(anna.pk) == [("Elsene", True)]
    assert hers.get(BOOK).status_code == 200
    assert home.pk == UserAddress.objects.get().pk


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"postcode": "x"}, "postcode"),
        ({"country": "XX"}, "country"),
        ({"name": ""}, "name"),
        ({"street": "\0"}, "street"),
        ({"phone": "1"}, "phone"),
    ],
)
def test_a_wrong_address_is_refused_and_stays_typed(anna, hers, wrong, field):
    answer = hers.post(NEW, {**WORK, **wrong})

    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert answer.context["form"]["city"].value() == "Gent"
    assert cities(anna.pk) == []


def test_the_same_address_is_kept_once_and_a_book_has_an_end(anna, hers, monkeypatch):
    hers.post(NEW, WORK)
    twice = hers.post(NEW, WORK)
    monkeypatch.setattr(services, "MOST", 1)
    full = hers.post(NEW, {**WORK, "city": "Aalst"})

    assert "This address is in your book already." in twice.content.decode()
    assert "You have 1 addresses" in full.content.decode()
    assert cities(anna.pk) == [("Gent", True)]


def test_the_address_of_another_is_not_there(anna, hers):
    theirs = services.keep(user_id=UserFactory.create().pk, address=HOME)

    for key in (theirs.pk, 10**30):
        for name in (
            "account-address",
            "account-address-usual",
            "account-address-remove",
        ):
            assert hers.post(reverse(name, args=[key]), WORK).status_code == 404
        assert hers.get(reverse("account-address", args=[key])).status_code == 404
    assert UserAddress.objects.get().line4 == "Elsene"


def fill(hers: Client, market: Market) -> dict[str, str]:
    """Put a loaf into the basket; return the hidden fields of the checkout."""
    hers.post(reverse("basket-add"), {"offer": market.loaf.public_id})
    return form_of(hers.get(CHECKOUT))


def chosen(page: HttpResponse) -> list[str]:
    words = page.content.decode()
    return re.findall(r'name="address" value="(\w+)" checked', words)


def test_the_checkout_lists_the_book_with_the_usual_address_chosen(anna, hers, market):
    work = services.keep(user_id=anna.pk, address=Address(**WORK))
    home = services.keep(user_id=anna.pk, address=HOME)
    services.make_usual(user_id=anna.pk, key=home.pk)
    fill(hers, market)

    page = hers.get(CHECKOUT)

    words = page.content.decode()
    assert re.findall(r'name="address" value="(\w+)"', words) == [
        str(home.pk),
        str(work.pk),
        "new",
    ]
    assert chosen(page) == [str(home.pk)]
    assert "Korenmarkt 1, 9000 Gent, Belgium" in words


@pytest.mark.usefixtures("stripe")
def test_an_order_goes_to_the_saved_address_that_is_chosen(anna, hers, market):
    services.keep(user_id=anna.pk, address=HOME)
    work = services.keep(user_id=anna.pk, address=Address(**WORK))
    form = fill(hers, market)

    hers.post(CHECKOUT, {**form, "address": work.pk, "street": "", "country": "BE"})

    assert Order.objects.get().shipping_address.line1 == "Korenmarkt 1"


@pytest.mark.usefixtures("stripe")
def test_another_address_is_typed_beside_the_book(anna, hers, market):
    services.keep(user_id=anna.pk, address=HOME)
    form = fill(hers, market)
    wrong = {**form, **WORK, "address": "new", "postcode": "x"}

    refused = hers.post(CHECKOUT, wrong, follow=True)
    hers.post(CHECKOUT, {**form, **WORK, "address": "new"})

    assert chosen(refused) == ["new"]
    assert 'value="Korenmarkt 1"' in refused.content.decode()
    assert Order.objects.get().shipping_address.line1 == "Korenmarkt 1"


@pytest.mark.parametrize("key", ["theirs", "0", "x", "\0", "9" * 40])
def test_an_address_that_is_not_in_the_book_is_refused_and_the_usual_stands(
    anna, hers, market, key
):
    home = services.keep(user_id=anna.pk, address=HOME)
    other = services.keep(user_id=UserFactory.create().pk, address=Address(**WORK))
    key = str(other.pk) if key == "theirs" else key
    form = fill(hers, market)

    refused = hers.post(CHECKOUT, {**form, "address": key}, follow=True)

    words = refused.content.decode()
    assert "That address is not in your book." in words
    assert "Korenmarkt" not in words
    assert chosen(refused) == [str(home.pk)]
    assert not Order.objects.exists()


def test_what_a_saved_address_lacks_is_asked_where_it_can_be_typed(anna, hers, market):
    home = services.keep(user_id=anna.pk, address=HOME)
    UserAddress.objects.filter(pk=home.pk).update(postcode="X")
    form = fill(hers, market)

    refused = hers.post(CHECKOUT, {**form, "address": home.pk}, follow=True)

    assert chosen(refused) == ["new"]
    assert "Enter a postcode with four digits." in refused.content.decode()
    assert 'value="Elsensesteenweg 214"' in refused.content.decode()


@pytest.fixture
def paris(anna, market) -> UserAddress:
    """Anna's other address, in a country that the bakery delivers to for €8.90."""
    deliver_to_france(market)
    services.keep(user_id=anna.pk, address=HOME)
    fields = {**WORK, "postcode": "75011", "city": "Paris", "country": "FR"}
    return services.keep(user_id=anna.pk, address=Address(**fields))


@pytest.mark.usefixtures("stripe")
def test_prices_and_ways_follow_the_chosen_address(anna, hers, market, paris):
    form = fill(hers, market)
    there = {**form, "address": paris.pk, "methods_for": "BE", "country": "BE"}

    live = hers.post(
        CHECKOUT, {**there, "action": "update"}, headers={"hx-request": "true"}
    ).content.decode()
    too_early = hers.post(CHECKOUT, there, follow=True)
    placed_too_early = Order.objects.exists()
    hers.post(CHECKOUT, {**there, **form_of(too_early)})

    assert "By road" in live
    assert "€8.90" in live
    assert not placed_too_early
    assert chosen(too_early) == [str(paris.pk)]
    order = Order.objects.get()
    assert order.shipping_address.country_id == "FR"
    assert str(order.shipping_incl_tax) == "8.90"


def test_the_country_that_was_chosen_decides_which_address_comes_first(
    hers, market, paris
):
    fill(hers, market)
    hers.post(reverse("deliver-to"), {"country": "FR", "back": "/"})

    assert chosen(hers.get(CHECKOUT)) == [str(paris.pk)]


def test_nothing_goes_to_a_saved_address_that_nobody_delivers_to(anna, hers, market):
    home = services.keep(user_id=anna.pk, address=HOME)
    UserAddress.objects.filter(pk=home.pk).update(country_id="FR")
    form = fill(hers, market)

    page = hers.get(CHECKOUT)
    refused = hers.post(CHECKOUT, {**form, "address": home.pk}, follow=True)

    assert chosen(page) == ["new"]
    assert "Sellers do not deliver there yet. Choose" in refused.content.decode()
    assert not Order.objects.exists()
