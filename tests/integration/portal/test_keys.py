"""The keys of a shop's systems."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.integration.portal.conftest import NOW
from vendors.models import ApiToken, Vendor
from vendors.services import tokens
from vendors.services.tokens import digest_of


def address(route: str, **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def test_a_key_is_shown_once_and_kept_as_a_digest(owner: Client, bindery: Vendor):
    sent = {"name": "Till", "scopes": ["offers:read", "offers:write"]}

    made = owner.post(address("portal-tokens"), sent)
    page = owner.get(made["Location"]).content.decode()
    again = owner.get(made["Location"]).content.decode()

    secret = page.split('readonly value="')[1].split('"')[0]
    token = ApiToken.objects.get()
    assert (token.digest, token.scopes) == (digest_of(secret), sent["scopes"])
    assert secret not in again
    assert token.hint in again


def test_a_second_click_makes_no_second_key_and_shows_the_first(
    owner: Client, bindery: Vendor
):
    form = owner.get(address("portal-tokens")).context["form"]
    sent = {
        "name": "Till",
        "scopes": ["offers:read"],
        "press": str(form["press"].value()),
    }

    owner.post(address("portal-tokens"), sent)
    second = owner.post(address("portal-tokens"), sent)
    page = owner.get(second["Location"]).content.decode()
    third = owner.post(address("portal-tokens"), sent, follow=True).content.decode()

    secret = page.split('readonly value="')[1].split('"')[0]
    assert ApiToken.objects.get().digest == digest_of(secret)
    assert secret not in third


def test_a_second_click_for_the_last_key_that_is_allowed_shows_it_too(
    owner: Client, bindery: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
    form = owner.get(address("portal-tokens")).context["form"]
    press = str(form["press"].value())
    sent = {"name": "Till", "scopes": ["offers:read"], "press": press}

    owner.post(address("portal-tokens"), sent)
    second = owner.post(address("portal-tokens"), sent, follow=True).content.decode()
    another = owner.post(
        address("portal-tokens"), {"name": "Desk", "scopes": ["offers:read"]}
    ).content.decode()

    assert 'readonly value="cpt_' in second
    assert "You have 1 keys: take one back first." in another
    assert ApiToken.objects.get().name == "Till"


def test_each_page_makes_a_key_of_its_own(owner: Client, bindery: Vendor):
    for _ in range(2):
        form = owner.get(address("portal-tokens")).context["form"]
        press = str(form["press"].value())
        owner.post(
            address("portal-tokens"),
            {"name": "Till", "scopes": ["offers:read"], "press": press},
        )

    assert ApiToken.objects.count() == 2


def test_a_new_key_is_shown_to_whoever_made_it_alone(
    owner: Client, browser_of, bindery: Vendor
):
    made = owner.post(
        address("portal-tokens"), {"name": "Till", "scopes": ["offers:read"]}
    )
    other = browser_of("other seller")
    theirs = reverse("portal-tokens", kwargs={"handle": "bakery"})

    query = made["Location"].partition("?")[2]
    page = other.get(f"{theirs}?{query}").content.decode()
    odd = owner.get(address("portal-tokens") + "?made=%00")

    assert "readonly value" not in page
    assert odd.status_code == 200


@pytest.mark.parametrize("scopes", [[], ["everything"], ["offers:read", "\0"]])
def test_a_key_that_may_nothing_or_too_much_is_not_made(
    owner: Client, bindery: Vendor, scopes: list[str]
):
    answer = owner.post(address("portal-tokens"), {"name": "Till", "scopes": scopes})

    assert answer.status_code == 200
    assert not ApiToken.objects.exists()


def test_a_key_is_taken_back_once_for_all(owner: Client, bindery: Vendor):
    owner.post(address("portal-tokens"), {"name": "Till", "scopes": ["orders:read"]})
    token = ApiToken.objects.get()
    where = address("portal-token-revoke", public_id=token.public_id)

    owner.post(where)
    owner.post(where)

    token.refresh_from_db()
    assert token.revoked_at == NOW


def test_a_key_of_another_shop_is_not_there(owner: Client, browser_of, bindery):
    other = browser_of("other seller")
    theirs = reverse("portal-tokens", kwargs={"handle": "bakery"})
    other.post(theirs, {"name": "Till", "scopes": ["orders:read"]})
    token = ApiToken.objects.get()

    answer = owner.post(address("portal-token-revoke", public_id=token.public_id))

    token.refresh_from_db()
    assert (answer.status_code, token.revoked_at) == (404, None)


def test_a_key_is_given_a_last_day_and_the_page_says_so(owner: Client, bindery: Vendor):
    sent = {"name": "Fair", "scopes": ["offers:read"], "ends_on": "2026-12-31"}

    made = owner.post(address("portal-tokens"), sent)
    page = owner.get(made["Location"]).content.decode()

    assert ApiToken.objects.get().ends_on == date(2026, 12, 31)
    assert "until 31 Dec 2026" in page
    assert "Last day: 31 Dec 2026" in page


def test_a_day_that_has_passed_is_told_at_its_field(owner: Client, bindery: Vendor):
    sent = {"name": "Fair", "scopes": ["offers:read"], "ends_on": "2026-11-01"}

    answer = owner.post(address("portal-tokens"), sent)

    assert answer.context["form"].errors == {"ends_on": ["This day has passed."]}
    assert not ApiToken.objects.exists()


def test_a_key_that_has_ended_is_marked(owner: Client, bindery: Vendor):
    owner.post(address("portal-tokens"), {"name": "Till", "scopes": ["orders:read"]})
    ApiToken.objects.update(ends_on=date(2026, 11, 1))

    page = owner.get(address("portal-tokens")).content.decode()

    assert "Ended</span>" in page
