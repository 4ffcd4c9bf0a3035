"""The office's side bar, and who is no operator; the access table has the rest."""

import pytest
from django.urls import reverse

from frontend.navigation import OFFICE as ENTRIES
from tests.integration.access.roles import OFFICE, ROLES
from tests.integration.backoffice.conftest import SignedIn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ROLES)
def test_the_side_bar_names_the_pages_of_the_role(
    role: str, as_operator: SignedIn
) -> None:
    page = as_operator(role).get(reverse("office-home")).content.decode()

    bar = page.partition('<div class="desk__side">')[2].partition("</nav>")[0]
    places = {entry.route for entry in ENTRIES if entry.route}
    linked = {name for name in places if f'href="{reverse(name)}"' in bar}
    assert linked == {name for name in places if role in OFFICE[name]}


def test_a_group_without_the_staff_flag_grants_nothing(as_operator: SignedIn) -> None:
    client = as_operator("administrator")
    user = client.get(reverse("office-home")).wsgi_request.user
    user.is_staff = False
    user.save()

    assert client.get(reverse("office-home")).status_code == 404


def test_oscars_dashboard_is_not_there(as_operator: SignedIn) -> None:
    assert as_operator("administrator").get("/dashboard/").status_code == 404
