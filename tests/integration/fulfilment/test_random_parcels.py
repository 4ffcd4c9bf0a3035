"""Any order of parcels, arrivals, refunds and releases leaves books that hold."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.errors import RefusedError
from marketplace.flows.cancel_order import refuse_order
from marketplace.flows.confirm_receipt import confirm_receipt
from payouts.models import AccountKind, ParcelRelease, VendorTransfer
from payouts.services import refund, release
from payouts.services.refund import RefundLineInput
from tests.database import check_deferred
from tests.integration.fulfilment.test_parcels_money import (
    DAY,
    MONDAY,
    answer,
    arrive,
    money,
    sell,
    send,
    violations,
)
from tests.integration.payouts.market import posted
from tests.integration.sale import Sale
from vendors.models import Parcel
from vendors.services.fulfilment import CancelReason

pytestmark = pytest.mark.django_db
FEWER = settings(max_examples=max(5, settings().max_examples // 4))

lines = st.lists(
    st.tuples(st.integers(1, 30_000), st.integers(1, 4)), min_size=1, max_size=3
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 255)),
        st.tuples(st.just("arrive"), st.integers(0, 5)),
        st.tuples(st.just("wait"), st.integers(1, 20)),
        st.tuples(st.just("refund"), st.integers(0, 299)),
        st.tuples(st.just("refuse"), st.just(0)),
        st.tuples(st.just("confirm"), st.just(0)),
    ),
    max_size=12,
)


class Story:
    """A sale as it goes on; a step that is refused changes nothing."""

    def __init__(self, sale: Sale) -> None:
        self.sale, self.now, self.count = sale, MONDAY, 0

    def take(self, what: str, amount: int) -> None:
        self.count += 1
        self.now += timedelta(minutes=1)
        try:
            with transaction.atomic():
                getattr(self, what)(amount)
        except RefusedError:
            pass
        answer(self.now)
        check_deferred()

    def send(self, bits: int) -> None:
        pieces = [
            min(line.left_to_ship, bits >> 2 * place & 3)
            for place, line in enumerate(self.sale.lines)
        ]
        send(self.sale, *pieces, at=self.now)

    def arrive(self, which: int) -> None:
        parcels = list(Parcel.objects.order_by("pk"))
        if parcels:
            arrive(parcels[which % len(parcels)], self.now)

    def wait(self, days: int) -> None:
        self.now += days * DAY
        release.release_due(now=self.now)

    def refund(self, which: int) -> None:
        line = self.sale.lines[which % len(self.sale.lines)].order_line.settlement_line
        left = line.gross_minor - line.refunded_gross_minor
        gross = max(1, left * (which // 3) // 100)
        refund.request_refund(
            order_id=self.sale.order.pk,
            lines=[RefundLineInput(line.pk, gross)],
            reason="Broken",
            token=str(self.count),
            now=self.now,
        )

    def refuse(self, _amount: int) -> None:
        refuse_order(part=self.sale.part, reason=CancelReason.SOLD_OUT, now=self.now)

    def confirm(self, _amount: int) -> None:
        confirm_receipt(part=self.sale.part, now=self.now)

    def end(self) -> None:
        """Let everything leave, arrive and be released."""
        self.take("refuse", 0)
        for number in range(Parcel.objects.count()):
            self.take("arrive", number)
        for _ in range(3):
            self.take("wait", 20)


@FEWER
@given(things=lines, shipping=st.integers(0, 900), script=steps)
def test_parcels_pay_what_refunds_leave_to_the_cent(
    things: list[tuple[int, int]], shipping: int, script: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        named = {f"Thing {place}": thing for place, thing in enumerate(things)}
        story = Story(sell(named, shipping=shipping))
        for what, amount in script:
            story.take(what, amount)
        between = violations()
        story.end()
        row = money(story.sale)
        sent = VendorTransfer.objects.aggregate(
            out=Sum("amount_minor", default=0), back=Sum("reversed_minor", default=0)
        )
        parcels = ParcelRelease.objects.aggregate(net=Sum("net_minor", default=0))
        due = posted(row.vendor, AccountKind.VENDOR_PAYABLE)
        after = violations()
        transaction.set_rollback(True)

    assert (between, after) == ([], [])
    assert row.held_minor == 0
    assert sent["out"] - sent["back"] + due == row.left_minor
    if row.is_split:
        assert parcels["net"] == row.released_minor
