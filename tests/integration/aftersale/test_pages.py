"""The buyer's pages after the sale: who sees them, what they do."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.db.models import Outbox
from marketplace.flows.cancel_order import cancel_late_order, refuse_order
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.refund_line import refund_lines
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs.mails.buyers import part_cancelled
from marketplace.jobs.mails.letter import Letter
from marketplace.shop.order.access import guest_key, revoke_links
from reviews.models import SellerNote
from support.models import Problem
from tests.integration.sale import Sale, make_user, moment
from vendors.models import VendorOrder
from vendors.services.fulfilment import CancelReason, Dispatch

NOW = moment("2026-11-24 09:12")
PAGES = ("order", "order-received", "order-cancel", "order-messages", "case-new")


def address(sale: Sale, route: str) -> str:
    key = sale.order.number if sale.order.user_id else guest_key(sale.order)
    return reverse(route, args=[key] if route == "order" else [key, 1])


def ship(sale: Sale, quantities: dict[int, int] | None = None) -> None:
    dispatch = Dispatch(
        carrier_code="bpost", tracking_number="3232051288400117", quantities=quantities
    )
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)


@pytest.fixture
def annas(client: Client, anna: User) -> Client:
    """A browser in which anna is signed in."""
    client.force_login(anna)
    return client


@pytest.mark.parametrize("days", [0, 1])
def test_stars_are_asked_for_once_the_parcel_may_be_there(
    annas: Client, sale: Sale, days: int
):
    ship(sale)
    first = timezone.localdate() + timedelta(days=days)
    parts = VendorOrder.objects.filter(pk=sale.part.pk)
    parts.update(deliver_from=first, deliver_until=first)

    page = annas.get(address(sale, "order")).content.decode()

    asks, leads_on = 'name="note"' in page, "It is here already" in page
    assert (asks, leads_on) == (days == 0, days == 1)


def test_the_road_of_a_parcel_says_what_is_not_what_is_awaited(
    annas: Client, sale: Sale
):
    ship(sale)
    page = annas.get(address(sale, "order")).content.decode()
    assert re.findall(r'<li aria-current="step"><b>([^<]*)', page) == ["On its way"]

    deliver_parcel(parcel=sale.part.parcels.get(), delivered_at=NOW, now=NOW)

    page = annas.get(address(sale, "order")).content.decode()
    steps = re.findall(r"<li( data-done)?><b>([^<]*)", page)
    assert ("", "Received") in steps
    assert (" data-done", "Delivered") in steps


@pytest.mark.parametrize("route", PAGES)
def test_strangers_sign_in_and_others_find_nothing(
    client: Client, sale: Sale, route: str
):
    stranger = client.get(address(sale, route))
    client.force_login(make_user("ben"))
    other = client.get(address(sale, route))

    assert stranger.status_code == 302
    assert stranger.url.startswith(reverse("account_login"))
    assert other.status_code == 404


def test_an_order_that_is_not_there_looks_the_same(client: Client, db: None):
    answer = client.get(reverse("order", args=["K7XMQ4RW"]))

    assert answer.status_code == 302


def test_a_guest_opens_their_order_by_its_link(client: Client, guest_sale: Sale):
    answer = client.get(address(guest_sale, "order"))

    assert answer.status_code == 200
    assert "Baguette" in answer.text


def test_a_forged_or_revoked_link_opens_nothing(client: Client, guest_sale: Sale):
    link = address(guest_sale, "order")

    forged = client.get(link.replace(".1~", ".2~"))
    revoke_links(guest_sale.order)
    revoked = client.get(link)

    assert (forged.status_code, revoked.status_code) == (404, 404)


def words_of(answer: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_a_buyer_reads_what_is_in_which_parcel(annas: Client, sale: Sale):
    loaf, jam = sale.lines
    refund_lines(part=sale.part, quantities={jam.pk: 1}, reason="", token="1", now=NOW)
    ship(sale, {loaf.pk: 1})

    page = words_of(annas.get(address(sale, "order")))

    assert "3232051288400117 Follow it at bpost 1 × Loaf" in page
    assert "Still to come: 1 × Loaf. Should have left by Tue 24 Nov, 18:00" in page
    assert "Jam 1 piece · 1 of 1 not sent, money given back" in page


def test_the_reason_of_a_rest_stands_with_its_pieces(annas: Client, sale: Sale):
    loaf, _jam = sale.lines
    ship(sale, {loaf.pk: 2})
    parcel = sale.part.parcels.get()
    deliver_parcel(parcel=parcel, delivered_at=NOW, now=NOW)
    cancel_late_order(part=sale.part, now=moment("2026-12-09 08:33"))

    page = words_of(annas.get(address(sale, "order")))

    jam_says = page[page.index("Jam 1 piece") :]
    assert "Delivered Tue 24 Nov, 09:12" in page
    assert "9 Dec" not in page
    assert page.count("Reason:") == 1
    assert jam_says.startswith(
        "Jam 1 piece · 1 of 1 not sent, money given back Reason: Not shipped in time"
    )


def newest_cancellation() -> Letter:
    mail = Outbox.objects.filter(payload__kind="part_cancelled").latest("pk").payload
    [letter] = part_cancelled(**{key: mail[key] for key in mail if key != "kind"})
    return letter


def test_each_thing_has_its_own_reason(annas: Client, sale: Sale):
    loaf, _jam = sale.lines
    give = {"part": sale.part, "now": NOW}
    refund_lines(quantities={loaf.pk: 1}, reason="Stale.", token="1", **give)

    page = words_of(annas.get(address(sale, "order")))
    letter = newest_cancellation()

    assert "1 of 2 not sent, money given back Reason: Stale." in page
    assert page.count("Reason:") == 1
    assert letter.context["reason"] == "Stale."

    ship(sale, {loaf.pk: 1})
    refuse_order(part=sale.part, reason=CancelReason.SOLD_OUT, now=NOW)

    page = words_of(annas.get(address(sale, "order")))
    letter = newest_cancellation()

    assert "1 of 2 not sent, money given back Reason: Stale." in page
    assert "1 of 1 not sent, money given back Reason: Sold out" in page
    # The loaf has had its own mail.
    assert letter.context["reason"] == "Sold out"
    assert [each.title for each in letter.context["things"]] == ["Jam"]


def test_the_reasons_of_a_line_are_all_kept(sale: Sale):
    loaf, _jam = sale.lines
    give = {"part": sale.part, "now": NOW}
    refund_lines(quantities={loaf.pk: 1}, reason="Stale.", token="1", **give)
    refuse_order(part=sale.part, reason=CancelReason.SOLD_OUT, now=NOW)

    assert [line.cancel_reason for line in sale.lines] == [
        "Stale. · Sold out",
        "Sold out",
    ]


def test_a_parcel_with_all_of_it_says_no_more_than_its_number(
    annas: Client, sale: Sale
):
    ship(sale)
    give_back_a_loaf = {sale.lines[0].pk: 1}
    refund_lines(
        part=sale.part, quantities=give_back_a_loaf, reason="", token="1", now=NOW
    )

    page = words_of(annas.get(address(sale, "order")))

    assert "2 × Loaf" not in page
    assert "Loaf 2 pieces · 1 of 2 given back" in page


def test_who_cancels_the_rest_reads_what_comes_back(annas: Client, sale: Sale):
    loaf, _jam = sale.lines
    refund_lines(part=sale.part, quantities={loaf.pk: 1}, reason="", token="1", now=NOW)

    answer = annas.get(address(sale, "order-cancel"))

    assert "You get back the rest of what you paid for it" in words_of(answer)
    assert answer.context["back"].to_buyer == 1660


def test_the_stars_of_a_mail_only_ask(annas: Client, sale: Sale):
    ship(sale)

    answer = annas.get(address(sale, "order-received"), {"note": "4"})

    chosen = re.findall(r'name="note" value="(\d)"[^>]*checked', answer.text)
    assert chosen == ["4"]
    assert sale.part.state == VendorOrder.State.SHIPPED


def test_a_post_confirms_and_keeps_the_note(annas: Client, sale: Sale):
    ship(sale)
    data = {"note": "4", "text": "Crisp."}

    answer = annas.post(address(sale, "order-received"), data, follow=True)

    note = SellerNote.objects.get()
    assert "Thank you. That is noted." in answer.text
    assert (note.score, note.text, note.author_name) == (4, "Crisp.", "Anna P.")
    assert sale.part.state == VendorOrder.State.RECEIVED


def test_receipt_without_stars_is_confirmed_too(annas: Client, sale: Sale):
    ship(sale)

    annas.post(address(sale, "order-received"), {"only": "yes"})

    assert sale.part.state == VendorOrder.State.RECEIVED
    assert not SellerNote.objects.exists()


def test_stars_are_asked_for_where_they_are_the_point(annas: Client, sale: Sale):
    ship(sale)

    answer = annas.post(address(sale, "order-received"), {"text": "Crisp."})

    assert "Choose one to five stars." in answer.text
    assert sale.part.state == VendorOrder.State.SHIPPED


def test_the_browser_leaves_it_to_us_to_ask_for_stars(annas: Client, sale: Sale):
    ship(sale)

    pages = [annas.get(address(sale, route)).text for route in ("order", PAGES[1])]

    for page in pages:
        where = reverse("order-received", args=[sale.order.number, 1])
        form = page.split(f'action="{where}"')[1]
        assert form.split(">")[0].strip() == "novalidate"


def test_a_guest_reads_that_points_need_an_account(
    client: Client, annas: Client, guest_sale: Sale, sale: Sale
):
    for each in (guest_sale, sale):
        ship(each)
    words = "They wait for an account with your address."

    told = [
        words in annas.get(address(each, "order")).text for each in (guest_sale, sale)
    ]

    assert told == [True, False]


def test_a_buyer_cancels_and_reads_it(annas: Client, sale: Sale):
    answer = annas.post(
        address(sale, "order-cancel"), {"text": "Bought twice."}, follow=True
    )

    assert sale.part.state == VendorOrder.State.CANCELLED
    assert "Bought twice." in answer.text


def test_a_message_reaches_the_thread(annas: Client, sale: Sale):
    answer = annas.post(
        address(sale, "order-messages"), {"text": "Is it sliced?"}, follow=True
    )
    threads = annas.get(reverse("messages"))

    assert "Is it sliced?" in answer.text
    assert "Is it sliced?" in threads.text


def test_a_report_freezes_and_shows_itself(annas: Client, sale: Sale):
    ship(sale)
    loaf, _ = sale.lines
    data = {"kind": "damaged", "text": "Flat.", "wanted": "refund"}

    answer = annas.post(
        address(sale, "case-new"), {**data, f"line_{loaf.pk}": "1"}, follow=True
    )

    problem = Problem.objects.get()
    assert "Flat." in answer.text
    assert [(each.line_id, each.quantity) for each in problem.lines.all()] == [
        (loaf.pk, 1)
    ]
    assert sale.part.settlement.state == "frozen"


def test_a_report_says_which_things(annas: Client, sale: Sale):
    ship(sale)
    data = {"kind": "damaged", "text": "Flat.", "wanted": "refund"}

    answer = annas.post(address(sale, "case-new"), data)

    assert "Choose at least one thing." in answer.text
    assert not Problem.objects.exists()


def test_a_look_says_what_comes_back_and_sends_nothing(annas: Client, sale: Sale):
    ship(sale)
    loaf, _ = sale.lines
    where = address(sale, "case-new")
    asked = {f"line_{loaf.pk}": "1", "text": "Flat.", "look": "yes"}

    nothing = annas.get(where).text
    seen = annas.post(where, asked).text
    VendorOrder.objects.update(state=VendorOrder.State.RECEIVED)
    received = annas.get(where).text

    assert "Choose which things, and how many" in nothing
    assert ("To your card" in seen, "Flat." in seen) == (True, True)
    assert "Choose what is the matter." not in seen
    assert not Problem.objects.exists()
    offered = [words in received for words in ("has not arrived", "send it back")]
    assert ("I want to send it back" in nothing, offered) == (False, [False, True])


def test_a_report_is_taken_back(annas: Client, sale: Sale):
    ship(sale)
    loaf, _ = sale.lines
    data = {"kind": "damaged", "text": "Flat.", "wanted": "refund"}
    annas.post(address(sale, "case-new"), {**data, f"line_{loaf.pk}": "1"})
    problem = Problem.objects.get()

    annas.post(reverse("case-withdraw", args=[sale.order.number, 1, problem.public_id]))

    assert Problem.objects.get().state == Problem.State.WITHDRAWN
    assert sale.part.settlement.state == "held"


@pytest.mark.parametrize("route", ["account", "account-orders", "points", "messages"])
def test_own_pages_ask_strangers_to_sign_in(client: Client, annas: Client, route: str):
    mine = annas.get(reverse(route))
    client.logout()
    stranger = client.get(reverse(route))

    assert (mine.status_code, stranger.status_code) == (200, 302)


def test_the_account_shows_what_is_on_the_way(annas: Client, sale: Sale):
    ship(sale)

    answer = annas.get(reverse("account"))

    assert "Loaf and 1 more" in answer.text
    assert "On the way" in answer.text


def test_points_are_told_in_words(annas: Client, sale: Sale):
    ship(sale)
    annas.post(address(sale, "order-received"), {"note": "5"})

    answer = annas.get(reverse("points"))

    assert "+16" in answer.text
    assert f"Order {sale.order.number}" in answer.text
