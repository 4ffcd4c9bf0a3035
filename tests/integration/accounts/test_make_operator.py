from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.accounts.selectors import (
    has_verified_email,
    operator_permissions_of,
)
from marketplace.db.models import AuditEvent
from tests.integration.sale import confirm_address

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


def run(email: str) -> str:
    output = StringIO()
    call_command("make_operator", email, stdout=output)
    return output.getvalue()


def test_new_operator_may_administer_and_is_told_where_to_choose_a_password(client):
    output = run("olga@example.org")

    user = User.objects.get()
    link = output.split()[-1]
    page = client.get(urlsplit(link).path, follow=True)
    assert operator_permissions_of(user) == {"administer"}
    assert not user.has_usable_password()
    assert [event.action for event in AuditEvent.objects.all()] == ["operator.made"]
    assert b'name="password1"' in page.content


def test_a_new_operator_signs_in_with_the_password_that_the_link_set(client):
    output = run("olga@example.org")
    page = client.get(urlsplit(output.split()[-1]).path, follow=True)
    chosen = {"password1": PASSWORD, "password2": PASSWORD}
    client.post(page.redirect_chain[-1][0], chosen)

    answer = client.post(
        reverse("account_login"),
        {"login": "olga@example.org", "password": PASSWORD},
    )

    assert answer["Location"] == "/"
    assert has_verified_email(User.objects.get())


def test_an_account_that_exists_is_raised_and_keeps_its_password():
    olga = User.objects.create_user(email="olga@example.org", password="long enough 1")
    confirm_address(olga)

    output = run("Olga@example.org")

    user = User.objects.get()
    assert user.is_staff
    assert user.check_password("long enough 1")
    assert output == "olga@example.org may now administer the market.\n"


def test_an_account_that_only_claims_the_address_loses_its_password(client):
    User.objects.create_user(email="olga@example.org", password="long enough 1")
    signed_in = client.login(email="olga@example.org", password="long enough 1")

    output = run("olga@example.org")

    assert signed_in
    assert not User.objects.get().has_usable_password()
    assert "/accounts/password/reset/" in output
    assert client.get("/office/").status_code == 302


def test_what_is_no_address_is_refused_and_nothing_is_written():
    with pytest.raises(CommandError, match=r"olga is no e-mail address\."):
        run("olga")

    assert not User.objects.exists()
