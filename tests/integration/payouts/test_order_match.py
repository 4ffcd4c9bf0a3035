"""One order beside Stripe's objects, whatever has happened to it."""

from marketplace.core.viewer import OperatorPermission, Viewer
from payouts.selectors.operators import ledger_of
from payouts.services import refund
from payouts.services.order_match import OrderMovement, compare_order
from tests.factories import UserFactory
from tests.integration.payouts import claims
from tests.integration.payouts.wire import Wire

FINANCE = Viewer(operator_permissions=frozenset({OperatorPermission.FINANCE}))


def told(rows: list[OrderMovement]) -> list[tuple[str, int | None, int | None, bool]]:
    return [(row.kind, row.booked, row.theirs, row.agrees) for row in rows]


def test_an_inquiry_moves_nothing_and_agrees(wire: Wire) -> None:
    sale = wire.sell(wire.seller())
    claims.charge_back(wire, sale, inquiry=True)

    assert told(compare_order(order_id=sale.order_id)) == [
        ("payment", 10_000, 10_000, True),
        ("dispute", 0, 0, True),
    ]


def test_a_dispute_that_is_lost_and_shared_out_agrees(wire: Wire) -> None:
    sale = wire.sell(wire.seller())
    wire.receive(sale)
    wire.work()
    lost = claims.lose(wire, claims.charge_back(wire, sale))
    claims.allocate(wire, lost, UserFactory.create().pk)
    wire.work()

    assert told(compare_order(order_id=sale.order_id)) == [
        ("payment", 10_000, 10_000, True),
        ("transfer", -8800, -8800, True),
        ("reversal", 8800, 8800, True),
        ("dispute", -12_000, -12_000, True),
    ]
    booked = {each.kind for each in ledger_of(FINANCE, order_id=sale.order_id)}
    assert {"capture", "processor_fee", "transfer", "reversal", "dispute"} <= booked


def test_an_order_that_settles_in_another_currency_agrees(wire: Wire) -> None:
    wire.sandbox.post("fx", **{"from": "usd", "to": "eur", "rate": "0.92"})
    sale = wire.sell(wire.seller(), currency="USD")
    wire.receive(sale)
    wire.work()
    refund.request_refund_of_vendor_order(
        vendor_order_id=sale.vendor_order_id,
        reason="Broken",
        token="broken",
        now=wire.now(),
    )
    wire.work()

    rows = compare_order(order_id=sale.order_id)

    assert [(row.currency, *told([row])[0]) for row in rows] == [
        ("USD", "payment", 10_000, 10_000, True),
        ("USD", "refund", -10_000, -10_000, True),
        ("EUR", "transfer", -8096, -8096, True),
        ("EUR", "reversal", 8096, 8096, True),
    ]
