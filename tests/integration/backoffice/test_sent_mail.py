"""What went out: noted once a server has it, found by address, forgotten in time."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse

from frontend.backoffice.job_words import mail_named
from marketplace.accounts.models import SentMail, User
from marketplace.db import clock, outbox
from marketplace.db.models import Outbox
from marketplace.flows.mail import Mail, post
from marketplace.jobs import mails, nightly
from tests.factories import UserFactory
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.sale import confirm_address

pytestmark = pytest.mark.django_db
PAGE = reverse("office-sent-mail")


@pytest.fixture
def anna() -> User:
    anna = UserFactory.create(email="Anna@demo.test", first_name="Anna")
    confirm_address(anna)
    return anna


def welcome(user: User) -> None:
    post(Mail.WELCOME, user=user.pk, now=clock.now())
    while outbox.send_outside(topic="mail", send=mails.send, now=clock.now()):
        pass


def rows(browser: Client, **asked: str) -> list[str]:
    return [row.to for row, _kind in browser.get(PAGE, asked).context["rows"]]


def test_a_mail_is_noted_with_its_subject_once_it_has_left(
    anna: User, as_operator: SignedIn
) -> None:
    welcome(anna)

    [noted] = SentMail.objects.all()
    assert (noted.to, noted.kind) == ("anna@demo.test", "welcome")
    assert noted.subject == mail.outbox[0].subject
    page = as_operator("support").get(PAGE).content.decode()
    assert "anna@demo.test" in page
    assert noted.subject in page


def test_one_that_no_server_takes_is_not_noted(
    anna: User, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = "tests.integration.backoffice.test_sent_mail.Nobody"

    welcome(anna)

    assert (SentMail.objects.count(), Outbox.objects.count()) == (0, 1)


class Nobody:
    """A server that is away."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def send_messages(self, _messages: object) -> int:
        raise ConnectionRefusedError


def test_mails_of_accounts_are_noted_too(client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": "ben@demo.test"})

    assert [row.kind for row in SentMail.objects.all()] == ["unknown_account"]


def test_somebody_who_waits_is_found_by_the_whole_address(
    as_operator: SignedIn, anna: User
) -> None:
    welcome(anna)
    welcome(UserFactory.create(email="ben@demo.test"))
    support = as_operator("support")

    assert rows(support) == ["ben@demo.test", "anna@demo.test"]
    assert rows(support, to=" ANNA@demo.test ") == ["anna@demo.test"]
    assert rows(support, to="anna") == []
    assert rows(support, kind="welcome", to="ben@demo.test") == ["ben@demo.test"]


def test_the_night_forgets_what_is_older_than_thirty_days(anna: User) -> None:
    welcome(anna)
    SentMail.objects.update(sent_at=clock.now() - timedelta(days=31))
    welcome(anna)

    nightly.tidy(clock.now())

    assert SentMail.objects.count() == 1


def test_every_mail_has_a_name() -> None:
    folders = Path("frontend/templates").glob("*/email/*_subject.txt")
    kinds = {path.name.removesuffix("_subject.txt") for path in folders}
    unnamed = [
        kind
        for kind in {*kinds, *Mail, *mails.WRITERS}
        if mail_named(kind) == kind.replace("_", " ").capitalize()
    ]

    assert (bool(kinds), unnamed) == (True, [])
