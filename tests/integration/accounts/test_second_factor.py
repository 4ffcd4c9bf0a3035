"""A password alone signs nobody in who has a second factor, wherever it is typed."""

from collections.abc import Iterator

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from frontend.second_factor import has_shown_it, note_added
from marketplace.accounts.models import User
from tests.factories import UserFactory
from tests.integration.sale import confirm_address

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


def plain_addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Yield every address that has no variable part."""
    for each in resolver.url_patterns:
        written = str(each.pattern).removeprefix("^").removesuffix("$")
        address = before + written.removesuffix("\\Z")
        if isinstance(each, URLResolver):
            yield from plain_addresses(each, address)
        elif not set(address) & set("<(?[*"):
            yield address


@pytest.fixture
def guarded() -> User:
    """Somebody who may do everything, with a second factor."""
    user = UserFactory.create(is_staff=True, is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    confirm_address(user)
    TOTP.activate(user, generate_totp_secret())
    return user


@pytest.mark.parametrize("comes_as", ["stranger", "staff"])
def test_no_address_takes_a_password_without_the_second_factor(
    comes_as: str, guarded: User
) -> None:
    typed = {
        "login": guarded.email,
        "username": guarded.email,
        "email": guarded.email,
        "password": PASSWORD,
        "login-username": guarded.email,
        "login-password": PASSWORD,
        "login_submit": "1",
        "next": "/",
    }
    # The admin's own form took a colleague's password from who was in already.
    staff = UserFactory.create(is_staff=True)

    opened = set()
    for address in set(plain_addresses(get_resolver())):
        client = Client(raise_request_exception=False)
        if comes_as == "staff":
            client.force_login(staff)
        client.post(address, typed)
        if client.session.get(SESSION_KEY) == str(guarded.pk):
            opened.add(address)

    assert opened == set()


def test_a_password_alone_adds_no_second_factor_to_those_that_are_there(
    guarded: User,
) -> None:
    client = Client()
    client.force_login(guarded)

    answers = [
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD}),
        client.get(reverse("mfa_add_webauthn")),
        client.get(reverse("mfa_generate_recovery_codes")),
    ]

    doors = {answer.headers["Location"].partition("?")[0] for answer in answers}
    assert doors == {reverse("mfa_reauthenticate")}


def test_who_has_a_passkey_alone_is_asked_for_it_before_a_spare_code(
    guarded: User,
) -> None:
    client = Client()
    client.force_login(guarded)
    Authenticator.objects.filter(user=guarded, type="totp").delete()
    Authenticator.objects.create(user=guarded, type="webauthn", data={})
    Authenticator.objects.create(user=guarded, type="recovery_codes", data={})

    [first, second] = get_adapter().get_reauthentication_methods(guarded)

    assert (first["url"], second["url"]) == (
        reverse("mfa_reauthenticate_webauthn"),
        reverse("mfa_reauthenticate"),
    )


def test_one_more_factor_shows_nothing_of_the_first(guarded: User) -> None:
    client = Client()
    client.force_login(guarded)
    request = client.get("/").wsgi_request
    second = Authenticator.objects.create(user=guarded, type="webauthn", data={})

    note_added(request, guarded, second)

    assert not has_shown_it(request)


def test_the_shops_own_sign_in_asks_for_the_second_factor(guarded: User) -> None:
    client = Client()

    answer = client.post(
        reverse("account_login"), {"login": guarded.email, "password": PASSWORD}
    )

    assert answer["Location"] == reverse("mfa_authenticate")
    assert SESSION_KEY not in client.session
