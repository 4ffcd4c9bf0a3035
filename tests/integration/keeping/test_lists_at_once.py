"""Two tabs of one person's lists."""

from functools import partial

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from marketplace.shop.wishlists import services
from marketplace.shop.wishlists.models import Line, WishList
from tests.factories import NOW
from tests.integration.beside import Beside
from tests.integration.buying.market import open_market
from tests.integration.sale import make_user

pytestmark = pytest.mark.usefixtures("committing_db")


def status_of(browser: Client, address: str, form: dict[str, str]) -> int:
    return browser.post(address, form).status_code


def test_a_list_that_another_tab_removes_meanwhile_is_not_there() -> None:
    anna = make_user("anna")
    birthday = services.make_list(user_id=anna.pk, name="Birthday")
    browser = Client()
    browser.force_login(anna)
    sent = {"list-name": {"name": "Party"}, "list-change": {"do": "share"}}

    with transaction.atomic():
        services.remove_list(user_id=anna.pk, key=birthday.key)
        others = [
            Beside(
                partial(status_of, browser, reverse(each, args=[birthday.key]), form)
            )
            for each, form in sent.items()
        ]
        waited = [other.waits() for other in others]

    assert waited == [True, True]
    assert [other.result() for other in others] == [404, 404]


def test_a_list_is_removed_with_what_is_put_on_it_meanwhile() -> None:
    anna, market = make_user("anna"), open_market()
    thing = market.loaf.product
    gone = services.make_list(user_id=anna.pk, name="Birthday")

    with transaction.atomic():
        services.keep(
            user_id=anna.pk, product_id=thing.public_id, country="BE", now=NOW
        )
        other = Beside(lambda: services.remove_list(user_id=anna.pk, key=gone.key))
        assert other.waits()
    other.result()

    assert not WishList.objects.exists()
    assert not Line.objects.exists()
