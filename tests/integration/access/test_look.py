"""Every page of the tables in a browser: axe, fit, weight, policy, markup."""

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import get_resolver, reverse
from playwright.sync_api import Page

from frontend import pseudo
from marketplace.accounts.languages import in_language
from tests.conftest import WIDTHS
from tests.integration.access.asking import address, routes
from tests.integration.access.conftest import World
from tests.integration.access.tables import PAGES
from tests.pages import checks, markup
from tests.pages.checks import Look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
# No pages: files, and pieces of pages.
FILES = {
    *(
        "sitemap",
        "sitemap-part",
        "robots",
        "health",
        "suggest",
        "office-shops",
        "api:schema",
    ),
    *("order-file", "message-file"),
    *("case-photo", "portal-photo", "office-problem-photo", "portal-statement-csv"),
    *("portal-dispute-picture", "office-dispute-picture"),
    *("portal-application-file", "office-application-file"),
    *("portal-statement-pdf", "statement-keys", "statement-program"),
    *("office-seller-statement-csv", "office-seller-statement-pdf"),
    *("portal-import-template", "portal-import-errors", "styleguide"),
    # Drawn by Swagger UI, which axe finds faults with; has a test of its own.
    "api-reference",
    *("ranking", "order-document", "order-invoice", "office-document"),
    *("portal-document", "portal-documents-zip", "office-bank-file"),
    *("office-replay", "office-run-csv", "manifest", "service-worker"),
    *("portal-orders-export", "portal-tracking-template", "office-audit-csv"),
    *("portal-settings-tax-csv", "office-figures-csv"),
}
# Who looks at a page: the first of these to whom it opens.
PEOPLE = ("anonymous", "buyer", "owner", "operator")
# Pages of allauth, by who looks at them; nobody at what only leads elsewhere.
PACKAGES: dict[str, str | None] = {
    "account_login": "anonymous",
    "account_signup": "anonymous",
    "account_inactive": "anonymous",
    "account_reset_password": "anonymous",
    "account_reset_password_done": "anonymous",
    "account_reset_password_from_key": "anonymous",
    "account_reset_password_from_key_done": "anonymous",
    "account_confirm_email": "anonymous",
    "account_email_verification_sent": "anonymous",
    "account_logout": "buyer",
    "account_email": "buyer",
    "account_change_password": "buyer",
    "account_reauthenticate": "buyer",
    "mfa_index": None,  # the page of security has it
    "mfa_list_webauthn": None,
    "mfa_add_webauthn": "buyer",
    "mfa_login_webauthn": None,  # answers scripts
    "mfa_reauthenticate_webauthn": None,  # only with one
    "mfa_remove_webauthn": None,
    "mfa_edit_webauthn": None,
    "socialaccount_login_cancelled": "anonymous",
    "socialaccount_login_error": "anonymous",
    "socialaccount_signup": None,  # only on the way back from a provider
    "socialaccount_connections": "buyer",
    "mfa_activate_totp": "buyer",
    "account_set_password": None,  # who has one is led to change it
    "account_confirm_login_code": None,  # codes by mail are not in use
    "mfa_authenticate": None,  # only between the two factors
    "mfa_reauthenticate": None,
    "mfa_deactivate_totp": None,  # only with one
    "mfa_view_recovery_codes": None,
    "mfa_generate_recovery_codes": None,
    "mfa_download_recovery_codes": None,
}
PARTS: dict[str, dict[str, str]] = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "used-up"},
    "account_confirm_email": {"key": "used-up"},
}
MISSING = "/nothing-is-here"
# The smallest phone, and 1280 px at a zoom of 200 %.
NARROW = (320, 640)
# Each of another layout: weighed, narrowed and given to axe; a deep run does so with
# every page.
WEIGHED = {
    *("home", "search", "product", "basket", "account_login", "account", "order"),
    *("points", "case-new", "portal-today", "portal-orders", "portal-offers"),
    *("portal-import", "portal-settings-delivery", "portal-statement", "office-home"),
    *("office-review", "office-seller", "office-draft", "office-run", "office-audit"),
}


def pages_of(world: World, person: str) -> dict[str, str]:
    """Return the addresses that somebody looks at, by name."""
    ours = {
        name: address(world, name)
        for name, row in PAGES.items()
        if name not in FILES and _looks_at(row) == person
    }
    packages = {
        name: reverse(name, kwargs=PARTS.get(name))
        for name, who in PACKAGES.items()
        if who == person
    }
    return {**ours, **packages, "missing": MISSING}


def _looks_at(row: dict[str, int | str]) -> str | None:
    return next((person for person in PEOPLE if row[person] == 200), None)


def sign_in(page: Page, world: World, person: str, site: str) -> None:
    client = Client()
    if user := world.people[person]:
        client.force_login(user)
        value = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": site}])


def look_at(look: Look, name: str, path: str, *, is_thorough: bool) -> list[str]:
    """Return what is wrong with a page.

    A thorough look is one by axe at each width. Any other asks axe, which takes longer
    than all the rest, only about one page of each layout, at the first width, and not
    about colours: they are the components' own, looked at there.
    """
    look.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    look.go(path)
    assert look.answer
    text = look.answer.text()
    found = [*markup.faults_of(text), *markup.weight_faults(text)]
    found += [fault for check in checks.ONCE for fault in check(look)]
    if is_thorough or name in WEIGHED:
        found += [*checks.is_light(look), *_fits_narrow(look)]
    for width in WIDTHS:
        look.page.set_viewport_size({"width": width, "height": 900})
        found += [f"at {width}: {fault}" for fault in checks.fits(look)]
        if is_thorough:
            found += [f"at {width}: {fault}" for fault in checks.passes_axe(look)]
        elif name in WEIGHED and width == WIDTHS[0]:
            found += checks.passes_axe_but_colours(look)
    return found


def _fits_narrow(look: Look) -> list[str]:
    found = []
    for width in NARROW:
        look.page.set_viewport_size({"width": width, "height": 640})
        found += [f"at {width}: {fault}" for fault in checks.fits(look)]
    return found


def test_every_page_of_a_package_has_somebody_who_looks_at_it():
    found = {name for name, _pattern in routes(get_resolver())}

    packages = ("account_", "mfa_", "socialaccount_")
    assert {name for name in found if name.startswith(packages)} == set(PACKAGES)


def test_what_is_weighed_is_looked_at():
    tables = {name for name, row in PAGES.items() if _looks_at(row)} - FILES

    assert WEIGHED - tables - {name for name, who in PACKAGES.items() if who} == set()


@pytest.mark.parametrize(
    ("colours", "is_thorough"),
    [
        ("light", False),
        pytest.param("light", True, marks=pytest.mark.deep),
        pytest.param("dark", True, marks=pytest.mark.deep),
    ],
)
@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_passes_its_checks(
    site: str, world: World, page: Page, person: str, colours: str, is_thorough: bool
):
    sign_in(page, world, person, site)
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    look = Look(page)

    found = {
        name: faults
        for name, path in pages_of(world, person).items()
        if (faults := look_at(look, name, path, is_thorough=is_thorough))
    }

    assert found == {}


@pytest.fixture
def longer_words(settings: LazySettings) -> None:
    """Let pages be read in the language whose words are a third longer."""
    settings.LANGUAGES = [*settings.LANGUAGES, (pseudo.CODE, pseudo.NAME)]
    pseudo.install()


@pytest.mark.deep
@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_has_room_for_longer_words(
    site: str, world: World, longer_words: None, page: Page, person: str
):
    sign_in(page, world, person, site)
    look, found = Look(page), {}

    for name, path in pages_of(world, person).items():
        look.go(in_language(path, pseudo.CODE))
        for width in WIDTHS:
            look.page.set_viewport_size({"width": width, "height": 900})
            if faults := [*checks.fits(look), *checks.cuts_nothing(look)]:
                found[name, width] = faults

    assert found == {}
