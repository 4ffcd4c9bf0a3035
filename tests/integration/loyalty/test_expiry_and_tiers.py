"""Points that are not spent in time are lost; who earns much earns at a better rate."""

from datetime import date, timedelta

import pytest

from loyalty import services as loyalty
from loyalty.expiry import Move, lost_by_part, lots_of
from loyalty.models import PointsAccount, PointsEntry, PointsRule
from loyalty.selectors import balance_of, rule_at, rule_for
from loyalty.services import Amount
from loyalty.worth import Rule
from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.db import clock
from marketplace.db.models import Outbox
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.count_points import points_owed
from marketplace.flows.expire_points import accounts_with_lost_points, expire_points
from marketplace.flows.refund_line import refund_lines
from marketplace.jobs import nightly
from marketplace.jobs.mails import letters_about
from marketplace.jobs.mails.letter import Letter
from payouts.selectors.invariants import violations_of_points
from payouts.services.points import book_earned
from tests.integration.aftersale.steps import (
    FRIDAY,
    answer_refunds,
    arrive,
    ledger,
    payable,
)
from tests.integration.sale import make_offer, make_seller, make_user, moment, pay_for

NOW = moment("2026-11-25 10:32")
TIERS = [
    {"name": "Gold", "from_points": 2000, "earn_bps": 200},
    {"name": "Silver", "from_points": 500, "earn_bps": 150},
]


@pytest.fixture
def anna(db: None) -> User:
    return make_user("anna")


@pytest.fixture
def rule(db: None) -> Rule:
    """Points live for a hundred days; two tiers."""
    PointsRule.objects.all().delete()
    PointsRule.objects.create(
        currency="EUR", lives_days=100, tiers=TIERS, valid_from=NOW - timedelta(300)
    )
    found = rule_at("EUR", now=NOW)
    assert found is not None
    return found


def give(user: User, points: int, *, days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago)
    entry = loyalty.grant(
        key=f"gift:{user.pk}:{days_ago}",
        user_id=user.pk,
        amount=Amount(points=points, value_minor=points, currency="EUR"),
        reason="A gift",
        now=at,
    )
    book_earned(key=entry.key, amount_minor=points, currency="EUR", now=at)


def spend(user: User, points: int) -> None:
    """Put points to an order that was paid."""
    bakery = make_seller("Bakery")
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=9000): 1}}, user=user)
    amount = Amount(points=points, value_minor=points, currency="EUR")
    loyalty.hold(user_id=user.pk, order_id=sale.order.pk, amount=amount, now=NOW)


def expire_all(now=NOW) -> list[PointsEntry | None]:
    rule, accounts = accounts_with_lost_points(now=now)
    assert rule is not None
    return [expire_points(account_id=one, rule=rule, now=now) for one in accounts]


def test_what_was_not_spent_in_time_is_lost_and_not_owed(anna: User, rule: Rule):
    give(anna, 300, days_ago=101)
    give(anna, 200, days_ago=99)
    spend(anna, 120)

    (entry,) = expire_all()

    assert entry is not None
    assert (entry.kind, entry.available_delta) == ("expire", -180)
    assert balance_of(anna.pk).available == 200
    assert ledger("points_liability") == -320
    assert violations_of_points(outstanding=points_owed()) == []


def test_losing_points_twice_takes_them_once(anna: User, rule: Rule):
    give(anna, 300, days_ago=101)
    account = PointsAccount.objects.get(user=anna)

    expire_all()
    again = expire_points(account_id=account.pk, rule=rule, now=NOW)

    assert again is None
    assert expire_all() == []
    assert balance_of(anna.pk).available == 0
    assert ledger("points_liability") == 0


def tell_all(now=NOW) -> list[list[Letter]]:
    """Let the night pass; return the letters that it asks for."""
    nightly.points(now)
    asked = Outbox.objects.filter(key__startswith="points_expire:").order_by("pk")
    return [letters_about(row.payload) for row in asked]


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.mark.usefixtures("noon")
def test_who_loses_points_soon_has_one_mail_with_days_and_worth(anna: User, rule: Rule):
    User.objects.filter(pk=anna.pk).update(language="fr")
    give(anna, 100, days_ago=95)
    give(anna, 200, days_ago=87)
    give(anna, 400, days_ago=75)
    give(anna, 800, days_ago=10)

    [[letter]], again = tell_all(), tell_all()
    [_first, second] = tell_all(NOW + timedelta(days=12))

    assert (letter.to, letter.language) == ("anna@example.org", "fr")
    assert letter.context["days"] == [
        (date(2026, 11, 30), 100),
        (date(2026, 12, 8), 200),
    ]
    assert letter.context["worth"] == Money(300, "EUR")
    assert len(again) == 1
    assert second[0].context["days"] == [(date(2026, 12, 20), 400)]


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(("spent", "days_ago"), [(300, 95), (0, 80), (0, 101)])
def test_nobody_is_told_of_points_that_are_spent_far_off_or_gone(
    spent: int, days_ago: int, anna: User, rule: Rule
):
    give(anna, 300, days_ago=days_ago)
    if spent:
        spend(anna, spent)

    assert tell_all() == []


@pytest.mark.usefixtures("noon")
def test_points_spent_before_the_mail_leaves_are_not_written_of(anna: User, rule: Rule):
    give(anna, 300, days_ago=95)
    nightly.points(NOW)

    spend(anna, 300)

    assert tell_all() == [[]]


def test_points_that_live_for_ever_are_never_lost(anna: User):
    PointsRule.objects.create(currency="EUR", valid_from=NOW - timedelta(days=500))
    give(anna, 300, days_ago=400)

    assert accounts_with_lost_points(now=NOW)[1] == []
    everlasting = rule_at("EUR", now=NOW)
    assert everlasting is not None
    assert lots_of(anna.pk, rule=everlasting) == []


def test_points_kept_for_an_order_that_is_not_paid_keep_their_age(
    anna: User, rule: Rule
):
    give(anna, 300, days_ago=90)
    spend(anna, 300)
    order_id = PointsEntry.objects.get(kind="hold").order_id
    assert order_id is not None
    loyalty.release_hold(order_id=order_id, now=NOW)

    (lot,) = lots_of(anna.pk, rule=rule)

    assert (lot.points, lot.expires_at) == (300, NOW + timedelta(days=10))


def test_the_night_takes_what_is_lost(anna: User, rule: Rule):
    give(anna, 300, days_ago=101)

    with clock.stopped_at(NOW):
        nightly.points(NOW)

    assert balance_of(anna.pk).available == 0


def lately(anna: User, points: int, *, days_ago: int = 10) -> None:
    """Let anna have earned so much, outside of the books."""
    account, _is_new = PointsAccount.objects.get_or_create(user=anna)
    PointsEntry.objects.create(
        account=account,
        key=f"lately:{days_ago}",
        kind="earn",
        pending_delta=points,
        value_minor=points,
        currency="EUR",
        created_at=NOW - timedelta(days=days_ago),
    )
    PointsAccount.objects.filter(pk=account.pk).update(pending=points)


@pytest.mark.parametrize(
    ("points", "days_ago", "earn_bps"),
    [(499, 10, 100), (500, 10, 150), (2000, 181, 200), (2000, 183, 100)],
)
def test_the_rate_is_that_of_what_was_earned_within_half_a_year(
    points: int, days_ago: int, earn_bps: int, anna: User, rule: Rule
):
    lately(anna, points, days_ago=days_ago)

    found = rule_for("EUR", user_id=anna.pk, now=NOW)

    assert found is not None
    assert found.earn_bps == earn_bps
    assert rule_for("EUR", user_id=None, now=NOW) == rule


def test_an_order_earns_at_the_rate_of_its_day_and_a_refund_takes_back_at_the_same(
    anna: User, rule: Rule
):
    lately(anna, 600, days_ago=20)
    bakery = make_seller("Bakery")
    loaf = make_offer(bakery, "Loaf", cents=10_000)
    sale = pay_for({bakery: {loaf: 3}}, user=anna)
    payable(sale.part)
    arrive(sale)
    # What is earned after the order changes nothing for it.
    lately(anna, 5000, days_ago=-1)
    confirm_receipt(part=sale.part, now=FRIDAY)
    earned = PointsEntry.objects.get(kind="earn", vendor_order=sale.part)

    refund_lines(
        part=sale.part,
        quantities={sale.lines[0].pk: 1},
        reason="Stale.",
        token="by-hand:1",
        now=FRIDAY,
    )
    answer_refunds(FRIDAY)

    assert (earned.pending_delta, earned.rate_bps) == (450, 150)
    taken = PointsEntry.objects.get(kind="claw_back")
    assert taken.pending_delta == -150


def test_what_was_lost_is_not_taken_back_a_second_time(anna: User, rule: Rule):
    bakery = make_seller("Bakery")
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=10_000): 2}}, user=anna)
    payable(sale.part)
    arrive(sale)
    confirm_receipt(part=sale.part, now=FRIDAY)
    vested = FRIDAY + timedelta(days=40)
    assert loyalty.vest(vendor_order_id=sale.part.pk, now=vested) is not None
    late = vested + timedelta(days=101)
    (lost,) = expire_all(late)

    refund_lines(
        part=sale.part,
        quantities={sale.lines[0].pk: 1},
        reason="Stale.",
        token="by-hand:1",
        now=late,
    )
    answer_refunds(late)

    assert lost is not None
    assert lost.available_delta == -200
    assert not PointsEntry.objects.filter(kind="claw_back").exists()
    assert balance_of(anna.pk).available == 0
    assert ledger("points_liability") == 0


@pytest.mark.parametrize(
    ("moves", "lost"),
    [
        # The older part's are spent first, so the younger's are lost.
        ("vest 1 100, vest 2 100, hold 9 -120, expire 0 -80", {2: 80}),
        ("vest 1 100, vest 2 100, claw_back 2 -100, expire 0 -100", {1: 100}),
        ("vest 1 100, claw_back 1 -60, expire 0 -40", {1: 40}),
        # Spent before they were taken back: what comes next pays for it.
        ("vest 1 50, hold 9 -50, claw_back 1 -50, vest 2 80, expire 0 -30", {2: 30}),
        ("vest 1 50, hold 9 -50, unhold 9 50, expire 0 -50", {1: 50}),
        ("vest 1 50, grant 0 10, expire 0 -50, expire 0 -10", {1: 50, None: 10}),
    ],
)
def test_what_is_lost_is_told_by_the_part_that_earned_it(
    moves: str, lost: dict[int | None, int]
):
    told = [each.split() for each in moves.split(", ")]

    found = lost_by_part(
        [
            Move(kind, int(points), order_id=int(key), part_id=int(key) or None)
            for kind, key, points in told
        ]
    )

    assert found == lost


def test_what_ends_first_is_lost_first_though_it_came_later():
    older, younger = NOW + timedelta(days=100), NOW + timedelta(days=10)

    found = lost_by_part(
        [
            Move("vest", 100, part_id=1, ends=older),
            Move("vest", 70, part_id=2, ends=younger),
            Move("grant", 5),
            Move("hold", -20, order_id=9),
            Move("expire", -50),
        ]
    )

    assert found == {2: 50}


def test_one_account_that_fails_keeps_no_other_from_its_night(
    anna: User, rule: Rule, monkeypatch: pytest.MonkeyPatch
):
    boris = make_user("boris")
    for user in (anna, boris):
        give(user, 300, days_ago=101)
    broken = PointsAccount.objects.get(user=anna).pk

    def expire(*, account_id: int, **more: object) -> object:
        if account_id == broken:
            raise ValueError
        return expire_points(account_id=account_id, **more)

    monkeypatch.setattr(nightly, "expire_points", expire)
    with clock.stopped_at(NOW):
        nightly.points(NOW)

    assert [balance_of(each.pk).available for each in (anna, boris)] == [300, 0]
