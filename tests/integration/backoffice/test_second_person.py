"""What somebody else began with money is counted for whoever may decide it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db import clock
from payouts.models import AdjustmentKind
from payouts.models.run import BankBatch
from payouts.services.adjustments import AdjustmentRequest, request_adjustment
from tests.integration.backoffice.conftest import operator
from tests.integration.payouts.market import make_seller

Begin = Callable[[User], object]


def prepare(by: User) -> BankBatch:
    return BankBatch.objects.create(
        currency="EUR", prepared_by=by, prepared_at=clock.now()
    )


def fine(by: User) -> object:
    asked = AdjustmentRequest(
        vendor_id=make_seller().pk,
        currency="EUR",
        kind=AdjustmentKind.FINE,
        amount_minor=50_000,
        reason="Sent twice the same parcel late",
        token="t",
    )
    return request_adjustment(request=asked, by=by.pk, now=clock.now())


def home(user: User) -> tuple[int, list[str]]:
    """Return what the side bar counts at *Payouts*, and the queues that are shown."""
    client = Client()
    client.force_login(user)
    seen = client.get(reverse("office-home")).context
    return seen["counts"]["runs"], [str(each.title) for each, *_ in seen["queues"]]


@pytest.mark.parametrize(
    ("begin", "title"),
    [
        (prepare, "Payments at the bank to confirm"),
        (fine, "Adjustments to decide"),
    ],
)
def test_what_waits_is_counted_for_another_who_may_decide(
    db: None, begin: Begin, title: str
):
    marc, ines, support = (operator(each) for each in ("finance", "finance", "support"))
    begin(marc)

    found = [home(each) for each in (marc, ines, support)]

    assert [(n, title in titles) for n, titles in found] == [
        (0, False),
        (1, True),
        (0, False),
    ]
