"""What operators tell sellers: on their first page, until they put it away."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from marketplace.db.models import AuditEvent
from marketplace.flows.tell_sellers import take_back
from tests.integration.backoffice.conftest import operator
from tests.integration.beside import Beside
from tests.integration.portal.conftest import NOW, queries_of
from tests.integration.sale import Sale, make_seller, make_user
from vendors.models import Announcement, AnnouncementSeen, Vendor
from vendors.services.announcements import put_away

TODAY = NOW.date()
WRITTEN = {
    "kind": "change",
    "title": "The post rests",
    "text": "From Friday on.\nWe tell you when it is back.",
    "starts_on": "2026-11-20",
    "ends_on": "2026-11-30",
}
BrowserOf = Callable[[str], Client]


def tell(title: str = "The post rests", *, first: date = TODAY, days: int = 3) -> Any:
    return Announcement.objects.create(
        title=title,
        text="Until Monday.",
        starts_on=first,
        ends_on=first + timedelta(days=days),
        written_at=NOW,
    )


def address(route: str = "portal-today", **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def seen(one: Announcement) -> str:
    return address("portal-announcement-seen", public_id=one.public_id)


@pytest.fixture
def office(db: None) -> Client:
    """A browser of somebody of the support."""
    client = Client()
    client.force_login(operator("support"))
    return client


def test_an_operator_tells_all_sellers_and_the_log_keeps_it(
    office: Client, owner: Client
):
    answer = office.post(reverse("office-announcements"), WRITTEN)

    page = owner.get(address()).content.decode()
    assert answer.url == reverse("office-announcements")
    assert "The post rests" in page
    assert "From Friday on.<br>We tell you when it is back." in page
    assert AuditEvent.objects.get(action="announcement.saved").details == {
        "before": {},
        "after": WRITTEN,
    }


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", "", "This field is required."),
        ("title", "x" * 121, "at most 120 characters"),
        ("text", " ", "This field is required."),
        ("text", "x" * 2001, "at most 2000 characters"),
        ("title", "\u2800\u200b", "Write something first."),
        ("text", "\u200b", "Write something first."),
        ("text", "a\0b", "Null characters are not allowed."),
        ("kind", "joke", "Select a valid choice."),
        ("ends_on", "2026-11-19", "The last day comes before the first."),
        ("ends_on", "20260-11-19", "Enter a valid date."),
        ("starts_on", "0001-01-01", "Enter a year from 1970 to 2199."),
    ],
)
def test_what_cannot_be_told_says_why_and_stays_as_written(
    office: Client, field: str, typed: str, words: str
):
    answer = office.post(reverse("office-announcements"), {**WRITTEN, field: typed})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert answer.context["form"][field].value() == typed
    assert not Announcement.objects.exists()


def test_one_is_changed_and_taken_back_and_the_log_keeps_both(
    office: Client, owner: Client
):
    told = tell()
    page = reverse("office-announcement", args=[told.public_id])

    office.post(page, {**WRITTEN, "title": "The post works again"})
    changed = owner.get(address()).content.decode()
    for _click in range(2):
        office.post(reverse("office-announcement-remove", args=[told.public_id]))

    assert "The post works again" in changed
    assert office.get(page).status_code == 404
    assert "The post" not in owner.get(address()).content.decode()
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["announcement.saved", "announcement.deleted"]


def test_what_is_sent_twice_is_told_once(office: Client):
    page = reverse("office-announcements")
    sent = {**WRITTEN, "press": office.get(page).context["form"]["press"].value()}

    for _click in range(2):
        answer = office.post(page, sent)
    office.post(page, {**sent, "title": "Went back to say more"})

    titles = Announcement.objects.order_by("pk").values_list("title", flat=True)
    assert answer.url == page
    assert list(titles) == ["The post rests", "Went back to say more"]
    assert AuditEvent.objects.filter(action="announcement.saved").count() == 2


def test_one_that_is_taken_back_meanwhile_is_gone_for_all(committing_db: None):
    owner, boss = make_user("owner"), operator("support")
    shop = make_seller("Bindery", owner=owner)
    told = tell()
    browser = Client()
    browser.force_login(boss)
    steps: list[Callable[[], object]] = [
        lambda: put_away(announcement=told, vendor=shop, user_id=owner.pk, now=NOW),
        lambda: take_back(announcement=told, operator_id=boss.pk, now=NOW),
        lambda: (
            browser.post(
                reverse("office-announcement", args=[told.public_id]), WRITTEN
            ).status_code
        ),
    ]

    with transaction.atomic():
        take_back(announcement=told, operator_id=boss.pk, now=NOW)
        others = [Beside(step) for step in steps]
        waited = [other.waits() for other in others]

    assert waited == [True, True, True]
    assert [other.result() for other in others] == [None, False, 404]
    assert not AnnouncementSeen.objects.exists()
    assert AuditEvent.objects.filter(action="announcement.deleted").count() == 1


def test_one_is_taken_back_while_a_seller_puts_it_away(committing_db: None):
    owner, boss = make_user("owner"), operator("support")
    shop = make_seller("Bindery", owner=owner)
    told = tell()

    with transaction.atomic():
        put_away(announcement=told, vendor=shop, user_id=owner.pk, now=NOW)
        other = Beside(
            lambda: take_back(announcement=told, operator_id=boss.pk, now=NOW)
        )
        assert other.waits()

    assert other.result()
    assert not Announcement.objects.exists()


def test_it_is_shown_from_its_first_day_to_its_last(owner: Client):
    tell("Over", first=TODAY - timedelta(days=4))
    tell("Planned", first=TODAY + timedelta(days=1))
    tell("Last day", first=TODAY - timedelta(days=3))
    tell("First day", days=0)

    page = owner.get(address())

    assert [each.title for each, _tone in page.context["news"]] == [
        "First day",
        "Last day",
    ]


def test_who_puts_one_away_sees_it_no_more_and_the_others_do(
    browser_of: BrowserOf,
):
    told, other = tell(), tell("New rules")
    owner, hand = browser_of("owner"), browser_of("orders")

    for _click in range(2):
        answer = owner.post(seen(told))

    titles = [
        [each.title for each, _tone in browser.get(address()).context["news"]]
        for browser in (owner, hand)
    ]
    assert answer.url == address()
    assert titles == [[other.title], [other.title, told.title]]
    assert AnnouncementSeen.objects.count() == 1


def test_putting_away_is_for_the_own_shop_and_for_what_is_shown(
    owner: Client, bindery: Vendor
):
    baker = make_user("baker")
    make_seller("Bakery", owner=baker)
    stranger = Client()
    stranger.force_login(baker)
    told, planned = tell(), tell("Later", first=TODAY + timedelta(days=2))

    foreign = stranger.post(seen(told))
    owner.post(seen(planned))
    owner.post(address("portal-announcement-seen", public_id="ann_none"))

    assert foreign.status_code == 404
    assert not AnnouncementSeen.objects.exists()


def test_the_bell_counts_what_waits_on_every_page(owner: Client, sale: Sale):
    before = owner.get(address("portal-team"))
    tell()
    tell("New rules")

    page = owner.get(address("portal-team"))

    assert before.context["bell"] == 1
    assert "1 thing waits for you" in before.content.decode()
    assert page.context["bell"] == 3
    assert "3 things wait for you" in page.content.decode()


def test_many_announcements_ask_the_database_as_often_as_few(owner: Client):
    tell()
    few = queries_of(owner, address())
    for number in range(10):
        tell(f"News {number}")

    many = queries_of(owner, address())

    assert many == few
