"""The menu of a shop: what stands in it, and how much waits there."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.integration.aftersale.steps import report, ship
from tests.integration.sale import Sale


@pytest.mark.parametrize("tab", ["to_ship", "problems"])
def test_orders_in_question_are_one_click_away_and_counted_as_their_tab_does(
    owner: Client, sale: Sale, tab: str
):
    ship(sale)
    report(sale)
    orders = reverse("portal-orders", kwargs={"handle": "bindery"})

    answer = owner.get(orders, {"tab": tab})

    [counted] = [
        each["count"] for each in answer.context["tabs"] if each["key"] == "problems"
    ]
    current = ' aria-current="page"' if tab == "problems" else ""
    assert answer.context["counts"]["problems"] == counted == 1
    assert f'<a href="{orders}?tab=problems"{current}>' in answer.text
    assert (f'<a href="{orders}" aria-current="page">' in answer.text) != bool(current)
