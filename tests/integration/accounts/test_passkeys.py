"""Passkeys, made and shown by Chromium's own authenticator."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.integration.sale import confirm_address, make_user

PASSWORD = "correct horse"
ALONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def anna(transactional_db: None) -> str:
    anna = make_user("anna")
    confirm_address(anna)
    return anna.email


@pytest.fixture
def named(page: Page, site: str) -> str:
    """The site under its name, for a browser with an authenticator in it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": ALONE})
    return site.replace("127.0.0.1", "localhost")


def sign_in_by_password(page: Page, named: str, email: str) -> None:
    page.goto(f"{named}{reverse('account_login')}", wait_until="load")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def faults_of(page: Page) -> list[str]:
    """Return a list that fills with what the browser complains of: CSP, scripts."""
    faults: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            faults.append(said.text)

    page.on("console", note)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults


def sign_out(page: Page, named: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{named}/", wait_until="load")


def make_passkey(page: Page, named: str, name: str) -> None:
    page.goto(f"{named}{reverse('mfa_add_webauthn')}", wait_until="load")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What do you call this device?").fill(name)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def rename(page: Page, old: str, new: str) -> None:
    page.get_by_role("link", name=f"Rename {old}").click()
    page.get_by_label("Name").fill(new)
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_text(new).first).to_be_visible()


def remove(page: Page, name: str) -> None:
    page.get_by_role("link", name=f"Remove {name}").click()
    # What was shown at the sign-in is no second look.
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("None yet.").first).to_be_visible()


@pytest.mark.browser
@pytest.mark.deep
def test_a_passkey_is_made_named_shown_alone_and_removed(
    page: Page, named: str, anna: str
) -> None:
    faults = faults_of(page)
    security = f"{named}{reverse('account-security')}"
    sign_in_by_password(page, named, anna)
    page.wait_for_url(f"{named}/")

    make_passkey(page, named, "My laptop")
    page.goto(security, wait_until="load")
    rename(page, "My laptop", "Old laptop")

    # Alone: no password, no code.
    sign_out(page, named)
    page.goto(f"{named}{reverse('account_login')}?next=/account/security/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(security)
    expect(page.get_by_text("Last used").first).to_be_visible()

    # As the second factor behind a password.
    sign_out(page, named)
    sign_in_by_password(page, named, anna)
    page.wait_for_url(f"{named}{reverse('mfa_authenticate')}")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{named}/")

    page.goto(security, wait_until="load")
    remove(page, "Old laptop")

    assert (Authenticator.objects.count(), faults) == (0, [])


@pytest.mark.django_db
def test_a_number_in_place_of_a_name_says_why_there_are_no_passkeys() -> None:
    client = Client(headers={"host": "127.0.0.1:8000"})
    client.force_login(make_user("anna"))

    page = client.get(reverse("account-security")).content.decode()

    assert "Open this page at localhost" in page
    assert "http://localhost:8000/account/security/" in page
    assert reverse("mfa_add_webauthn") not in page
