"""Every address of the office x every kind of operator."""

import pytest
from django.test import Client

from tests.integration.access.asking import address, names, outcome, undone
from tests.integration.access.conftest import World
from tests.integration.access.roles import OFFICE, ROLES
from tests.integration.access.tables import FORMS
from tests.integration.backoffice.conftest import operator

pytestmark = pytest.mark.usefixtures("plain_refusals")
# One asks Stripe of whom it lets in, the others take long to set as PDFs.
NOT_OPENED = {"office-match-order", "office-document", "office-seller-statement-pdf"}


def desk(role: str) -> Client:
    client = Client()
    client.force_login(operator(role))
    return client


def test_every_address_of_the_office_names_its_operators():
    assert set(OFFICE) == {name for name in names() if name.startswith("office-")}


def test_operators_open_what_their_role_is_for(world: World):
    closed = []
    # What administrators open, the other table says.
    for role in ROLES[:-1]:
        client = desk(role)
        for name, roles in OFFICE.items():
            if role not in roles or name in NOT_OPENED:
                continue
            where = address(world, name)
            if name not in FORMS:
                found = outcome(client.get(where))
            else:
                with undone():
                    found = outcome(client.post(where))
            if found == 403:
                closed.append(f"{name} to {role}")

    assert closed == []


def test_to_other_operators_it_is_closed_and_takes_nothing(world: World):
    answers = {}
    for role in ROLES:
        client = desk(role)
        for name, roles in OFFICE.items():
            if role not in roles:
                where = address(world, name)
                asked = (outcome(client.get(where)), outcome(client.post(where)))
                answers[name, role] = asked

    # A method that an address does not know is refused before anybody is.
    assert set(answers.values()) <= {(403, 403), (403, 405), (405, 403)}
