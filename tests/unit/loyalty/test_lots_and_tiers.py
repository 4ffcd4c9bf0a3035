from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.expiry import Lot, lots
from loyalty.worth import Rule, Tier, earned
from tests.integration.sale import moment

NOW = moment("2026-11-25 10:32")
LIVES = timedelta(days=100)
RULE = Rule(
    currency="EUR",
    earn_bps=100,
    units_per_minor=1,
    spend_share_bps=10_000,
    tiers=(
        Tier(name="Silver", from_points=500, earn_bps=150),
        Tier(name="Gold", from_points=2000, earn_bps=200),
    ),
)


def lives(came_at: datetime) -> datetime:
    return came_at + LIVES


def day(number: int):
    return NOW + timedelta(days=number)


def test_the_oldest_points_are_spent_first_and_the_rest_is_lost_by_age():
    # The example of docs/algorithms/points.md.
    came = [(day(0), 300), (day(10), 200), (day(20), 50)]

    assert lots(came, gone=350, expires_at=lives) == [
        Lot(150, day(110)),
        Lot(50, day(120)),
    ]
    assert lots(came, gone=0, expires_at=lives)[0] == Lot(300, day(100))
    assert lots(came, gone=550, expires_at=lives) == []


@given(st.lists(st.integers(1, 1000)), st.integers(0, 5000))
def test_what_is_left_in_lots_is_what_came_less_what_went(came: list[int], gone: int):
    dated = [(day(number), points) for number, points in enumerate(came)]

    left = lots(dated, gone=gone, expires_at=lives)

    assert sum(lot.points for lot in left) == max(0, sum(came) - gone)
    assert left == sorted(left, key=lambda lot: lot.expires_at)


@pytest.mark.parametrize(
    ("lately", "name", "next_name", "points"),
    [
        (0, None, "Silver", 100),
        (499, None, "Silver", 100),
        (500, "Silver", "Gold", 150),
        (1999, "Silver", "Gold", 150),
        (2000, "Gold", None, 200),
    ],
)
def test_whoever_earned_enough_lately_earns_more(lately, name, next_name, points):
    tier, after = RULE.tier_of(lately), RULE.tier_after(lately)

    assert (tier.name if tier else None) == name
    assert (after.name if after else None) == next_name
    assert earned(RULE.at_rate_of(lately), cash_minor=10_000) == points


def test_a_rule_without_tiers_holds_for_all_alike():
    plain = replace(RULE, tiers=())

    assert plain.at_rate_of(10_000) is plain


def test_points_live_as_the_rule_of_their_day_says():
    changed = replace(RULE, lives=((day(50), 10), (day(20), None), (day(0), 100)))

    assert changed.expires_at(day(-5)) == day(95)
    assert changed.expires_at(day(19)) == day(119)
    assert changed.expires_at(day(20)) is None
    assert changed.expires_at(day(50)) == day(60)
    assert replace(RULE, lives_days=7).expires_at(day(1)) == day(8)
    assert lots(
        [(day(10), 300), (day(30), 200), (day(60), 50)],
        gone=100,
        expires_at=changed.expires_at,
    ) == [Lot(250, day(110))]
