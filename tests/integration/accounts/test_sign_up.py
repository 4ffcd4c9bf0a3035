"""What an account brings the moment it is made."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import TermsAcceptance, User
from marketplace.db.models import Outbox

pytestmark = pytest.mark.django_db


def sign_up(email: str) -> None:
    Client().post(
        reverse("account_signup"),
        {"email": email, "password1": "correct horse battery"},
    )


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
