"""Two at once never give back more than was paid: by amounts, delivery and goodwill."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from payouts.models import LineKind, PaymentAttempt, RefundRequest, Settlement
from payouts.services import refund
from payouts.services.refund import NotRefundableError, RefundLineInput
from payouts.services.refund_booking import book_refund
from tests.integration.beside import Beside
from tests.integration.payouts.market import Item, shipping
from tests.integration.payouts.wire import Wire

pytestmark = pytest.mark.live
Asks = Callable[[int], object]


def at_once(*asks: Asks) -> list[bool]:
    def click(number: int) -> bool:
        try:
            asks[number](number)
        except NotRefundableError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(asks)) as pool:
        return sorted(pool.map(click, range(len(asks))))


def give(wire: Wire, row: Settlement, kind: LineKind, gross: int) -> Asks:
    line = row.lines.get(kind=kind)
    now = wire.now()
    return lambda number: refund.request_refund(
        order_id=row.order_id,
        lines=[RefundLineInput(line.pk, gross)],
        reason="Late",
        token=f"at once:{number}",
        now=now,
    )


def goodwill(wire: Wire, row: Settlement, cash: int) -> Asks:
    now = wire.now()
    return lambda number: refund.request_goodwill(
        order_id=row.order_id,
        cash_minor=cash,
        reason="Sorry",
        token=f"at once:{number}",
        now=now,
    )


def test_an_amount_and_goodwill(wire: Wire) -> None:
    row = wire.sell(wire.seller())

    accepted = at_once(give(wire, row, LineKind.ITEM, 6000), goodwill(wire, row, 6000))
    wire.work()

    assert accepted == [False, True]
    assert [each.amount for each in wire.client().v1.refunds.list().data] == [6000]
    wire.endow()
    assert wire.violations() == []


def test_the_delivery_is_given_back_once(wire: Wire) -> None:
    row = wire.sell(wire.seller(), Item(5000), shipping(499))

    accepted = at_once(*[give(wire, row, LineKind.SHIPPING, 499)] * 3)
    wire.work()

    assert accepted == [False, False, True]
    assert PaymentAttempt.objects.get().refunded_minor == 499
    assert wire.violations() == []


def test_amounts_that_fit_together_both_go(wire: Wire) -> None:
    row = wire.sell(wire.seller(), Item(5000), shipping(499))

    accepted = at_once(
        give(wire, row, LineKind.SHIPPING, 499), give(wire, row, LineKind.ITEM, 5000)
    )
    wire.work()

    assert accepted == [True, True]
    assert PaymentAttempt.objects.get().refunded_minor == 5499
    assert wire.violations() == []


def test_one_is_asked_for_while_another_is_booked(wire: Wire) -> None:
    row = wire.sell(wire.seller())
    give(wire, row, LineKind.ITEM, 1000)(1)
    first, ask = RefundRequest.objects.get(), give(wire, row, LineKind.ITEM, 2000)

    with transaction.atomic():
        # Written twice in one transaction, its references are checked at the end.
        first.save()
        book_refund(request=first, now=wire.now())
        second = Beside(lambda: ask(2))
        has_waited = second.waits()

    second.result()
    assert has_waited
    assert Settlement.objects.get().refunded_gross_minor == 3000
