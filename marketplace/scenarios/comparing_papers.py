"""Compare what stands on paper: documents, statements, refunds, costs, the bank."""

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import Any

from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.scenarios import papers
from marketplace.scenarios.differences import (
    Difference,
    Facts,
    compare_rows,
)
from marketplace.scenarios.world import World
from marketplace.shop.promotions.models import Redemption
from payouts import verify
from payouts.selectors import books, statement
from payouts.selectors.movements import ACCOUNTS, account_of
from payouts.selectors.promotions import promotion_costs
from payouts.signing import signer


def named(row: Facts, world: World) -> dict[str, object]:
    """Return a row with its order and seller called as the scenario calls them."""
    orders = {order.pk: name for name, order in world.orders.items()}
    vendor_id = row.get("vendor_id")
    return {
        **{name: each for name, each in row.items() if not name.endswith("_id")},
        "order": orders.get(row.get("order_id"), ""),
        "seller": world.seller_name(vendor_id if isinstance(vendor_id, int) else None),
    }


def _documents(
    expected: Sequence[papers.Document], world: World
) -> Iterator[Difference]:
    found = []
    for row in books.document_rows():
        document = named(row, world)
        is_sellers = not str(row["kind"]).startswith("commission")
        document["issuer"] = document["seller"] if is_sellers else "platform"
        found.append(document)
    yield from compare_rows("document", expected, found)


def _refunds(
    expected: Sequence[papers.RefundAsked], world: World
) -> Iterator[Difference]:
    found = [named(row, world) for row in books.refund_rows()]
    yield from compare_rows("refund", expected, found)


def _bank(expected: Sequence[papers.BankMovement], _world: World) -> Any:
    return compare_rows("line of the bank", expected, books.bank_rows())


def _promotions(expected: Sequence[papers.Cost], world: World) -> Iterator[Difference]:
    keys = {name: row.pk for name, row in world.promotions.items()}
    costs = promotion_costs(_finance(), list(keys.values()))
    living = Redemption.objects.filter(released_at=None)
    found: list[Facts] = [
        {
            "name": name,
            "orders": living.filter(promotion=key).count(),
            "platform": costs[key].platform_cost_minor if key in costs else 0,
            "sellers": costs[key].vendor_cost_minor if key in costs else 0,
        }
        for name, key in keys.items()
    ]
    yield from compare_rows("promotion", expected, found)


def _statements(
    expected: Sequence[papers.Statement], world: World
) -> Iterator[Difference]:
    """Compare every month of every seller in the scenario's currency, oldest first."""
    months = [
        (name, found)
        for name, vendor in world.sellers.items()
        for found in _months(vendor.pk, world)
    ]
    rows = [_month_row(name, found, world) for name, found in months]
    yield from compare_rows("statement", expected, rows)
    for name, month in months:
        yield from _verify(f"statement {month.number} of {name}", month.sheet())


def _months(vendor_id: int, world: World) -> Iterator[statement.SellerStatement]:
    viewer, currency = _finance(), world.given.currency
    months = statement.statement_months(
        viewer, vendor_id=vendor_id, currency=currency, now=world.now
    )
    for month in reversed(months):
        found = statement.statement_of(
            viewer,
            vendor_id=vendor_id,
            currency=currency,
            month=month.key,
            now=world.now,
        )
        # The month that has just begun says nothing yet.
        if found is not None and (found.closed or found.movement_count):
            yield found


def _month_row(name: str, month: statement.SellerStatement, world: World) -> Facts:
    return {
        "seller": name,
        "closed": month.closed is not None,
        "opening": month.opening.minor,
        "closing": month.closing.minor,
        **{account: month.period.closing[account] for account in ACCOUNTS.values()},
        "sent": month.sent.minor,
        "lines": [
            {
                "kind": entry.transaction.kind,
                "account": account_of(entry),
                "amount": entry.credit_minor,
                "order": world.order_name(
                    entry.settlement.order_id if entry.settlement else None
                ),
            }
            for entry in month.movements()
        ],
    }


def _verify(what: str, sheet: bytes) -> Iterator[Difference]:
    """Read a statement as a seller's accountant would, with our key."""
    try:
        read = verify.read(BytesIO(sheet))
        for check in verify.CHECKS:
            check(read)
        keys = [verify.Key(signer().public_key)]
        verify.check_signature(read, keys)
    except (verify.FaultError, verify.UnreadableError) as error:
        yield Difference(what, "that it can be verified", str(error))


def _finance() -> Viewer:
    return Viewer(
        user_id=None,
        email="",
        operator_permissions=frozenset({OperatorPermission.FINANCE}),
        roles={},
    )


PAPERS: dict[str, Callable[[Any, World], Any]] = {
    "documents": _documents,
    "statements": _statements,
    "refunds": _refunds,
    "bank_lines": _bank,
    "promotions": _promotions,
}
