"""What a list of the office asks of the database does not grow with the list."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.shop.catalogue.models import ProductClass
from payouts.models import RefundRequest
from payouts.services import refund
from payouts.services.refund_booking import book_failure
from tests.factories import NOW, ProductFactory, seller
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.disputed import charge_back
from tests.integration.portal.conftest import picture
from tests.integration.sale import make_offer, make_seller, pay_for
from vendors.models import Application

pytestmark = pytest.mark.django_db


def propose(number: int) -> None:
    goods, _ = ProductClass.objects.get_or_create(name="Goods")
    product = ProductFactory.create(
        title=f"Loaf {number}",
        is_public=False,
        review_state="in_review",
        submitted_by=seller(f"Bakery {number}"),
        submitted_at=NOW,
        product_class=goods,
    )
    product.images.create(original=picture())


def apply(number: int) -> None:
    Application.objects.create(
        vendor=seller(f"Shop {number}").vendor,
        state=Application.State.SUBMITTED,
        submitted_at=NOW,
    )


def dispute(number: int) -> None:
    shop = make_seller(f"Mill{number}")
    sale = pay_for({shop: {make_offer(shop, "Flour", cents=900): 1}})
    charge_back(sale, at=NOW)


def owe(number: int) -> None:
    shop = make_seller(f"Dairy{number}")
    sale = pay_for({shop: {make_offer(shop, "Cheese", cents=900): 1}})
    refund.request_refund_of_vendor_order(
        vendor_order_id=sale.part.pk, reason="Torn", token=f"owe:{number}", now=NOW
    )
    request = RefundRequest.objects.get(token=f"owe:{number}")
    book_failure(request=request, why="closed_card", now=NOW)


def sell(number: int) -> None:
    shop = make_seller(f"Grove{number}")
    pay_for({shop: {make_offer(shop, "Oil", cents=900): 1}})


@pytest.mark.parametrize(
    ("page", "happen"),
    [
        ("office-products", propose),
        ("office-applications", apply),
        ("office-sellers", apply),
        ("office-home", apply),
        ("office-home", propose),
        ("office-payouts", sell),
        ("office-orders", sell),
        ("office-disputes", dispute),
        ("office-refunds", owe),
    ],
)
def test_more_rows_ask_no_more(
    page: str, happen: Callable[[int], None], as_operator: SignedIn
) -> None:
    client, counts = as_operator(), []
    numbers = iter(range(8))

    for more in (2, 4):
        for number in (next(numbers) for _ in range(more)):
            happen(number)
        client.get(reverse(page), follow=True)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(page), follow=True)
        counts.append(len(queries))

    assert counts[0] == counts[1]
