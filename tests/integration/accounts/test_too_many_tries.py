"""Who guesses is stopped, and told when to come back."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.db import clock
from tests.factories import NOW
from tests.integration.sale import confirm_address, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    anna = make_user("anna")
    confirm_address(anna)
    return anna


def sign_in(client: Client, password: str) -> HttpResponse:
    return client.post(
        reverse("account_login"), {"login": "anna@example.org", "password": password}
    )


def test_too_many_wrong_passwords_are_told_when_to_try_again(
    client: Client, anna: User
) -> None:
    answers = [sign_in(client, f"guess {n}") for n in range(6)]

    last = answers[-1]
    again_at = timezone.localtime(NOW + timedelta(minutes=5))
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert last["Retry-After"] == "300"
    assert f"Try again at {again_at:%H:%M}." in last.content.decode()
    assert reverse("account_reset_password") in last.content.decode()


def test_the_right_password_waits_too_once_somebody_has_guessed(
    client: Client, anna: User
) -> None:
    for n in range(5):
        sign_in(client, f"guess {n}")

    answer = sign_in(client, "correct horse")

    assert answer.status_code == 429
    assert SESSION_KEY not in client.session


def test_asking_for_a_new_password_again_and_again_gets_the_same_page(
    client: Client, anna: User
) -> None:
    for_anna = {"email": "anna@example.org"}

    answers = [
        client.post(reverse("account_reset_password"), for_anna) for _ in "123456"
    ]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert answers[-1]["Retry-After"] == "300"
    assert "Too many tries" in answers[-1].content.decode()
    assert len(mail.outbox) == 5
