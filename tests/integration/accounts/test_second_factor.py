"""A password alone signs nobody in who has a second factor, wherever it is typed."""

from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

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


def test_no_address_takes_a_password_without_the_second_factor() -> None:
    user = UserFactory.create(is_staff=True, is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    confirm_address(user)
    TOTP.activate(user, generate_totp_secret())
    typed = {
        "login": user.email,
        "username": user.email,
        "email": user.email,
        "password": PASSWORD,
        "login-username": user.email,
        "login-password": PASSWORD,
        "login_submit": "1",
        "next": "/",
    }

    opened = set()
    for address in set(plain_addresses(get_resolver())):
        client = Client(raise_request_exception=False)
        client.post(address, typed)
        if SESSION_KEY in client.session:
            opened.add(address)

    assert opened == set()


def test_the_shops_own_sign_in_asks_for_the_second_factor() -> None:
    user = UserFactory.create()
    user.set_password(PASSWORD)
    user.save()
    confirm_address(user)
    TOTP.activate(user, generate_totp_secret())
    client = Client()

    answer = client.post(
        reverse("account_login"), {"login": user.email, "password": PASSWORD}
    )

    assert answer["Location"] == reverse("mfa_authenticate")
    assert SESSION_KEY not in client.session
