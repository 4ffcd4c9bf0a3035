"""What a seller changes of the whole shop is in the results after a worker's run."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.db import clock
from marketplace.shop.shipping.models import Rate
from search import services
from tests.factories import NOW, UserFactory
from tests.integration.portal.conftest import picture
from vendors.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def owner(market) -> Client:
    user = UserFactory.create()
    shop = market.bakery.vendor
    Member.objects.create(user=user, vendor=shop, role="owner", since=NOW)
    client = Client()
    client.force_login(user)
    return client


def saves(owner: Client, page: str, typed: dict[str, Any], **where: object) -> None:
    address = reverse(f"portal-settings-{page}", kwargs={"handle": "bakery", **where})
    answer = owner.post(address, typed)
    assert answer.status_code == 302, answer.content.decode()
    services.index_changed(NOW)


def card(title: str) -> str:
    """Return what the results say of a thing."""
    page = Client().get("/search", {"q": title})
    [hit] = page.context["found"].hits
    return f"{hit.card} {page.context['found'].facet('days').buckets}"


def test_time_off_and_its_end_change_the_days(market, owner) -> None:
    usual = card("kettle")
    dates = {"away_from": NOW.date(), "away_until": NOW.date() + timedelta(days=30)}

    saves(owner, "away", dates)
    away = card("kettle")
    saves(owner, "away", {"back": "1"})

    assert "value='7'" in usual
    assert "value=" not in away
    assert card("kettle") == usual


def test_a_way_of_delivery_changes_the_price_with_delivery(market, owner) -> None:
    rate = Rate.objects.get(zone__partner=market.bakery)
    terms = {"name": "Bpost", "next_item": "1", "days_min": "2", "days_max": "4"}
    where = {"zone_id": rate.zone_id, "rate_id": rate.pk}
    before = card("kettle")

    saves(owner, "rate", {**terms, "first_item": "7", "is_active": "on"}, **where)
    dearer = card("kettle")
    saves(owner, "rate-remove", {}, **where)

    assert "'delivery': 490" in before
    assert "'delivery': 700" in dearer
    assert "'delivery': None" in card("kettle")


def test_a_zone_changes_who_gets_it(market, owner) -> None:
    zone_id = Rate.objects.get(zone__partner=market.bakery).zone_id

    saves(owner, "zone", {"name": "France", "countries": ["FR"]}, zone_id=zone_id)

    assert "'delivery': None" in card("kettle")


def test_a_mark_is_on_the_cards(market, owner) -> None:
    words = {"about": "A bakery.", "returns_policy": "Thirty days."}

    saves(owner, "texts", {**words, "mark": picture("mark.png", side=900)})
    marked = card("kettle")
    saves(owner, "texts", {**words, "forget_mark": "on"})

    assert "'mark': '/" in marked
    assert "'mark': ''" in card("kettle")
