"""Each mail as it leaves: to whom, saying what, in HTML and in plain words."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.db.models import Outbox
from marketplace.flows.confirm_receipt import give_note
from marketplace.jobs import mails, tasks
from marketplace.jobs.mails.plain import plain_text
from payouts.models import VendorPayout
from reviews.models import ModerationCase
from reviews.services import Note
from support.models import Side
from tests.integration.jobs.letters import (
    ANNA,
    BAKER,
    NOW,
    Folder,
    arrive,
    ask_and_answer,
    be_late,
    be_taken_back_by_the_bank,
    body,
    change_mind,
    come_too_late,
    confirm_order,
    decide,
    decide_for_the_buyer,
    give_a_loaf_back,
    give_an_amount_later,
    lose_points_soon,
    receive,
    refund,
    refuse,
    ship,
    write,
)
from tests.integration.sale import Sale, make_offer, make_user
from vendors.models import Application, Vendor, VendorOrder


@pytest.fixture
def folder(mail_folder: Path) -> Folder:
    return Folder(mail_folder)


@pytest.mark.parametrize(
    ("happens", "letters"),
    [
        (
            confirm_order,
            [
                (ANNA, "Your order {order}", "Thank you, Anna Order"),
                (BAKER, "New sale {part}", "Label and packing slip (http"),
            ],
        ),
        (ship, [(ANNA, "Your parcel from Bakery is on its way", "3232051288400117")]),
        (
            arrive,
            [
                (ANNA, "Your parcel from Bakery is on its way", "Follow the parcel"),
                (ANNA, "How was Bakery?", "is there"),
            ],
        ),
        (
            refuse,
            [(ANNA, "Order {part} is cancelled", "Reason: Sold out")],
        ),
        (
            change_mind,
            [
                (ANNA, "Order {part} is cancelled", "Reason: Bought twice."),
                (BAKER, "Order {part} is cancelled: do not send it", "Bought twice."),
            ],
        ),
        (
            give_a_loaf_back,
            [
                (ANNA, "A part of order {part} is cancelled", "Reason: One is stale."),
                (
                    BAKER,
                    "Order {part}: do not send what was given back",
                    "Left to send Loaf 1 piece Jam 1 piece",
                ),
            ],
        ),
        (
            give_an_amount_later,
            [
                (ANNA, "A part of order {part} is cancelled", "Loaf 1 piece"),
                (BAKER, "Order {part}: do not send what was given back", "Do not send"),
                (
                    BAKER,
                    "Order {part}: money was given back",
                    "We have given €1.00 of it back to the buyer. It costs you €0.86. "
                    "Reason: A scratch. See the order",
                ),
            ],
        ),
        (
            decide_for_the_buyer,
            [
                (ANNA, "Your parcel from Bakery is on its way", "Bakery"),
                (BAKER, "A problem with order {part}", "Flat."),
                (ANNA, "We have your report about order {part}", "Flat."),
                (ANNA, "A part of order {part} is cancelled", "Reason: "),
                (
                    BAKER,
                    "Order {part}: do not send what was given back",
                    "Do not send Loaf 1 piece Jam 1 piece",
                ),
                (ANNA, "Decided: order {part}", "Old photo."),
                (
                    BAKER,
                    "Decided: order {part}",
                    "The buyer gets €21.10 back It costs you",
                ),
            ],
        ),
        (
            be_taken_back_by_the_bank,
            [
                (
                    BAKER,
                    "Order {part}: do not send what was given back",
                    "Reason: The bank has it. What you do not send is on sale again.",
                )
            ],
        ),
        (be_late, [(BAKER, "Order {part} should have left", "48 hours after that")]),
        (
            receive,
            [
                (ANNA, "Your parcel from Bakery is on its way", "Bakery"),
                (BAKER, "Order {part} has arrived", "is yours"),
            ],
        ),
        (
            refund,
            [
                (
                    ANNA,
                    "Your money for order {order} is on its way back",
                    "Points back worth €0.34, ready to spend 34",
                )
            ],
        ),
        (
            come_too_late,
            [(ANNA, "Your payment for order {order} goes back", "had ended")],
        ),
        (
            write(Side.SELLER),
            [(ANNA, "Bakery wrote about order {part}", "Hi!")],
        ),
        (
            write(Side.BUYER),
            [(BAKER, "Anna Peeters wrote about order {part}", "Hi!")],
        ),
        (
            ask_and_answer,
            [
                (BAKER, "Anna P. asks about Loaf", "With rye?"),
                (ANNA, "Bakery has answered: Loaf", "Half of it."),
            ],
        ),
        (
            lose_points_soon,
            [(ANNA, "300 of your points expire soon", "300 points expire on Mon")],
        ),
        (
            decide,
            [
                (ANNA, "Your parcel from Bakery is on its way", "Bakery"),
                (ANNA, "How was Bakery?", "How was it?"),
                (BAKER, "A problem with order {part}", "Flat."),
                (ANNA, "We have your report about order {part}", "Flat."),
                (BAKER, "Order {part} has arrived", "is yours"),
                (ANNA, "Decided: order {part}", "Old photo."),
                (BAKER, "Decided: order {part}", "You are paid"),
            ],
        ),
    ],
)
def test_everybody_concerned_is_told(
    sale: Sale,
    folder: Folder,
    happens: Callable[[Sale], object],
    letters: list[tuple[str, str, str]],
):
    happens(sale)

    tasks.drain("mail", NOW)

    names = {"order": sale.order.number, "part": sale.part.number}
    sent = folder.letters()
    assert Outbox.objects.filter(topic="mail").count() == 0
    assert [(mail["To"], mail["Subject"]) for mail in sent] == [
        (to, subject.format(**names)) for to, subject, _ in letters
    ]
    for mail, (_, _, words) in zip(sent, letters, strict=True):
        plain = " ".join(body(mail, "plain").split())
        assert words in plain


@pytest.mark.parametrize(
    ("state", "subject"),
    [
        (Application.State.APPROVED, "Bakery may sell"),
        (Application.State.MORE_WANTED, "One more thing about Bakery"),
        (Application.State.REFUSED, "About your application for Bakery"),
    ],
)
def test_a_shop_hears_what_was_decided(
    bakery: Vendor, folder: Folder, state: Application.State, subject: str
):
    Application.objects.create(vendor=bakery, state=state, reason="A clear photo.")

    send({"kind": "application_decided", "vendor": bakery.pk})

    (mail,) = folder.letters()
    assert (mail["To"], mail["Subject"]) == (BAKER, subject)
    assert "A clear photo." in body(mail, "plain")


def test_a_new_account_is_greeted(anna: User, folder: Folder):
    send({"kind": "welcome", "user": anna.pk})

    (mail,) = folder.letters()
    assert (mail["To"], mail["Subject"]) == (ANNA, "Welcome to Comptoir")


def test_the_stars_of_a_guests_mail_open_their_order(
    client: Client, guest_sale: Sale, folder: Folder
):
    ship(guest_sale)
    tasks.drain("mail", NOW)
    (mail,) = folder.letters()
    stars = re.findall(r'href="([^"]+\?note=\d)"', body(mail, "html"))

    answer = client.get(stars[3].removeprefix("http://127.0.0.1:8000"))

    assert len(stars) == 5
    assert answer.status_code == 200
    assert re.findall(r'value="(\d)"[^>]*checked', answer.text) == ["4"]


def test_styles_stand_in_the_tags_and_the_dark_half_is_kept(sale: Sale, folder: Folder):
    ship(sale)
    tasks.drain("mail", NOW)

    html = body(folder.letters()[0], "html")

    assert '<h1 style="' in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_a_mail_that_comes_twice_has_one_identity(sale: Sale, folder: Folder):
    ship(sale)
    message = Outbox.objects.get(topic="mail")

    for _ in range(2):
        mails.send(message)

    first, second = folder.letters()
    assert first["Message-ID"] == second["Message-ID"]


def test_plain_text_keeps_links_and_drops_styles():
    html = (
        "<head><style>p {}</style></head><body><p>Two <b>loaves</b></p>"
        '<p><a href="https://example.org/o">See it</a></p></body>'
    )

    assert plain_text(html) == "Two loaves\n\nSee it (https://example.org/o)\n"


def send(payload: dict[str, object]) -> None:
    mails.send(Outbox(pk=1, topic="mail", key="", payload=payload))


@pytest.mark.parametrize(
    ("status", "subject"),
    [
        ("paid", "Money has reached your bank"),
        ("failed", "Your bank refused a payout"),
    ],
)
def test_a_seller_hears_from_the_bank(
    bakery: Vendor, folder: Folder, status: str, subject: str
):
    made = VendorPayout.objects.create(
        vendor=bakery,
        stripe_id="po_1",
        currency="EUR",
        amount_minor=123_456,
        status=status,
        is_automatic=True,
        arrival_date=NOW,
        created_at=NOW,
        updated_at=NOW,
    )

    send({"kind": "payout", "vendor": bakery.pk, "payout": made.pk})

    (mail,) = folder.letters()
    assert (mail["To"], mail["Subject"]) == (BAKER, subject)
    assert "€1,234.56" in body(mail, "plain")


@pytest.mark.parametrize(
    ("is_approved", "is_change", "subject", "words"),
    [
        (None, False, "“Loaf” is on sale", "Buyers find it now."),
        (True, False, "“Loaf” is on sale", "Buyers find it now."),
        (False, False, "Please change “Loaf”", "Which flour?"),
        (True, True, "“Loaf” says what you changed", "Buyers read it now."),
        (False, True, "About your change of “Loaf”", "Which flour?"),
    ],
)
def test_a_seller_hears_what_becomes_of_a_product(
    bakery: Vendor,
    folder: Folder,
    is_approved: bool | None,
    is_change: bool,
    subject: str,
    words: str,
):
    product = make_offer(bakery, "Loaf", cents=450).product
    product.submitted_by = bakery.partner
    product.review_reason = "Which flour?"
    product.save()
    # What was sent before it said more has the product alone.
    said = {} if is_approved is None else {"is_approved": is_approved}

    send(
        {"kind": "product_decided", "product": product.pk, **said}
        | ({"is_change": True} if is_change else {})
    )

    (mail,) = folder.letters()
    assert (mail["To"], mail["Subject"]) == (BAKER, subject)
    assert words in body(mail, "plain")


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        ("shop_suspended", "Bakery is suspended", "Orders that you have go on"),
        ("shop_reinstated", "Bakery is open again", "shown and bought again"),
    ],
)
def test_a_seller_hears_whether_they_sell(
    bakery: Vendor, folder: Folder, kind: str, subject: str, words: str
):
    send({"kind": kind, "vendor": bakery.pk, "reason": "Late parcels."})

    (mail,) = folder.letters()
    assert (mail["To"], mail["Subject"]) == (BAKER, subject)
    told = " ".join(body(mail, "plain").split())
    assert (words in told, "Late parcels." in told) == (True, True)


@pytest.mark.parametrize(
    ("is_hidden", "subject", "words"),
    [
        (True, "What you wrote is not shown", "It insults somebody."),
        (False, "What you wrote is shown", "everybody reads it now"),
    ],
)
def test_a_buyer_hears_whether_their_words_are_read(
    sale: Sale, folder: Folder, is_hidden: bool, subject: str, words: str
):
    VendorOrder.objects.update(state=VendorOrder.State.RECEIVED)
    note = give_note(part=sale.part, note=Note(score=1, text="A thief."), now=NOW)
    note.user = make_user("clara")
    note.save()
    case = ModerationCase.objects.create(
        note=note,
        state="hidden" if is_hidden else "kept",
        reason="It insults somebody.",
        opened_at=NOW,
        decided_at=NOW,
    )

    send({"kind": "words_decided", "case": case.pk})

    (mail,) = folder.letters()
    told = " ".join(body(mail, "plain").split())
    assert (mail["To"], mail["Subject"]) == ("clara@example.org", subject)
    assert words in told
    assert ("It insults somebody." in told) == is_hidden
