"""What an operator types into the head of the office leads to the thing."""

import pytest
from django.urls import reverse

from tests.factories import seller
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.sale import make_offer, make_seller, make_user, pay_for

pytestmark = pytest.mark.django_db


def found(client, words: str) -> str:
    return client.get(reverse("office-find"), {"q": words})["Location"]


def test_an_order_is_found_by_its_number_that_of_a_part_and_its_only_buyer(
    as_operator: SignedIn,
) -> None:
    bakery, anna = make_seller("Bakery"), make_user("anna")
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=500): 1}}, user=anna)
    client = as_operator("support")

    page = reverse("office-order", args=[sale.order.number])
    for words in (sale.order.number, f"#{sale.order.number}", sale.part.number):
        assert found(client, words) == page
    assert found(client, anna.email) == page


def test_a_shop_is_found_by_a_part_of_its_name(as_operator: SignedIn) -> None:
    for name in ("Bakery", "Bindery", "Bistro"):
        seller(name)
    client = as_operator("moderator")

    assert found(client, "bake") == reverse("office-seller", args=["bakery"])
    assert found(client, "Bi") == f"{reverse('office-sellers')}?q=Bi"


def test_what_nobody_knows_is_looked_for_in_the_log(as_operator: SignedIn) -> None:
    client = as_operator("moderator")

    log = reverse("office-audit")
    assert found(client, "Ines Varga") == f"{log}?q=Ines+Varga"
    assert found(client, "a@b.example") == f"{log}?q=a%40b.example"
    assert found(client, " ") == reverse("office-home")
