"""Every page of the table in a browser: axe, and no sideways scrolling."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from tests.conftest import WIDTHS
from tests.integration.access.conftest import World
from tests.integration.access.test_table import PAGES, address

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
ROOT = "document.documentElement"
TOO_WIDE = f"{ROOT}.scrollWidth - {ROOT}.clientWidth"
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
    *("case-photo", "portal-photo", "office-problem-photo", "portal-statement-csv"),
    *("portal-dispute-picture", "office-dispute-picture"),
    *("portal-statement-pdf", "statement-keys", "statement-program"),
    *("office-seller-statement-csv", "office-seller-statement-pdf"),
    *("portal-import-template", "portal-import-errors", "api:docs", "styleguide"),
    *("ranking", "order-document", "order-invoice", "office-document"),
    *("portal-document", "portal-documents-zip", "office-bank-file"),
    *("office-replay", "office-run-csv"),
}
WORLDS = {
    "anonymous": ("",),
    "buyer": ("account", "points", "messages", "order", "case"),
    "owner": ("portal-",),
    "operator": ("office-",),
}


def pages_of(person: str) -> list[str]:
    """Return the pages that somebody looks at."""
    return [
        name
        for name, row in PAGES.items()
        if row[person] == 200
        and name not in FILES
        and (person == "anonymous" or name.startswith(WORLDS[person]))
    ]


def sign_in(page: Page, world: World, person: str, site: str) -> None:
    client = Client()
    if user := world.people[person]:
        client.force_login(user)
        value = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": site}])


def look(page: Page, name: str, *, is_thorough: bool) -> list[str]:
    """Return what is wrong with the open page at each width.

    A thorough look is one by axe at each; any other is one at the first width, and not
    at colours: they are the components' own, looked at there.
    """
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if not is_thorough:
        options["rules"] = {"color-contrast": {"enabled": False}}
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        violations = []
        if is_thorough or width == WIDTHS[0]:
            violations = Axe().run(page, options=options).response["violations"]
        found += [
            f"{name} at {width}: {each['id']} {each['nodes'][0]['html']}"
            for each in violations
        ]
        if wide := page.evaluate(TOO_WIDE):
            found.append(f"{name} at {width}: {wide} px too wide")
    return found


@pytest.mark.parametrize(
    ("colours", "is_thorough"),
    [
        ("light", False),
        pytest.param("light", True, marks=pytest.mark.deep),
        pytest.param("dark", True, marks=pytest.mark.deep),
    ],
)
@pytest.mark.parametrize("person", WORLDS)
def test_every_page_passes_axe_and_fits(
    site: str, world: World, page: Page, person: str, colours: str, is_thorough: bool
):
    sign_in(page, world, person, site)
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")

    found = []
    for name in pages_of(person):
        page.goto(address(world, name))
        found += look(page, name, is_thorough=is_thorough)

    assert found == []
