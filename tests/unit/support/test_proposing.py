"""Facts speak for a rule, or somebody has to look."""

from datetime import UTC, timedelta

import pytest

from support.models import Problem, ProblemAnswer, ProblemPhoto, Side
from support.proposing import Proposed, proposed_for
from tests.integration.sale import moment
from vendors.models import Parcel, VendorOrder

NOW = moment("2026-11-27 12:00")
OPENED = moment("2026-11-26 12:00")
Kind = Problem.Kind


def propose(
    kind: Problem.Kind,
    *,
    buyer: str = "",
    seller: str = "",
    wanted: str = "refund",
    pictures: int = 1,
    hours: int | None = 24,
) -> Proposed:
    """Propose for a report, `hours` after its delivery; answers are `point=answer`."""
    part = VendorOrder(pk=1, deliver_until=OPENED.date())
    delivered_at = OPENED - timedelta(hours=hours) if hours is not None else None
    problem = Problem(
        pk=1, vendor_order=part, kind=kind, wanted=wanted, opened_at=OPENED
    )
    answers = [*_answers(Side.BUYER, buyer), *_answers(Side.SELLER, seller)]
    photos = [ProblemPhoto() for _ in range(pictures)]
    problem._prefetched_objects_cache = {"answers": answers, "photos": photos}
    part._prefetched_objects_cache = {"parcels": [Parcel(delivered_at=delivered_at)]}
    return proposed_for(problem, now=NOW)


def _answers(side: Side, said: str) -> list[ProblemAnswer]:
    pairs = [each.split("=") for each in said.split()]
    return [ProblemAnswer(side=side, point=p, answer=a) for p, a in pairs]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        # Shown by a picture in time, and of no use.
        ({"buyer": "usable=no"}, "D-4.2"),
        ({"buyer": "usable=no", "hours": 48}, "D-4.2"),
        ({"buyer": "usable=no", "hours": 49}, None),
        ({"buyer": "usable=no", "pictures": 0}, None),
        ({"buyer": "usable=no", "hours": None}, None),
        # Or because the seller says so.
        ({"buyer": "usable=no", "seller": "told=yes", "pictures": 0}, "D-4.2"),
        ({"seller": "told=yes usable=no", "hours": 90}, "D-4.2"),
        # What can be used is kept for less.
        ({"buyer": "usable=partly"}, "D-4.1"),
        ({"buyer": "usable=yes", "seller": "usable=no"}, "D-4.1"),
        ({"wanted": "less"}, "D-4.1"),
        # Nothing shows it.
        ({"seller": "told=no", "pictures": 0}, "D-4.3"),
        # Where the two differ, somebody looks.
        ({"buyer": "usable=no", "seller": "usable=yes"}, None),
        ({"buyer": "usable=no", "seller": "cause=after"}, None),
        ({"buyer": "usable=no", "seller": "told=no"}, None),
        ({"buyer": "usable=no", "seller": "told=partly"}, None),
        ({"buyer": "usable=yes", "seller": "told=no"}, None),
        ({}, None),
    ],
)
def test_of_damage_decides_what_is_shown_and_of_use(
    said: dict[str, str], code: str | None
):
    found = propose(Kind.DAMAGED, **said)

    assert (found.rule and found.rule.code) == code
    assert all(found.why)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            {"buyer": "usable=no", "seller": "told=no"},
            "The two sides differ on whether it arrived so.",
        ),
        ({"buyer": "usable=no", "hours": None}, "It is not known when it arrived."),
        (
            {"hours": 49},
            "No picture came within 48 hours of the delivery.",
        ),
    ],
)
def test_why_damage_has_no_proposal_is_what_is_missing(said: dict[str, str], why: str):
    assert propose(Kind.DAMAGED, **said).why == [why]


def test_where_both_say_that_it_cannot_be_used_both_are_told():
    found = propose(Kind.DAMAGED, buyer="usable=no", seller="usable=no")

    assert found.why[-1] == "Both say that it cannot be used."


def test_what_can_be_used_in_part_is_told_so():
    found = propose(Kind.DAMAGED, buyer="usable=partly")

    assert found.why[-1] == "The buyer says that it can be used in part."


@pytest.mark.parametrize(
    ("kind", "said", "code"),
    [
        (Kind.NOT_RECEIVED, {"hours": None}, "D-3.1"),
        (Kind.NOT_RECEIVED, {}, "D-3.2"),
        (Kind.NOT_RECEIVED, {"seller": "told=yes"}, "D-3.1"),
        (Kind.NOT_RECEIVED, {"hours": None, "seller": "told=no"}, None),
        (Kind.NOT_AS_DESCRIBED, {"seller": "told=yes"}, "D-5.1"),
        (Kind.NOT_AS_DESCRIBED, {"seller": "told=partly"}, None),
        (Kind.NOT_AS_DESCRIBED, {"seller": "told=no"}, None),
        (Kind.INCOMPLETE, {"seller": "told=yes"}, "D-6.1"),
        (Kind.INCOMPLETE, {}, None),
        (Kind.RETURN, {"seller": "back=yes"}, None),
    ],
)
def test_of_other_reports_decides_carrier_or_seller(
    kind: Problem.Kind, said: dict[str, str], code: str | None
):
    found = propose(kind, **said)

    assert (found.rule and found.rule.code) == code


def test_a_parcel_that_may_still_come_is_not_paid_back():
    part = VendorOrder(pk=1, deliver_until=NOW.date())
    problem = Problem(pk=1, vendor_order=part, kind=Kind.NOT_RECEIVED, opened_at=OPENED)
    problem._prefetched_objects_cache = {"answers": [], "photos": []}
    part._prefetched_objects_cache = {"parcels": [Parcel(delivered_at=None)]}

    assert proposed_for(problem, now=NOW).rule is None


def test_the_promised_day_ends_at_midnight_where_the_market_is():
    now = moment("2026-11-28 00:30").astimezone(UTC)
    part = VendorOrder(pk=1, deliver_until=now.date())
    problem = Problem(pk=1, vendor_order=part, kind=Kind.NOT_RECEIVED, opened_at=now)
    problem._prefetched_objects_cache = {"answers": [], "photos": []}
    part._prefetched_objects_cache = {"parcels": [Parcel(delivered_at=None)]}

    found = proposed_for(problem, now=now)

    assert found.rule is not None
    assert found.rule.code == "D-3.1"
