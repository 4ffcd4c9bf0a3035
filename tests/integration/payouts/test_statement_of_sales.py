"""What real sales, refunds and transfers leave in a statement."""

import csv
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from payouts import verify
from payouts.models import LedgerEntry, Settlement, Statement
from payouts.months import month_of
from payouts.services import refund
from payouts.services.refund import RefundLineInput
from payouts.services.refund_booking import undo_refund
from payouts.services.statements import close_statements
from payouts.signing import signer
from tests.integration.payouts.market import (
    Item,
    place,
    set_default_plan,
    shipping,
)
from tests.integration.payouts.wire import Wire
from vendors.models import Vendor

pytestmark = pytest.mark.live


def give_back(wire: Wire, row: Settlement, *grosses: int, name: str) -> None:
    lines = row.lines.order_by("pk")
    refund.request_refund(
        order_id=row.order_id,
        lines=[
            RefundLineInput(line.pk, gross)
            for line, gross in zip(lines, grosses, strict=False)
            if gross
        ],
        reason="=cmd|' /C calc'!A0",
        token=name,
        now=wire.now(),
    )
    wire.work()


def close(wire: Wire, vendor: Vendor) -> Statement:
    close_statements(now=month_of(wire.now()).ends + timedelta(hours=3))
    return Statement.objects.filter(vendor=vendor).latest("ends_at")


def rows_of(row: Statement, section: str) -> Iterator[dict[str, str]]:
    heads: list[str] = []
    for cells in csv.reader(zlib.decompress(row.sheet).decode().splitlines()):
        if cells[0] == f"#{section}":
            heads = cells[1:]
        elif cells[0] == section:
            yield dict(zip(heads, cells[1:], strict=True))


@pytest.fixture
def month(wire: Wire) -> Statement:
    """A closed month with two sales, refunds before and after a transfer."""
    wire.endow()
    set_default_plan(bps=1234, fixed_minor=25, min_minor=50)
    vendor = wire.seller("Brume", country="BE")
    lines = [Item(5995, quantity=3, tax=1040), Item(2000), shipping(390)]
    other = wire.seller("Bindery", country="FR")
    opened = place(
        {vendor: lines, other: [Item(4105)]},
        voucher=1000,
        points=333,
        now=wire.now(),
    )
    wire.pay(opened)
    sold = Settlement.objects.get(vendor=vendor)
    give_back(wire, sold, 999, 17, name="held")
    wire.receive(sold)
    wire.work()
    give_back(wire, sold, 3333, 0, 390, name="after")
    wire.sell(vendor, Item(60))
    return close(wire, vendor)


def test_a_month_of_everything_is_recomputed_to_the_cent(
    month: Statement, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "statement.csv"
    path.write_bytes(zlib.decompress(month.sheet))

    code = verify.main([str(path), "--key", signer().public_key])

    said = capsys.readouterr().out
    assert "WRONG" not in said, said
    assert said.count("  ok    ") == len(verify.CHECKS) + 1
    assert code == verify.RIGHT


def test_a_month_sums_to_the_ledger_and_names_what_stripe_moved(month: Statement):
    entries = LedgerEntry.objects.filter(account__vendor=month.vendor)
    assert month.movements == entries.count() == 10
    kept = Settlement.objects.get(vendor=month.vendor, gross_minor=60)
    closing = (
        *(month.closing_held_minor, month.closing_due_minor),
        month.closing_reserve_minor,
    )
    assert closing == (kept.payable_minor, 0, 0)
    kinds = [each["kind"] for each in rows_of(month, "TOTAL")]
    assert kinds == ["capture", "refund", "release", "transfer", "reversal"]
    sent = {each["stripe_id"] for each in rows_of(month, "TRANSFER")}
    told = {each["reference"] for each in rows_of(month, "MOVEMENT")}
    assert sent <= told


def test_what_is_no_price_of_each_unit_is_told_as_a_sum(month: Statement):
    first = next(rows_of(month, "LINE"))

    # Three for 59.95.
    assert (first["quantity"], first["unit_price"], first["gross"]) == (
        *("3", "", "59.95"),
    )


def test_no_spreadsheet_takes_a_reason_for_a_formula(month: Statement):
    reasons = {each["reason"] for each in rows_of(month, "REFUND")}

    assert reasons == {"'=cmd|' /C calc'!A0"}


def test_a_refund_that_stripe_refused_is_told_and_counted_out_again(
    wire: Wire, tmp_path: Path
):
    vendor = wire.seller()
    sold = wire.sell(vendor)
    request = refund.request_refund(
        order_id=sold.order_id,
        lines=[RefundLineInput(sold.lines.get().pk, 3333)],
        reason="Broken",
        token="refused",
        now=wire.now(),
    )
    undo_refund(request=request, why="No", now=wire.now())
    give_back(wire, sold, 2500, name="second")

    row = close(wire, vendor)

    assert [each["event"] for each in rows_of(row, "REFUND")] == [
        "reserved",
        "withdrawn",
        "reserved",
    ]
    path = tmp_path / "statement.csv"
    path.write_bytes(zlib.decompress(row.sheet))
    assert verify.main([str(path)]) == verify.UNPROVEN
