"""The address book: one is the usual, and the checkout begins with it."""

import pytest
from django.urls import reverse

from marketplace.shop.addresses import selectors, services
from marketplace.shop.addresses.models import UserAddress
from tests.factories import UserFactory
from tests.integration.access.keeping import HOME

pytestmark = pytest.mark.django_db
BOOK, NEW = reverse("account-addresses"), reverse("account-address-new")
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


def test_the_checkout_begins_with_the_usual_address(anna, hers, market):
    services.keep(user_id=anna.pk, address=HOME)
    hers.post(reverse("basket-add"), {"offer": market.jam.public_id})

    page = hers.get(reverse("checkout")).content.decode()

    assert 'value="Elsensesteenweg 214"' in page
