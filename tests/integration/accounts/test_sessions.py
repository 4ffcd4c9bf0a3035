"""Where an account is open: listed, ended, and told of when it is somewhere new."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import LazySettings
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontend.browsers import browser_words
from marketplace.accounts.models import User
from marketplace.accounts.services import meet_device
from marketplace.db import clock
from marketplace.db.models import Outbox
from marketplace.jobs import nightly
from marketplace.jobs.mails import accounts
from tests.integration.sale import confirm_address, make_user

PASSWORD = "correct horse"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)
DEVICES = "account-devices"

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def anna() -> User:
    anna = make_user("anna")
    confirm_address(anna)
    return anna


@pytest.fixture
def sign_in(anna: User) -> SignIn:
    def sign_in(agent: str) -> Client:
        client = Client(headers={"User-Agent": agent})
        typed = {"login": anna.email, "password": PASSWORD, "remember": "on"}
        client.post(reverse("account_login"), typed)
        assert SESSION_KEY in client.session
        return client

    return sign_in


def is_in(client: Client) -> bool:
    return client.get(reverse(DEVICES)).status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone"),
        (EDGE, "Edge on Windows"),
        ("curl/8.5", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_browsers_are_called_as_their_owners_call_them(agent: str, words: str) -> None:
    assert browser_words(agent) == words


def test_the_list_says_which_browser_where_and_which_is_this_one(
    sign_in: SignIn, settings: LazySettings
) -> None:
    settings.COUNTRY_HEADER = "CF-IPCountry"
    sign_in(SAFARI).get("/", headers={"CF-IPCountry": "fr"})
    here = sign_in(FIREFOX)

    page = here.get(reverse(DEVICES)).content.decode()

    ours, _mark, others = page.partition("Safari on iPhone")
    assert "Firefox on Linux" in ours
    assert "This one" in ours
    assert "This one" not in others
    assert "France, 127.0.0.1" in others


def test_one_other_device_is_signed_out(sign_in: SignIn) -> None:
    phone, here = sign_in(SAFARI), sign_in(FIREFOX)
    row = UserSession.objects.get(user_agent=SAFARI)

    here.post(reverse("account-device-end", kwargs={"pk": row.pk}))

    assert (is_in(phone), is_in(here)) == (False, True)


def test_nobody_ends_a_session_of_somebody_else(sign_in: SignIn) -> None:
    phone = sign_in(SAFARI)
    stranger = Client()
    stranger.force_login(make_user("boris"))
    row = UserSession.objects.get(user_agent=SAFARI)

    answer = stranger.post(reverse("account-device-end", kwargs={"pk": row.pk}))

    assert (answer.status_code, is_in(phone)) == (404, True)


def test_all_others_are_signed_out_even_those_from_before_the_list(
    sign_in: SignIn, anna: User
) -> None:
    phone, old, here = sign_in(SAFARI), Client(), sign_in(FIREFOX)
    old.force_login(anna)  # no row is written for it
    old.get("/")

    here.post(reverse("account-devices-end"))

    assert [is_in(each) for each in (phone, old, here)] == [False, False, True]


def test_a_new_password_signs_out_the_others_and_says_so_by_mail(
    sign_in: SignIn, anna: User
) -> None:
    phone, here = sign_in(SAFARI), sign_in(FIREFOX)
    new = "a sentence of my own"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}

    here.post(reverse("account_change_password"), typed)

    assert [is_in(each) for each in (phone, here)] == [False, True]
    letter = mail.outbox[-1]
    assert letter.subject == "Your password was changed"
    assert "Firefox on Linux" in letter.body


def test_a_browser_that_was_never_there_is_told_of_and_only_once(
    sign_in: SignIn,
) -> None:
    first = sign_in(FIREFOX)
    told = Outbox.objects.filter(key__startswith="new_device")
    assert not told.exists()

    phone = sign_in(SAFARI)
    for client in (first, phone):
        client.post(reverse("account_logout"))
        typed = {"login": "anna@example.org", "password": PASSWORD}
        client.post(reverse("account_login"), typed)

    asked = dict(told.get().payload)
    asked.pop("kind")
    [letter] = accounts.new_device(**asked)
    assert (letter.to, letter.context["browser"]) == (
        "anna@example.org",
        "Safari on iPhone",
    )


def test_a_page_asks_nothing_more_while_the_session_was_seen_lately(
    sign_in: SignIn,
) -> None:
    here = sign_in(FIREFOX)
    here.get("/terms/")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        here.get("/terms/")

    written = [each["sql"] for each in asked if "usersession" in each["sql"]]
    assert written == []


def test_the_night_forgets_where_nobody_is_signed_in_any_more(
    sign_in: SignIn, anna: User
) -> None:
    phone, here = sign_in(SAFARI), sign_in(FIREFOX)
    phone.post(reverse("account_logout"))
    old = clock.now() - timedelta(days=401)
    meet_device(user_id=anna.pk, key="old", now=old)

    nightly.tidy(clock.now())

    assert [row.user_agent for row in UserSession.objects.all()] == [FIREFOX]
    assert is_in(here)
    assert not anna.devices.filter(last_seen_at=old).exists()
