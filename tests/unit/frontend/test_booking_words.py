"""Whatever is booked has a name in words on the page that holds an order's books."""

import ast
from collections.abc import Iterator
from pathlib import Path

from frontend.backoffice.match_words import BOOKINGS
from frontend.templatetags.office import booked_for, booked_kind, row_kind
from payouts.services import ledger
from payouts.services.reconciliation import BOOKED_FROM_STRIPE

SERVICES = Path(ledger.__file__).parent
POSTINGS = {"Posting", "two_legs", "_posting", "reserve", "_post"}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield each call of what makes a posting, with the room it stands in."""
    for file in SERVICES.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and name_of(node) in POSTINGS:
                yield file.stem, node


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def kinds_booked() -> Iterator[str]:
    """Yield each kind that the services write as it stands there."""
    for room, call in calls():
        given = [each.value for each in call.keywords if each.arg == "kind"]
        if room == "points":
            given += call.args[:1]
        for part in (part for each in given for part in ast.walk(each)):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def test_every_kind_of_booking_has_words():
    found = {*kinds_booked(), *BOOKED_FROM_STRIPE, "dispute", "dispute_reversal"}

    assert {"capture", "reserve_draw", "points_expired", "exchange"} <= found
    assert found - BOOKINGS.keys() == set()


def test_a_fine_is_no_chargeback():
    ref = {"adjustment": 3, "kind": "fine", "reason": "Late."}

    assert booked_for(ref) == "Fine"
    assert booked_kind("adjustment") == "Credited or charged by hand"
    assert row_kind("adjustment") == "Chargeback"
    assert booked_for({"order": 3}) == ""
    assert booked_kind("something_new") == "Something new"
