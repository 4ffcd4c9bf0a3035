"""Everybody gets what the tables say.

An address that is not in the tables fails the first test: say who may see it.
"""

import pytest
from rest_framework.test import APIClient

from tests.integration.access.asking import address, names, outcome, paths, undone
from tests.integration.access.conftest import Browser, World
from tests.integration.access.tables import (
    API,
    API_FORMS,
    FORMS,
    ONLY_BY_OTHERS,
    PAGES,
    PEOPLE,
    SIGN_IN,
    TOKENS,
    Outcome,
    Row,
)

pytestmark = pytest.mark.usefixtures("plain_refusals")
MANY = 50


def differences(found: dict[tuple[str, str], Outcome], table: dict[str, Row]):
    """Return who gets what from where that the table does not say."""
    return {
        f"{name} to {who}": f"{got}, not {table[name][who]}"
        for (name, who), got in found.items()
        if got != table[name][who]
    }


def test_every_address_is_in_a_table():
    tables = {**PAGES, **FORMS, **ONLY_BY_OTHERS, **API, **API_FORMS}

    assert names() == set(tables)


def test_everybody_sees_their_pages_and_no_others(world: World, browser_of: Browser):
    found = {
        (name, person): outcome(browser.get(address(world, name)))
        for person in PEOPLE
        for browser in [browser_of(person)]
        for name in PAGES
    }

    assert differences(found, PAGES) == {}


def test_forms_are_taken_from_those_whose_they_are(world: World, browser_of: Browser):
    shown, found = set(), {}
    for person in PEOPLE:
        browser = browser_of(person)
        for name in FORMS:
            where = address(world, name)
            shown.add(outcome(browser.get(where)))
            with undone():
                found[name, person] = outcome(browser.post(where))

    assert shown == {405}
    assert differences(found, FORMS) == {}


def test_what_pages_show_to_nobody_they_take_from_nobody(
    world: World, browser_of: Browser
):
    tables = {**PAGES, **ONLY_BY_OTHERS}
    found = {
        (name, person): outcome(browser.post(address(world, name)))
        for person in PEOPLE
        for browser in [browser_of(person)]
        for name, row in tables.items()
        if row[person] in {SIGN_IN, 404}
    }

    taken = {who: got for who, got in found.items() if got not in {SIGN_IN, 404, 405}}
    assert taken == {}


def test_systems_do_what_their_token_opens(world: World):
    read, written = {}, {}
    for whose in TOKENS:
        system = APIClient()
        system.credentials(HTTP_AUTHORIZATION=f"Bearer {world.secrets[whose]}")
        for name in API:
            read[name, whose] = outcome(system.get(address(world, name)))
        for name in API_FORMS:
            with undone():
                answer = system.post(address(world, name), {}, format="json")
                written[name, whose] = outcome(answer)

    assert differences(read, API) == {}
    assert differences(written, API_FORMS) == {}


def test_signing_in_opens_nothing_of_the_api(world: World, browser_of: Browser):
    browser = browser_of("owner")

    found = {name: outcome(browser.get(address(world, name))) for name in API}

    assert found == dict.fromkeys(API, 401)


def test_only_staff_come_into_the_admin(world: World, browser_of: Browser):
    rooms = paths("admin:")

    found = {
        (path, person): outcome(browser.get(path))
        for person in ("anonymous", "buyer", "owner")
        for browser in [browser_of(person)]
        for path in rooms
    }

    opened = {who: got for who, got in found.items() if got == 200}
    assert len(rooms) > MANY
    assert opened == {}
