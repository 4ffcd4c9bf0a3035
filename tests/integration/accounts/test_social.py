"""Sign-in with somebody else's account, at a real OpenID provider on loopback."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import TermsAcceptance, User
from tests.integration.sale import confirm_address, make_user

CLIENT_ID, SECRET = "comptoir", "a-secret-of-thirty-two-characters"

pytestmark = pytest.mark.django_db


@dataclass
class Provider:
    """An OpenID provider: what it says of whoever comes, and what it was asked."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def answer(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
        if path == "/token":
            said = {**self.claims, "iss": self.address, "aud": CLIENT_ID}
            said |= {"iat": 1_700_000_000, "exp": 4_000_000_000}
            return {
                "access_token": "opaque",
                "token_type": "Bearer",
                "id_token": jwt.encode(said, SECRET, algorithm="HS256"),
            }
        return self.claims


@pytest.fixture
def provider(settings: LazySettings) -> Iterator[Provider]:
    """A provider that listens on loopback, and a shop that is configured for it."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(provider.answer(urlsplit(self.path).path))

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            typed = parse_qs(self.rfile.read(length).decode())
            who = self.headers.get("Authorization", "").removeprefix("Basic ")
            typed["client"] = [base64.b64decode(who).decode()]
            provider.asked.append(typed)
            self._say(provider.answer(urlsplit(self.path).path))

        def _say(self, words: dict[str, Any]) -> None:
            body = json.dumps(words).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "Guild",
                    "client_id": CLIENT_ID,
                    "secret": SECRET,
                    "settings": {"server_url": provider.address},
                }
            ],
        }
    }
    yield provider
    server.shutdown()
    server.server_close()


def come_back(client: Client, provider: Provider, **claims: Any) -> HttpResponse:
    """Go to the provider and come back as whoever it says."""
    provider.claims = {"sub": "42", **claims}
    login = reverse("openid_connect_login", kwargs={"provider_id": "oidc"})
    sent = client.post(login)
    asked = parse_qs(urlsplit(sent["Location"]).query)
    back = reverse("openid_connect_callback", kwargs={"provider_id": "oidc"})
    return client.get(back, {"code": "once", "state": asked["state"][0]}, follow=True)


@pytest.fixture
def anna() -> User:
    anna = make_user("anna")
    confirm_address(anna)
    return anna


def who(client: Client) -> str | None:
    return client.session.get(SESSION_KEY)


def test_it_is_offered_only_where_it_is_configured(
    client: Client, provider: Provider, settings: LazySettings
) -> None:
    there = client.get(reverse("account_login")).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    gone = client.get(reverse("account_login")).content.decode()

    assert "Continue with Guild" in there
    assert "Continue with" not in gone


@pytest.mark.parametrize(
    "name", ["google_login", "google_callback", "google_login_by_token"]
)
def test_a_provider_that_is_not_configured_has_no_pages(
    name: str, client: Client, provider: Provider
) -> None:
    address = reverse(name)

    assert client.get(address).status_code in {404, 405}
    assert client.post(address).status_code == 404


def test_a_newcomer_has_an_account_and_has_agreed_to_the_terms(
    client: Client, provider: Provider
) -> None:
    come_back(client, provider, email="new@example.org", email_verified=True)

    new = User.objects.get()
    assert who(client) == str(new.pk)
    assert (new.email, new.has_usable_password()) == ("new@example.org", False)
    assert TermsAcceptance.objects.get().user == new
    assert EmailAddress.objects.get().verified


def test_the_handshake_proves_that_it_is_the_same_browser(
    client: Client, provider: Provider
) -> None:
    come_back(client, provider, email="new@example.org", email_verified=True)

    [asked] = provider.asked
    assert asked["client"] == [f"{CLIENT_ID}:{SECRET}"]
    assert len(asked["code_verifier"][0]) > 40
    other = Client()
    other.get(
        reverse("openid_connect_callback", kwargs={"provider_id": "oidc"}),
        {"code": "once", "state": "made-up"},
    )
    assert who(other) is None


def test_a_verified_address_leads_into_the_account_that_has_it(
    client: Client, provider: Provider, anna: User
) -> None:
    come_back(client, provider, email="Anna@example.org", email_verified=True)

    anna.refresh_from_db()
    assert who(client) == str(anna.pk)
    assert SocialAccount.objects.get().user == anna
    assert anna.check_password("correct horse")


@pytest.mark.parametrize("said", [False, "false", "true", None, 0])
def test_an_address_that_is_not_verified_takes_over_nobodys_account(
    said: object, client: Client, provider: Provider, anna: User
) -> None:
    come_back(client, provider, email="anna@example.org", email_verified=said)

    assert who(client) is None
    assert not SocialAccount.objects.filter(user=anna).exists()
    assert User.objects.count() == 1


def test_who_came_from_a_french_page_is_written_to_in_french(
    client: Client, provider: Provider
) -> None:
    client.get(f"/fr{reverse('account_login')}")

    come_back(client, provider, email="new@example.org", email_verified=True)

    assert User.objects.get(email="new@example.org").language == "fr"


def test_an_account_that_only_claims_the_address_is_not_entered(
    client: Client, provider: Provider
) -> None:
    mallory = make_user("anna")  # who never confirmed it

    come_back(client, provider, email="anna@example.org", email_verified=True)

    assert who(client) != str(mallory.pk)
    assert not SocialAccount.objects.filter(user=mallory).exists()


def test_an_address_that_is_not_verified_is_confirmed_by_mail_first(
    client: Client, provider: Provider
) -> None:
    come_back(client, provider, email="new@example.org", email_verified="false")

    assert who(client) is None
    assert [letter.to for letter in mail.outbox] == [["new@example.org"]]
    assert not EmailAddress.objects.get().verified


def test_who_confirms_the_address_elsewhere_shares_it_with_nobody(
    client: Client, provider: Provider
) -> None:
    come_back(client, provider, email="anna@example.org", email_verified=False)
    found = re.search(r"/accounts/confirm-email/\S+", str(mail.outbox[0].body))
    assert found is not None

    Client().post(found.group())  # the owner of the mailbox
    come_back(client, provider, email="anna@example.org", email_verified=False)

    assert EmailAddress.objects.get().verified
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_the_second_factor_is_asked_for_all_the_same(
    client: Client, provider: Provider, anna: User
) -> None:
    TOTP.activate(anna, generate_totp_secret())

    page = come_back(client, provider, email="anna@example.org", email_verified=True)

    assert page.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert who(client) is None


def test_the_page_of_security_lists_it_and_lets_it_go(
    client: Client, provider: Provider, anna: User
) -> None:
    come_back(client, provider, email="anna@example.org", email_verified=True)
    page = client.get(reverse("account-security")).content.decode()

    connected = SocialAccount.objects.get()
    client.post(reverse("socialaccount_connections"), {"account": connected.pk})

    assert "Guild" in page
    assert not SocialAccount.objects.exists()
