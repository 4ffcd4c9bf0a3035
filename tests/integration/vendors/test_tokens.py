"""One press of the button makes one key, also when it is sent twice at once."""

from datetime import timedelta

import pytest
from django.db import transaction

from marketplace.accounts.models import User
from tests.factories import NOW, UserFactory, seller
from tests.integration.beside import Beside
from vendors.models import ApiToken, Vendor
from vendors.services import tokens
from vendors.services.tokens import (
    AlreadyIssuedError,
    EndPassedError,
    TokenTerms,
    TooManyTokensError,
    issue_token,
    revoke_token,
)

pytestmark = pytest.mark.usefixtures("committing_db")


@pytest.fixture
def bakery(committing_db: None) -> Vendor:
    return seller("Bakery").vendor


@pytest.fixture
def owner(committing_db: None) -> User:
    return UserFactory.create()


def press(vendor: Vendor, owner: User, *, number: str = "p-1") -> tuple[ApiToken, str]:
    return issue_token(
        vendor=vendor,
        terms=TokenTerms(name="Till", scopes=["offers:read"]),
        user_id=owner.pk,
        now=NOW,
        press=number,
    )


def test_the_second_press_waits_for_the_first_and_makes_nothing(
    bakery: Vendor, owner: User
) -> None:
    with transaction.atomic():
        press(bakery, owner)
        second = Beside(lambda: press(bakery, owner))
        waited = second.waits()

    with pytest.raises(AlreadyIssuedError):
        second.result()
    assert waited
    assert ApiToken.objects.count() == 1


def test_the_second_press_makes_the_key_when_the_first_came_to_nothing(
    bakery: Vendor, owner: User
) -> None:
    with transaction.atomic():
        press(bakery, owner)
        second = Beside(lambda: press(bakery, owner))
        waited = second.waits()
        transaction.set_rollback(True)

    token, _secret = second.result()
    assert waited
    assert ApiToken.objects.get() == token


def test_two_who_press_at_once_make_no_more_keys_than_are_allowed(
    bakery: Vendor, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)

    with transaction.atomic():
        press(bakery, owner)
        second = Beside(lambda: press(bakery, owner, number="p-2"))
        second_waits = second.waits()

    assert second_waits
    with pytest.raises(TooManyTokensError, match="You have 1 keys"):
        second.result()
    assert ApiToken.objects.count() == 1


def test_a_key_that_was_taken_back_makes_room(
    bakery: Vendor, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
    token, _secret = press(bakery, owner)
    revoke_token(token=token, now=NOW)

    press(bakery, owner, number="p-2")

    assert ApiToken.objects.filter(revoked_at=None).count() == 1


def test_a_key_that_has_ended_makes_room_and_none_is_made_that_has(
    bakery: Vendor, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
    terms = TokenTerms(name="Fair", scopes=["offers:read"], ends_on=NOW.date())

    issue_token(vendor=bakery, terms=terms, user_id=owner.pk, now=NOW)
    issue_token(
        vendor=bakery,
        terms=TokenTerms(name="Till", scopes=["offers:read"]),
        user_id=owner.pk,
        now=NOW + timedelta(days=1),
    )
    with pytest.raises(EndPassedError):
        issue_token(
            vendor=bakery, terms=terms, user_id=owner.pk, now=NOW + timedelta(days=1)
        )

    assert ApiToken.objects.count() == 2
