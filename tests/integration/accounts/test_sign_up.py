"""What an account brings the moment it is made, and what signing up tells nobody."""

import re

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import TermsAcceptance, User
from marketplace.accounts.selectors import has_verified_email
from marketplace.db.models import Outbox
from tests.integration.sale import confirm_address, make_user

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


def sign_up(
    email: str, *, client: Client | None = None, following: str = ""
) -> HttpResponse:
    return (client or Client()).post(
        reverse("account_signup"),
        {"email": email, "password1": PASSWORD, "next": following},
    )


def link_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"/accounts/confirm-email/\S+", str(letter.body))
    assert found is not None
    return found.group()


def test_a_new_account_has_agreed_to_the_terms_in_force_and_is_greeted() -> None:
    sign_up("anna@example.org")

    user = User.objects.get()
    acceptance = TermsAcceptance.objects.get()
    assert (acceptance.user, acceptance.version) == (user, settings.TERMS_VERSION)
    assert Outbox.objects.filter(topic="mail").count() == 1


def test_a_second_sign_up_with_an_address_makes_nothing() -> None:
    sign_up("anna@example.org")

    sign_up("Anna@example.org")

    assert User.objects.count() == 1
    assert TermsAcceptance.objects.count() == 1


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_signing_up_answers_the_same_whether_the_address_is_taken_or_not(
    *, is_confirmed: bool
) -> None:
    anna = make_user("anna")
    if is_confirmed:
        confirm_address(anna)
    first, second = Client(), Client()

    taken = sign_up("Anna@example.org", client=first)
    free = sign_up("bert@example.org", client=second)

    sent = reverse("account_email_verification_sent")
    assert [(each.status_code, each["Location"]) for each in (taken, free)] == [
        (302, sent)
    ] * 2
    assert set(taken.cookies) == set(free.cookies)
    pages = [client.get(sent).content.decode() for client in (first, second)]
    assert pages[0].replace("anna@", "bert@") == pages[1]
    assert [SESSION_KEY in client.session for client in (first, second)] == [False] * 2


def test_signing_up_takes_as_long_whether_the_address_is_taken_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_user("anna")
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def count(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)

    sign_up("anna@example.org")
    sign_up("bert@example.org")

    assert hashed == [PASSWORD, PASSWORD]


def test_the_owner_of_a_taken_address_is_told_how_to_come_in() -> None:
    confirm_address(make_user("anna"))

    sign_up("Anna@example.org")

    (letter,) = mail.outbox
    assert letter.to == ["anna@example.org"]
    assert "There is one already" in letter.body
    assert reverse("account_login") in letter.body
    assert reverse("account_reset_password") in letter.body


def test_following_the_link_signs_in_and_goes_on_where_one_came_from() -> None:
    client = Client()
    sign_up("anna@example.org", client=client, following="/sell/apply/")
    (letter,) = mail.outbox

    answer = client.post(link_in(letter))

    anna = User.objects.get()
    assert answer["Location"] == "/sell/apply/"
    assert client.session[SESSION_KEY] == str(anna.pk)
    assert has_verified_email(anna)


def test_a_link_that_somebody_else_opens_signs_nobody_in() -> None:
    sign_up("anna@example.org")
    (letter,) = mail.outbox
    other = Client()

    answer = other.post(link_in(letter))

    assert answer["Location"] == reverse("account_login")
    assert SESSION_KEY not in other.session
    assert has_verified_email(User.objects.get())


def test_nobody_signs_in_with_an_address_that_was_never_confirmed() -> None:
    sign_up("anna@example.org")
    client = Client()

    answer = client.post(
        reverse("account_login"), {"login": "anna@example.org", "password": PASSWORD}
    )

    assert answer["Location"] == reverse("account_email_verification_sent")
    assert SESSION_KEY not in client.session
