"""What happens to an order, and the mails that tell of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.db.models import F

from loyalty import services as loyalty
from loyalty.models import PointsRule
from marketplace.accounts.models import User
from marketplace.flows.call_off import keep_back_taken
from marketplace.flows.cancel_order import cancel_order, refuse_order
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.late_orders import warn_of_late_order
from marketplace.flows.mail import Mail, post
from marketplace.flows.refund_line import RefundedBy, WantedBack, refund_amounts
from marketplace.flows.report_problem import report_problem
from marketplace.flows.resolve_problem import Decision, refund_problem, release_problem
from marketplace.flows.send_message import ask_seller, go_on, send_message
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs import nightly
from payouts.models import SettlementLine
from support.models import Problem, Side
from support.services.problems import Report
from tests.integration.sale import Sale, moment
from tests.pages.letters import letter_faults
from vendors.services.fulfilment import CancelReason, Dispatch

NOW = moment("2026-11-25 10:00")
ANNA, BAKER = "anna@example.org", "bakery@example.org"


@dataclass
class Folder:
    """The folder into which mails are written."""

    path: Path

    def letters(self) -> list[EmailMessage]:
        """Return the mails that were sent, in order; none has a fault of its form."""
        files = sorted(
            self.path.glob("*.log"), key=lambda file: file.stat().st_mtime_ns
        )
        parser = BytesParser(policy=policy.default)
        found = [parser.parsebytes(file.read_bytes()) for file in files]
        faults = {each["Subject"]: letter_faults(each) for each in found}
        assert {subject: wrong for subject, wrong in faults.items() if wrong} == {}
        return found


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


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
    release_problem(
        problem=problem, decision=Decision("Old photo."), actor_id=boss.pk, now=NOW
    )


def write(side: Side) -> Callable[[Sale], object]:
    return lambda sale: send_message(part=sale.part, side=side, text="Hi!", now=NOW)


def ask_and_answer(sale: Sale) -> None:
    """Let the buyer ask about a loaf before they order it, and hear."""
    asked = ask_seller(
        buyer_id=sale.order.user_id,
        buyer_name="Anna P.",
        vendor=sale.part.vendor,
        product=sale.lines[0].order_line.product,
        text="With rye?",
        now=NOW,
    )
    go_on(
        thread=asked.conversation,
        side=Side.SELLER,
        text="Half of it.",
        author_id=None,
        author_name="Bakery",
        now=NOW,
    )


def lose_points_soon(sale: Sale) -> None:
    """Let the buyer have 300 points that are lost in five days."""
    PointsRule.objects.update(lives_days=100)
    loyalty.grant(
        key="gift",
        user_id=sale.order.user_id,
        amount=loyalty.Amount(points=300, value_minor=300, currency="EUR"),
        reason="A gift",
        now=NOW - timedelta(days=95),
    )
    nightly.points(NOW)


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
    refund_problem(
        problem=problem, decision=Decision("Old photo."), by=RefundedBy(), now=NOW
    )


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
