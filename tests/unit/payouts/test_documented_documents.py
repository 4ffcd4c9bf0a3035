"""What docs/algorithms/documents.md and the accountants' guide say is so."""

from datetime import UTC, datetime
from pathlib import Path

from payouts.accounting.chart import DEFAULTS
from payouts.documents.earned import Move, earned_of
from payouts.documents.figures import RatePart, part_given_back
from tests.unit.payouts.test_documented import rows

AT = datetime(2026, 11, 25, tzinfo=UTC)
GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "accounting.md"


def test_vat_goes_back_as_the_page_says():
    line, done, left = RatePart(2100, 9999, 1735), {}, 1735
    for refund, vat, rest in rows("documents.md", "refund"):
        [part] = part_given_back(gross=int(refund), parts=[line], before=done)
        before = done.get(2100, RatePart(2100, 0, 0))
        done[2100] = RatePart(2100, before.gross + part.gross, before.tax + part.tax)
        left -= part.tax

        assert (part.tax, left) == (int(vat), int(rest))


def test_commission_is_earned_as_the_page_says():
    moves = [
        Move("capture", AT, 1200, 0, 240),
        Move("refund", AT, -400, 0, -80),
        Move("release", AT, -800, 800, 0),
        Move("refund", AT, 0, -400, -80),
    ]
    told = [(int(row[1]), int(row[2])) for row in rows("documents.md", "what happens")]

    found = [(row.commission, row.vat) for row in earned_of(1, moves)]

    assert [(0, 0), *found] == told


def test_the_guide_lists_every_account():
    lines = GUIDE.read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    told = {
        row[0]: (row[1], row[2])
        for row in cells
        if len(row) == 3 and row[1][:1].isdigit()
    }

    assert told == {
        str(kind): (account.number, account.name) for kind, account in DEFAULTS.items()
    }
