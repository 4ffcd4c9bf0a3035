"""Operators of every kind, and a client for each."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from marketplace.accounts.models import User
from tests.factories import UserFactory

SignedIn = Callable[..., Client]


def operator(*groups: str) -> User:
    """Return somebody of the platform with these roles."""
    user = UserFactory.create(is_staff=True)
    for name in groups:
        user.groups.add(Group.objects.get_or_create(name=name)[0])
    return user


@pytest.fixture
def as_operator(db: None) -> SignedIn:
    def sign_in(*groups: str) -> Client:
        client = Client()
        client.force_login(operator(*(groups or ("administrator",))))
        return client

    return sign_in
