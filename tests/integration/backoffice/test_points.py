"""Rules of points: seen with what is owed, asked for by one, published by another."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from loyalty import rules
from loyalty import services as loyalty
from loyalty.expiry import lost, lots_of
from loyalty.liability import liability_of, year_earned
from loyalty.models import PointsAccount, PointsEntry, PointsRule
from loyalty.rules import NextRule, RuleRefusedError
from loyalty.selectors import rule_at, rule_of
from loyalty.services import Amount
from marketplace.accounts.models import User
from marketplace.db.models import AuditEvent
from tests.integration.backoffice.conftest import SignedIn, operator
from tests.integration.sale import make_user, moment

pytestmark = pytest.mark.django_db
NOW = moment("2026-11-25 10:32")
LATER = moment("2026-12-24 00:00")
SENT = {
    "earn": "2",
    "share": "50",
    "lives_days": "30",
    "tier_days": "182",
    "name_0": "Gold",
    "from_0": "2000",
    "earn_0": "3",
    "valid_from": "2099-01-01",
    "example": "200",
}


@pytest.fixture
def first() -> PointsRule:
    """The rule of a shop's beginning: one percent, for a hundred days."""
    PointsRule.objects.all().delete()
    return PointsRule.objects.create(
        currency="EUR", lives_days=100, valid_from=NOW - timedelta(days=400)
    )


def person(name: str) -> User:
    found = User.objects.filter(email=f"{name}@example.org").first()
    return found or make_user(name)


def give(points: int, *, at: datetime, who: str = "anna") -> None:
    loyalty.grant(
        key=f"gift:{who}:{at:%Y-%m-%d}",
        user_id=person(who).pk,
        amount=Amount(points=points, value_minor=points, currency="EUR"),
        reason="A gift",
        now=at,
    )


def following(**changes: object) -> NextRule:
    said = {
        "currency": "EUR",
        "earn_bps": 200,
        "spend_share_bps": 10_000,
        "lives_days": 30,
        "tiers": (),
        "tier_days": 182,
        "valid_from": LATER,
    }
    return NextRule(**{**said, **changes})


def ask(**changes: object) -> PointsRule:
    return rules.ask_for_rule(
        rule=following(**changes),
        reason="Margins are thin.",
        operator_id=operator("finance").pk,
        now=NOW,
    )


def test_what_is_owed_is_shown_by_month_of_its_end(first: PointsRule):
    give(300, at=moment("2026-09-01 10:00"))
    give(200, at=moment("2026-11-02 10:00"))
    give(50, at=moment("2026-11-03 10:00"), who="boris")
    rule = rule_at("EUR", now=NOW)
    assert rule is not None
    anna = PointsAccount.objects.get(user=person("anna"))
    PointsEntry.objects.create(
        account=anna,
        key="spent",
        kind="hold",
        available_delta=-120,
        held_delta=120,
        value_minor=120,
        currency="EUR",
        created_at=NOW,
    )

    owed = liability_of(rule, now=NOW)

    ends = {f"{month:%Y-%m}": minor for month, minor in owed.ends}
    assert ends == {"2026-12": 180, "2027-02": 250}
    assert (owed.owed, owed.waiting, owed.for_ever) == (550, 120, 0)
    past = {f"{each.month:%Y-%m}": each.owed for each in owed.past[-3:]}
    assert past == {"2026-09": 300, "2026-10": 300, "2026-11": 550}


def test_a_rule_applies_from_its_day_on_and_leaves_what_was_given(first: PointsRule):
    give(100, at=NOW)
    asked = ask()
    before = rule_at("EUR", now=LATER)
    rules.publish_rule(rule_id=asked.pk, operator_id=operator("finance").pk, now=NOW)
    give(70, at=LATER, who="boris")

    then = rule_at("EUR", now=LATER)

    assert before is not None
    assert then is not None
    assert (before.earn_bps, then.earn_bps) == (100, 200)
    assert rule_at("EUR", now=LATER - timedelta(seconds=1)).earn_bps == 100
    day = timedelta(days=1)
    assert lost(rule=then, now=LATER + 29 * day) == {}
    assert list(lost(rule=then, now=LATER + 30 * day).values()) == [70]
    assert sorted(lost(rule=then, now=NOW + 100 * day).values()) == [70, 100]
    assert PointsEntry.objects.count() == 2


def test_what_ends_first_is_spent_first_by_the_page_too(first: PointsRule):
    give(100, at=NOW)
    asked = ask()
    rules.publish_rule(rule_id=asked.pk, operator_id=operator("finance").pk, now=NOW)
    give(70, at=LATER)
    late = LATER + timedelta(days=30)
    rule = rule_at("EUR", now=late)
    assert rule is not None
    account = PointsAccount.objects.get(user=person("anna")).pk

    before = liability_of(rule, now=LATER).ends
    loyalty.expire(account_id=account, rule=rule, now=late)
    after = liability_of(rule, now=late)

    assert [minor for _month, minor in before] == [70, 100]
    assert [minor for _month, minor in after.ends] == [100]
    assert [lot.points for lot in lots_of(person("anna").pk, rule=rule)] == [100]
    assert after.owed == 100


@pytest.mark.parametrize(
    "said",
    [
        {"units_per_minor": 10},
        {"lives_days": 0},
        {"earn_bps": 10_001},
        {"tiers": [{"name": "Gold"}]},
        {"tiers": [{"name": "Gold", "from_points": 1, "earn_bps": 10_001}]},
    ],
)
def test_the_database_refuses_another_worth_of_points_and_what_is_no_rule(
    first: PointsRule, said: dict[str, object]
):
    give(100, at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        PointsRule.objects.create(currency="EUR", valid_from=LATER, **said)
    with pytest.raises(IntegrityError), transaction.atomic():
        PointsRule.objects.update(**said)

    assert ask().units_per_minor == first.units_per_minor


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_from": NOW}, "valid_from"),
        ({"earn_bps": 10_001}, "earn"),
        ({"lives_days": 0}, "lives_days"),
        ({"tier_days": 0}, "tier_days"),
        ({"tiers": (rules.Tier(name="", from_points=1, earn_bps=300),)}, ""),
        ({"tiers": (rules.Tier(name="Gold", from_points=1, earn_bps=200),)}, ""),
    ],
)
def test_what_cannot_be_a_rule_is_refused(
    first: PointsRule, changes: dict[str, object], field: str
):
    with pytest.raises(RuleRefusedError) as refusal:
        ask(**changes)

    assert refusal.value.field == field
    assert PointsRule.objects.get() == first


def test_nobody_publishes_what_they_asked_for_nor_a_rule_whose_day_has_begun(
    first: PointsRule,
):
    asked = ask()
    other = operator("finance").pk

    for operator_id, now in ((asked.asked_by_id, NOW), (other, LATER)):
        with pytest.raises(RuleRefusedError):
            rules.publish_rule(rule_id=asked.pk, operator_id=operator_id, now=now)
    with pytest.raises(RuleRefusedError, match="Another rule waits"):
        ask(valid_from=LATER + timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        PointsRule.objects.filter(pk=asked.pk).update(
            is_published=True, published_by=asked.asked_by_id
        )

    asked.refresh_from_db()
    assert not asked.is_published


def test_a_year_of_orders_is_counted_by_another_rule(first: PointsRule):
    loyalty.earn(
        owner=loyalty.Owner(user_id=make_user("anna").pk, email=""),
        order_id=None,
        vendor_order_id=None,
        amount=Amount(points=500, value_minor=500, currency="EUR", rate_bps=100),
        spendable_at=NOW,
        now=NOW,
    )
    rule = rule_at("EUR", now=NOW)
    assert rule is not None

    year = year_earned(rule, rule_of(ask(earn_bps=150)), now=NOW)

    assert (year.then, year.after) == (500, 750)


def test_finance_looks_asks_and_another_one_publishes(
    first: PointsRule, as_operator: SignedIn
):
    one, two, where = as_operator("finance"), as_operator("finance"), "office-points"

    def post(client: Client, **said: str) -> str:
        answer = client.post(reverse(where), {**SENT, **said}, follow=True)
        return f"{answer.status_code} {answer.content.decode()}"

    foreign = as_operator("moderator").post(reverse(where), SENT)
    looked = post(one, do="look")
    nothing_yet = PointsRule.objects.count()
    without, early = post(one, do="ask"), post(one, do="look", valid_from="2020-01-01")
    broken = post(one, do="ask", earn="1e1", reason="x")
    asked = post(one, do="ask", reason="Margins are thin.")
    again = post(one, do="ask", reason="Twice.")
    row = PointsRule.objects.get(is_published=False)
    decide = reverse("office-points-decide", args=[row.pk])
    own = one.post(decide, {"do": "publish"}, follow=True).content.decode()
    done = two.post(decide, {"do": "publish"}, follow=True).content.decode()
    late = one.post(decide, {"do": "drop"}, follow=True).content.decode()

    assert foreign.status_code == 403
    assert nothing_yet == 1
    assert (looked[:3], "600" in looked, "Gold" in looked) == ("200", True, True)
    assert "Say why: it is kept with the rule." in without
    assert "A rule begins in the future" in early
    assert (without[:3], broken[:3]) == ("422", "422")
    assert "Margins are thin." in asked
    assert "Another rule waits for its publication" in again
    assert "Somebody else publishes what you asked for." in own
    assert "Published. It applies from its day on." in done
    assert "It is published already." in late
    row.refresh_from_db()
    assert (row.is_published, row.earn_bps, row.tiers[0]["name"]) == (True, 200, "Gold")
    actions = AuditEvent.objects.filter(action__startswith="points_rule.")
    assert list(actions.order_by("pk").values_list("action", flat=True)) == [
        *("points_rule.asked", "points_rule.published")
    ]


def test_another_row_for_a_tier_keeps_what_is_typed_and_asks_for_nothing(
    first: PointsRule, as_operator: SignedIn
):
    sent = {**SENT, "do": "row", "name_2": "Platinum", "valid_from": ""}

    page = as_operator("finance").post(reverse("office-points"), sent)

    words = page.content.decode()
    assert (page.status_code, PointsRule.objects.count()) == (200, 1)
    assert 'value="Platinum"' in words
    assert ('name="name_3"' in words, 'name="name_4"' in words) == (True, False)


def test_without_a_rule_the_page_says_so_and_what_is_not_there_is_not_found(
    as_operator: SignedIn,
):
    PointsRule.objects.all().delete()
    client = as_operator("finance")

    page = client.get(reverse("office-points"))
    absent = client.post(reverse("office-points-decide", args=[7]), {"do": "publish"})

    assert "There are no points yet" in page.content.decode()
    assert absent.status_code == 404


def test_a_rule_is_counted_for_whoever_may_publish_it(
    first: PointsRule, as_operator: SignedIn
):
    marc, ines, support = (
        as_operator(role) for role in ("finance", "finance", "support")
    )
    home, counted = reverse("office-home"), []

    for _ in range(2):
        seen = [each.get(home).context for each in (marc, ines, support)]
        counted.append([each["counts"]["points"] for each in seen])
        marc.post(reverse("office-points"), {**SENT, "do": "ask", "reason": "Thin."})

    assert counted == [[0, 0, 0], [0, 1, 0]]
