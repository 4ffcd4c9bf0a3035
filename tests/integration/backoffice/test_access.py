"""The office is there for operators alone, each page for those it concerns."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory, seller
from tests.integration.backoffice.conftest import SignedIn
from vendors.models import Member

ALL = {"moderator", "finance", "support", "administrator"}
PAGES = {
    "office-home": ALL,
    "office-applications": {"moderator", "administrator"},
    "office-products": {"moderator", "administrator"},
    "office-problems": {"support", "administrator"},
    "office-orders": {"finance", "support", "administrator"},
    "office-payouts": {"finance", "administrator"},
    "office-check": {"finance", "administrator"},
    "office-commands": {"finance", "administrator"},
    "office-plans": {"finance", "administrator"},
    "office-plan-new": {"finance", "administrator"},
    "office-categories": {"moderator", "administrator"},
    "office-tax": {"finance", "administrator"},
    "office-carriers": {"support", "moderator", "administrator"},
    "office-sellers": ALL,
    "office-audit": ALL,
}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_signs_in_first(page: str) -> None:
    answer = Client().get(reverse(page))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("page", PAGES)
def test_a_buyer_finds_no_office(page: str) -> None:
    client = Client()
    client.force_login(UserFactory.create())

    assert client.get(reverse(page)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_seller_finds_no_office(page: str) -> None:
    vendor = seller("Bakery").vendor
    user = UserFactory.create()
    Member.objects.create(
        user=user, vendor=vendor, role="owner", since=vendor.created_at
    )
    client = Client()
    client.force_login(user)

    assert client.get(reverse(page)).status_code == 404


@pytest.mark.parametrize("role", sorted(ALL))
@pytest.mark.parametrize("page", PAGES)
def test_an_operator_sees_the_pages_of_the_role(
    page: str, role: str, as_operator: SignedIn
) -> None:
    answer = as_operator(role).get(reverse(page))

    allowed = role in PAGES[page]
    assert answer.status_code == (200 if allowed else 403)


@pytest.mark.parametrize("role", sorted(ALL))
def test_the_side_bar_names_the_pages_of_the_role(
    role: str, as_operator: SignedIn
) -> None:
    page = as_operator(role).get(reverse("office-home")).content.decode()

    bar = page.partition('<div class="desk__side">')[2].partition("</nav>")[0]
    linked = {name for name in PAGES if f'href="{reverse(name)}"' in bar}
    deeper = {"office-check", "office-plan-new"}
    assert linked == {name for name in PAGES if role in PAGES[name]} - deeper


def test_a_group_without_the_staff_flag_grants_nothing(as_operator: SignedIn) -> None:
    client = as_operator("administrator")
    user = client.get(reverse("office-home")).wsgi_request.user
    user.is_staff = False
    user.save()

    assert client.get(reverse("office-home")).status_code == 404


def test_oscars_dashboard_is_not_there(as_operator: SignedIn) -> None:
    assert as_operator("administrator").get("/dashboard/").status_code == 404
