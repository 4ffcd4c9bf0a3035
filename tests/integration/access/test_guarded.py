"""Where a second factor is required, no page of money or people opens without one."""

import pytest
from allauth.account.internal.flows import login as records
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from tests.integration.access.asking import address, names, paths
from tests.integration.access.conftest import Browser, World
from tests.integration.access.roles import OFFICE
from tests.integration.access.tables import FORMS, ONLY_BY_OTHERS, PAGES
from tests.integration.backoffice.conftest import operator

pytestmark = pytest.mark.usefixtures("plain_refusals")
SET_UP, SHOW = "account-second-factor", "mfa_reauthenticate"


@pytest.fixture(autouse=True)
def required(settings: LazySettings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


def answers(client: Client, world: World, pages: list[str]) -> set[str]:
    """Return where each page leads, asked in the way that it takes."""
    found = set()
    for name in pages:
        ask = client.post if name in FORMS else client.get
        answer = ask(address(world, name))
        found.add(answer.headers.get("Location", str(answer.status_code)))
    return {where.partition("?")[0] for where in found}


def with_factor(client: Client, *, shown: bool) -> Client:
    """Give whoever is signed in an authenticator app, shown in this session or not."""
    session = client.session
    user_id = int(session["_auth_user_id"])
    app = Authenticator.objects.create(
        user_id=user_id, type=Authenticator.Type.TOTP, data={"secret": "x"}
    )
    if shown:
        shows = {"method": "mfa", "type": "totp", "id": app.pk, "at": 0}
        session[records.AUTHENTICATION_METHODS_SESSION_KEY] = [shows]
        session["account_authentication_methods_user"] = str(user_id)
        session.save()
    return client


def test_no_page_of_the_office_opens_without_one(world: World) -> None:
    client = Client()
    client.force_login(operator("administrator"))

    assert answers(client, world, sorted(OFFICE)) == {reverse(SET_UP)}


@pytest.mark.parametrize("role", ["owner", "finance"])
def test_no_page_of_a_shop_opens_to_its_owner_or_finance_without_one(
    role: str, world: World, browser_of: Browser
) -> None:
    tables = {**PAGES, **FORMS, **ONLY_BY_OTHERS}
    pages = [
        name
        for name in names()
        if name.startswith("portal-")
        # For the whole team.
        and name not in {"portal-today", "portal-find", "portal-announcement-seen"}
        and tables[name][role] != 404
    ]

    assert answers(browser_of(role), world, pages) == {reverse(SET_UP)}


def test_the_rest_of_the_team_works_on_without_one(
    world: World, browser_of: Browser
) -> None:
    desk = answers(browser_of("orders"), world, ["portal-orders", "portal-messages"])
    offers = answers(browser_of("catalogue"), world, ["portal-offers"])

    assert (desk, offers) == ({"200"}, {"200"})


def test_a_session_from_before_has_to_show_it_first(
    world: World, browser_of: Browser
) -> None:
    before = with_factor(browser_of("owner"), shown=False)
    shown = with_factor(browser_of("finance"), shown=True)

    assert answers(before, world, ["portal-team"]) == {reverse(SHOW)}
    assert answers(shown, world, ["portal-payouts"]) == {"200"}

    Authenticator.objects.all().delete()  # and another one is set up elsewhere
    with_factor(shown, shown=False)

    assert answers(shown, world, ["portal-payouts"]) == {reverse(SHOW)}


def test_the_admin_opens_to_nobody_without_one(world: World) -> None:
    client = Client()
    client.force_login(operator("administrator"))
    client.raise_request_exception = False

    found = {client.get(path).status_code for path in paths("admin:")}

    assert found == {302}


def test_the_machines_of_a_shop_are_not_asked(world: World) -> None:
    secret = world.secrets["the shop's"]
    headers = {"Authorization": f"Bearer {secret}"}

    assert Client(headers=headers).get(reverse("api:offers")).status_code == 200
