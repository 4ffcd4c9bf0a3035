"""Each mail as it leaves: to whom, saying what, in HTML and in plain words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from django.db.models import F
from django.test import Client

from marketplace.accounts.models import User
from marketplace.db.models import Outbox
from marketplace.flows.call_off import keep_back_taken
from marketplace.flows.cancel_order import cancel_order, refuse_order
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.late_orders import warn_of_late_order
from marketplace.flows.mail import Mail, post
from marketplace.flows.refund_line import RefundedBy, WantedBack, refund_amounts
from marketplace.flows.report_problem import report_problem
from marketplace.flows.resolve_problem import refund_problem, release_problem
from marketplace.flows.send_message import send_message
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs import mails, tasks
from marketplace.jobs.mails.plain import plain_text
from payouts.models import SettlementLine, VendorPayout
from support.models import Problem, Side
from support.services.problems import Report
from tests.integration.sale import Sale, make_offer, moment
from vendors.models import Application, Vendor
from vendors.services.fulfilment import CancelReason, Dispatch

NOW = moment("2026-11-25 10:00")
ANNA, BAKER = "anna@example.org", "bakery@example.org"


@dataclass
class Folder:
    """The folder into which mails are written."""

    path: Path

    def letters(self) -> list[EmailMessage]:
        """Return the mails that were sent, in order."""
        files = sorted(
            self.path.glob("*.log"), key=lambda file: file.stat().st_mtime_ns
        )
        parser = BytesParser(policy=policy.default)
        return [
            parser.parsebytes(raw.strip())
            for file in files
            for raw in file.read_bytes().split(b"-" * 79)
            if raw.strip()
        ]


@pytest.fixture
def folder(mail_folder: Path) -> Folder:
    return Folder(mail_folder)


def ship(sale: Sale) -> None:
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)


def arrive(sale: Sale) -> None:
    ship(sale)
    deliver_parcel(parcel=sale.part.parcels.get(), delivered_at=NOW, now=NOW)


def report(sale: Sale) -> Problem:
    loaf, _ = sale.lines
    about = Report(kind=Problem.Kind.DAMAGED, text="Flat.", quantities={loaf.pk: 1})
    return report_problem(part=sale.part, report=about, now=NOW)


def decide(sale: Sale) -> None:
    arrive(sale)
    problem = report(sale)
    boss = User.objects.create_user("boss@example.org")
    release_problem(problem=problem, decision="Old photo.", actor_id=boss.pk, now=NOW)


def write(side: Side) -> Callable[[Sale], object]:
    return lambda sale: send_message(part=sale.part, side=side, text="Hi!", now=NOW)


def confirm_order(sale: Sale) -> None:
    post(Mail.ORDER_CONFIRMED, order=sale.order.pk, now=NOW)
    post(Mail.NEW_SALE, part=sale.part.pk, now=NOW)


def receive(sale: Sale) -> None:
    ship(sale)
    confirm_receipt(part=sale.part, now=NOW)


def come_too_late(sale: Sale) -> None:
    post(Mail.PAYMENT_RETURNED, order=sale.order.pk, now=NOW)


def refund(sale: Sale) -> None:
    post(Mail.REFUNDED, order=sale.order.pk, cash_minor=1200, points_minor=34, now=NOW)


def refuse(sale: Sale) -> None:
    refuse_order(part=sale.part, reason=CancelReason.SOLD_OUT, now=NOW)


def change_mind(sale: Sale) -> None:
    cancel_order(part=sale.part, text="Bought twice.", now=NOW)


def give_a_loaf_back(sale: Sale) -> None:
    loaf, _ = sale.lines
    frozen = loaf.order_line.settlement_line.pk
    refund_amounts(
        part=sale.part,
        back=WantedBack(wanted={frozen: 450}, pieces={frozen: 1}),
        reason="One is stale.",
        token="1",
        by=RefundedBy(is_news=True),
        now=NOW,
    )


def give_an_amount_later(sale: Sale) -> None:
    give_a_loaf_back(sale)
    jam = sale.lines[1].order_line.settlement_line.pk
    refund_amounts(
        part=sale.part,
        back=WantedBack(wanted={jam: 100}),
        reason="A scratch.",
        token="2",
        by=RefundedBy(is_news=True),
        now=NOW,
    )


def decide_for_the_buyer(sale: Sale) -> None:
    loaf, _jam = sale.lines
    dispatch = Dispatch(
        carrier_code="bpost",
        tracking_number="3232051288400117",
        quantities={loaf.pk: 1},
    )
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)
    about = Report(kind=Problem.Kind.DAMAGED, text="Flat.", quantities={loaf.pk: 1})
    problem = report_problem(part=sale.part, report=about, now=NOW)
    refund_problem(problem=problem, decision="Old photo.", by=RefundedBy(), now=NOW)


def be_taken_back_by_the_bank(sale: Sale) -> None:
    SettlementLine.objects.update(
        refunded_gross_minor=F("gross_minor"),
        refunded_cash_minor=F("gross_minor"),
        reversed_net_minor=F("net_minor"),
        commission_back_minor=F("commission_minor"),
        vat_back_minor=F("commission_vat_minor"),
    )
    keep_back_taken(part_id=sale.part.pk, reason="The bank has it.", now=NOW)


def be_late(sale: Sale) -> None:
    warn_of_late_order(part=sale.part, now=NOW)


@pytest.mark.parametrize(
    ("happens", "letters"),
    [
        (
            confirm_order,
            [
                (ANNA, "Your order {order}", "Thank you, Anna Peeters"),
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


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


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


def test_a_seller_hears_what_becomes_of_a_product(bakery: Vendor, folder: Folder):
    product = make_offer(bakery, "Loaf", cents=450).product
    product.submitted_by = bakery.partner
    product.save()

    send({"kind": "product_decided", "product": product.pk})

    (mail,) = folder.letters()
    assert (mail["To"], mail["Subject"]) == (BAKER, "“Loaf” is on sale")
