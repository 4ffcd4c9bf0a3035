"""Zones and rates in a table: what is right is saved, all else stays as typed."""

from collections.abc import Iterator

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from frontend.backoffice.changes import changes_of
from marketplace.accounts.models import User
from marketplace.db.models import AuditEvent
from marketplace.flows.keep_shop import delete_rate, delete_zone
from marketplace.shop.shipping.models import Rate, Zone
from tests.factories import RateFactory, ZoneFactory
from tests.integration.sale import moment
from vendors.models import Vendor

NAMES = ("first_item", "next_item", "free_from", "days_min", "days_max")


@pytest.fixture
def home(bindery: Vendor) -> Zone:
    """Belgium, one to three days."""
    Zone.objects.filter(partner=bindery.partner).delete()
    return ZoneFactory.create(partner=bindery.partner, name="Home", countries=["BE"])


@pytest.fixture
def letter(home: Zone) -> Rate:
    """A letter for €4.90, each further thing €1.00."""
    return RateFactory.create(zone=home, code="letter", name="Letter")


def address(route: str = "portal-settings-delivery", **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def told(answer: object) -> list[str]:
    return [str(each) for each in get_messages(answer.wsgi_request)]


def shown(browser: Client) -> dict[str, object]:
    """Return the table as the page has it, ready to be typed into."""
    page = browser.get(address())
    sent: dict[str, object] = {"rate": []}
    for row in _rows(page):
        sent["rate"].append(row.rate.pk)
        for name in (*NAMES, "seen"):
            value = row[name].value()
            sent[f"{row.rate.pk}-{name}"] = "" if value is None else value
    return sent


def _rows(page: object) -> Iterator[object]:
    for each in page.context["rows"]:
        yield from each["rates"]


def of(rate: Rate) -> tuple[int | None, ...]:
    rate.refresh_from_db()
    amounts = (rate.first_item_minor, rate.next_item_minor, rate.free_from_minor)
    return (*amounts, rate.days_min, rate.days_max)


def test_the_cells_that_were_changed_are_saved(owner: Client, letter: Rate):
    table = shown(owner)
    table |= {f"{letter.pk}-first_item": "5,20", f"{letter.pk}-free_from": "60"}

    answer = owner.post(address(), table)

    assert answer.url == address()
    assert told(answer) == [
        "1 way of delivery saved. Orders that are there keep theirs."
    ]
    assert of(letter) == (520, 100, 6000, 2, 4)


def test_a_changed_rate_is_in_the_audit_trail_with_before_and_after(
    owner: Client, binder: User, letter: Rate
):
    table = shown(owner) | {f"{letter.pk}-first_item": "5,20"}

    owner.post(address(), table)
    owner.post(address(), shown(owner))

    event = AuditEvent.objects.get(action="shipping.rate_changed")
    assert (event.subject_label, event.actor_id) == ("Bindery", binder.pk)
    assert event.details == {
        "before": {"first_item_minor": 490},
        "after": {"rate": "Letter", "zone": "Home", "first_item_minor": 520},
        "currency": "EUR",
    }
    assert [tuple(each) for each in changes_of(event.details)] == [
        ("way of delivery", "", "Letter"),
        ("zone", "", "Home"),
        ("first thing", "€4.90", "€5.20"),
    ]


def test_zones_and_rates_that_come_and_go_are_in_the_audit_trail(
    owner: Client, home: Zone, letter: Rate
):
    zone = address("portal-settings-zone", zone_id=home.pk)
    gone = {"zone_id": home.pk, "rate_id": letter.pk}

    owner.post(zone, {"name": "Near", "countries": ["BE", "NL"]})
    owner.post(address("portal-settings-rate-remove", **gone))
    owner.post(address("portal-settings-zone-remove", zone_id=home.pk))

    told = AuditEvent.objects.filter(action__startswith="shipping.").order_by("pk")
    changed, rate_gone, zone_gone = told
    assert changed.details == {
        "before": {"name": "Home", "countries": ["BE"]},
        "after": {"zone": "Near", "name": "Near", "countries": ["BE", "NL"]},
        "currency": "",
    }
    assert (rate_gone.action, rate_gone.details["rate"]) == (
        "shipping.rate_removed",
        "Letter",
    )
    assert zone_gone.details == {"zone": "Near", "countries": ["BE", "NL"]}


def test_what_is_saved_as_it_was_is_not_in_the_audit_trail(
    owner: Client, home: Zone, letter: Rate
):
    zone = address("portal-settings-zone", zone_id=home.pk)
    rate = address("portal-settings-rate", zone_id=home.pk, rate_id=letter.pk)
    terms = owner.get(rate).context["form"]
    typed = {each.html_name: each.value() or "" for each in terms}

    answers = [owner.post(zone, {"name": "Home", "countries": ["BE"]})]
    answers.append(owner.post(rate, typed))

    assert [answer.status_code for answer in answers] == [302, 302]
    assert not AuditEvent.objects.filter(action__startswith="shipping.").exists()


def test_what_two_take_away_at_once_is_told_once(
    bindery: Vendor, home: Zone, letter: Rate
):
    now = moment("2026-11-24 09:12")
    for _click in range(2):
        delete_rate(rate=Rate(pk=letter.pk, zone=home), now=now)
    for _click in range(2):
        delete_zone(zone=Zone(pk=home.pk, partner=bindery.partner), now=now)

    told = AuditEvent.objects.filter(action__startswith="shipping.").order_by("pk")
    assert [(each.action, each.details["zone"]) for each in told] == [
        ("shipping.rate_removed", "Home"),
        ("shipping.zone_removed", "Home"),
    ]


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("first_item", "a lot", "First thing: Enter an amount such as 24.90."),
        ("first_item", "", "First thing: This field is required."),
        ("next_item", "-1", "Each further one: "),
        ("free_from", "100000000", "Enter an amount from 0 to 1000000.00."),
        ("days_min", "9", "Enter the working days on the road, the fewest first."),
        ("days_max", "1_0", "Most days on the way: Enter a whole number."),
        ("days_max", "91", "Most days on the way: "),
        ("first_item", "9" * 40, "First thing: "),
        ("next_item", "\0", "Each further one: "),
    ],
)
def test_a_wrong_cell_says_why_stays_as_typed_and_spoils_no_other_row(
    owner: Client, home: Zone, letter: Rate, name: str, typed: str, words: str
):
    parcel = RateFactory.create(zone=home, code="parcel", name="Parcel")
    table = shown(owner)
    table |= {f"{letter.pk}-{name}": typed, f"{parcel.pk}-first_item": "7.10"}

    answer = owner.post(address(), table)

    page = answer.content.decode()
    row = next(row for row in _rows(answer) if row.rate == letter)
    assert words in page
    assert "One row could not be saved." in page
    assert row[name].value() == typed
    assert 'aria-invalid="true"' in page
    assert of(letter) == (490, 100, None, 2, 4)
    assert of(parcel)[0] == 710


def test_what_a_cell_has_become_is_written_as_its_reader_does(
    owner: Client, letter: Rate
):
    stale = shown(owner) | {f"{letter.pk}-first_item": "5,20"}
    Rate.objects.update(first_item_minor=550)

    page = owner.post(f"/fr{address()}", stale).content.decode()

    assert "5,50" in page


def test_a_cell_that_another_tab_changed_is_refused_with_what_it_is_now(
    owner: Client, letter: Rate
):
    stale = shown(owner)
    Rate.objects.update(first_item_minor=550, days_max=6)
    stale |= {f"{letter.pk}-first_item": "5.20", f"{letter.pk}-next_item": "2"}

    first = owner.post(address(), stale)
    again = next(_rows(first))
    stale[f"{letter.pk}-seen"] = again["seen"].value()
    stale[f"{letter.pk}-days_max"] = "6"
    second = owner.post(address(), stale)

    assert "Meanwhile it has become 5.50. Check it and save again." in (
        first.content.decode()
    )
    assert again["first_item"].value() == "5.20"
    assert second.url == address()
    assert of(letter) == (520, 200, None, 2, 6)


def test_two_tabs_that_change_other_cells_both_win(owner: Client, letter: Rate):
    first, second = shown(owner), shown(owner)
    first[f"{letter.pk}-first_item"] = "5.20"
    second[f"{letter.pk}-days_max"] = "5"

    owner.post(address(), first)
    owner.post(address(), second)

    assert of(letter) == (520, 100, None, 2, 5)


def test_a_row_that_was_taken_away_meanwhile_is_told_and_stays_away(
    owner: Client, letter: Rate
):
    stale = shown(owner)
    owner.post(
        address(
            "portal-settings-rate-remove", zone_id=letter.zone_id, rate_id=letter.pk
        )
    )
    stale[f"{letter.pk}-first_item"] = "5.20"

    answer = owner.post(address(), stale)

    assert told(answer)[-1] == (
        "1 way of delivery was taken away meanwhile; it is not in the table."
    )
    assert not Rate.objects.exists()


def test_a_rate_of_another_shop_is_not_written(owner: Client, letter: Rate):
    foreign = RateFactory.create(zone=ZoneFactory.create())
    sent = {f"{foreign.pk}-{name}": "1" for name in NAMES}

    owner.post(
        address(), {"rate": [foreign.pk], f"{foreign.pk}-seen": "490|100||2|4", **sent}
    )

    assert of(foreign) == (490, 100, None, 2, 4)


@pytest.mark.parametrize("seen", ["", "x", "1|2|3", "9" * 300, "490|100||2|4|1"])
def test_a_forged_mark_of_what_was_seen_counts_as_what_is_there(
    owner: Client, letter: Rate, seen: str
):
    table = shown(owner) | {f"{letter.pk}-seen": seen}
    table[f"{letter.pk}-first_item"] = "5.20"

    owner.post(address(), table)

    assert of(letter)[0] == 520


def test_a_shop_has_no_more_rates_than_its_table_can_be_sent_with(
    owner: Client, letter: Rate
):
    Rate.objects.bulk_create(
        Rate(
            **dict.fromkeys(("first_item_minor", "days_min", "days_max"), 1),
            zone=letter.zone,
            code=f"r{n}",
            name=f"Way {n}",
            currency="EUR",
        )
        for n in range(99)
    )
    one_more = dict.fromkeys(NAMES, "1") | {"name": "One more"}

    refused = owner.post(
        address("portal-settings-rate-new", zone_id=letter.zone_id), one_more
    )
    saved = owner.post(address(), shown(owner) | {f"{letter.pk}-first_item": "5"})

    assert "A shop has 100 ways of delivery at most." in refused.content.decode()
    assert saved.url == address()
    assert of(letter)[0] == 500


def test_a_zone_or_rate_changed_in_another_tab_is_not_written_over(
    owner: Client, letter: Rate, home: Zone
):
    zone_page = address("portal-settings-zone", zone_id=home.pk)
    rate_page = address("portal-settings-rate", zone_id=home.pk, rate_id=letter.pk)
    zone_form = owner.get(zone_page).context["form"].initial
    rate_form = owner.get(rate_page).context["form"].initial
    Zone.objects.update(countries=["BE", "LU"])
    Rate.objects.update(name="Letter post")
    mine = {"name": "Letter", "first_item": "5", "next_item": "1", "free_from": ""}
    mine |= {"days_min": "1", "days_max": "2", "seen": rate_form["seen"]}

    answers = [
        owner.post(
            zone_page, {"name": "Near", "countries": ["BE"], "seen": zone_form["seen"]}
        ),
        owner.post(rate_page, mine),
    ]

    for answer in answers:
        assert "Somebody has changed this meanwhile." in answer.content.decode()
    assert (Zone.objects.get().name, Zone.objects.get().countries) == (
        "Home",
        ["BE", "LU"],
    )
    assert of(letter)[0] == 490
    mine["seen"] = answers[1].context["form"]["seen"].value()
    assert owner.post(rate_page, mine).status_code == 302
    assert of(letter) == (500, 100, None, 1, 2)


def test_all_of_the_union_is_ticked_but_what_another_zone_has(
    owner: Client, home: Zone
):
    typed = {"all_eu": "yes", "name": "Far", "countries": ["US", "FR"]}

    answer = owner.post(address("portal-settings-zone-new"), typed)
    form = answer.context["form"]

    [taken] = [
        label
        for label in answer.content.decode().split("<label")
        if 'value="BE"' in label
    ]
    assert "disabled" in taken
    assert f"· {home.name}" in taken
    ticked = set(form["countries"].value())
    assert {"US", "FR", "DE", "SE"} <= ticked
    assert "BE" not in ticked
    assert (form["name"].value(), form.errors) == ("Far", {})
    assert Zone.objects.get() == home


def test_a_new_zone_has_the_countries_ticked_that_its_link_names(owner: Client):
    page = f"{address('portal-settings-zone-new')}?countries=FR,NL,%00,%22%3E"

    html = owner.get(page).content.decode()
    bare = owner.get(address("portal-settings-zone-new")).content.decode()

    ticked, none = (
        [line for line in said.split("<input") if " checked" in line]
        for said in (html, bare)
    )
    assert (len(ticked), none) == (2, [])
    assert [code for code in ("BE", "FR", "NL") if f'"{code}"' in str(ticked)] == [
        "FR",
        "NL",
    ]


def test_a_zone_is_taken_away_with_its_rates_and_another_shops_stays(
    owner: Client, letter: Rate
):
    foreign = RateFactory.create(zone=ZoneFactory.create())

    for zone_id in (letter.zone_id, letter.zone_id, foreign.zone_id):
        answer = owner.post(address("portal-settings-zone-remove", zone_id=zone_id))

    assert answer.url == address()
    assert list(Rate.objects.all()) == [foreign]
