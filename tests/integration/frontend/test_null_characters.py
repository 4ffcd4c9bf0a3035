"""A NUL, which PostgreSQL takes nowhere, in an address or a field is no fault."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.integration.backoffice.conftest import operator
from tests.integration.sale import make_offer, make_seller, make_user, pay_for


@pytest.mark.parametrize(
    "path",
    [
        "/order/%00/",
        "/order/{number}/1/problem/%00/",
        "/checkout/return/%00/",
        "/checkout/cancel/%00/",
    ],
)
def test_an_address_with_a_null_character_leads_nowhere(
    db: None, client: Client, path: str
):
    shop, anna = make_seller("Bakery"), make_user("anna")
    sale = pay_for({shop: {make_offer(shop, "Loaf", cents=450): 1}}, user=anna)
    client.force_login(anna)

    answer = client.get(path.format(number=sale.order.number))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "route",
    ["office-plans", "office-sellers", "office-categories", "office-match"],
)
def test_a_question_with_a_null_character_is_answered(
    db: None, client: Client, route: str
):
    client.force_login(operator("administrator"))

    answer = client.get(
        reverse(route),
        {"q": "a\0", "seller": "bakery\0", "product": "\0", "change": "\0"},
    )

    assert answer.status_code == 200


def test_an_offer_with_a_null_character_is_not_on_sale(db: None, client: Client):
    answer = client.post(reverse("basket-add"), {"offer": "off_\0", "quantity": 1})

    assert answer.status_code == 302


def test_a_table_with_a_null_character_changes_nothing(db: None, client: Client):
    owner = make_user("baker")
    make_seller("Bakery", owner=owner)
    client.force_login(owner)

    answer = client.post(reverse("portal-offers", args=["bakery"]), {"offer": "\0"})

    assert answer.status_code == 302
