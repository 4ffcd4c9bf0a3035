"""What of the past still wants a review, whichever hour it is written at."""

import pytest

from marketplace.demo.load.past.judging import unreviewed_lines
from marketplace.flows.review_product import review_product
from marketplace.shop.catalogue.models import Product
from reviews.services.reviews import Opinion
from tests.integration.sale import Sale, moment
from vendors.models import VendorOrder, VendorOrderLine

NOW = moment("2026-11-25 10:00")
pytestmark = pytest.mark.django_db


def test_who_reviewed_one_size_of_a_thing_has_reviewed_the_other(sale: Sale):
    VendorOrder.objects.update(state=VendorOrder.State.RECEIVED, received_at=NOW)
    VendorOrderLine.objects.update(shipped_quantity=1)
    family = Product.objects.create(structure="parent", title="Of all sizes")
    Product.objects.update(structure="child", parent=family)
    Product.objects.filter(pk=family.pk).update(structure="parent", parent=None)
    before = unreviewed_lines().count()

    review_product(
        line=sale.lines[0],
        opinion=Opinion(score=4, text="Crisp.", user_id=sale.order.user_id),
        now=NOW,
    )

    assert (before, unreviewed_lines().count()) == (len(sale.lines), 0)


def test_what_never_left_wants_no_review(sale: Sale):
    VendorOrder.objects.update(state=VendorOrder.State.RECEIVED, received_at=NOW)

    assert not unreviewed_lines().exists()
