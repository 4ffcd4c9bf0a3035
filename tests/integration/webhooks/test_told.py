"""What happens in a shop is told to its own systems alone, with what it is about."""

from datetime import timedelta

import pytest

from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.db.models import Outbox
from marketplace.flows.cancel_order import refuse_order
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.list_product import decide_product
from marketplace.flows.pay_order import pay_order
from marketplace.flows.report_problem import report_problem
from marketplace.flows.send_message import ask_seller, send_message
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.flows.undo_decision import undo_decisions
from marketplace.jobs.topics import payout_has_changed
from marketplace.jobs.webhooks import send_due
from support.models import Problem, Side
from support.services.problems import Report
from tests.factories import ProductFactory, WebhookFactory
from tests.integration.aftersale.steps import answer_refunds
from tests.integration.backoffice.conftest import operator
from tests.integration.buying.market import (
    basket_with,
    capture_payment,
    open_market,
    order_of,
)
from tests.integration.sale import Sale, make_offer, make_seller, make_user, pay_for
from tests.integration.webhooks.conftest import NOW, Receiver
from vendors.models import Vendor, Webhook, WebhookDelivery
from vendors.services.fulfilment import CancelReason, Dispatch

DISPATCH = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")


@pytest.fixture
def anna(db: None) -> User:
    """A buyer with an account."""
    return make_user("anna", first_name="Anna", last_name="Peeters")


@pytest.fixture
def sale(webhook: Webhook, anna: User) -> Sale:
    """A notebook of the bindery's and a loaf of the bakery's, which listens too."""
    bakery = make_seller("Bakery")
    WebhookFactory.create(vendor=bakery)
    notebook = make_offer(webhook.vendor, "Notebook", cents=2400)
    loaf = make_offer(bakery, "Loaf", cents=450)
    return pay_for({webhook.vendor: {notebook: 2}, bakery: {loaf: 1}}, user=anna)


def heard_by(shop: str) -> list[str]:
    """Return what the systems of a shop were told of, in order."""
    rows = WebhookDelivery.objects.filter(webhook__vendor__handle=shop).order_by("pk")
    return list(rows.values_list("event", flat=True))


@pytest.mark.usefixtures("db")
def test_a_paid_order_is_told_to_each_shop_and_the_last_piece_too(receiver: Receiver):
    market = open_market()
    for shop in (market.bakery, market.bindery):
        WebhookFactory.create(vendor=shop, address=f"{receiver.address}/{shop.handle}")
    placed = order_of(basket_with({market.loaf: 10, market.notebook: 1}))
    capture_payment(placed.attempt_id)

    pay_order(order_id=placed.order.pk, now=NOW)
    pay_order(order_id=placed.order.pk, now=NOW)
    send_due(NOW)

    told = {(heard.path, heard.told["type"]): heard for heard in receiver.heard}
    assert set(told) == {
        ("/bakery", "order.paid"),
        ("/bakery", "offer.sold_out"),
        ("/bindery", "order.paid"),
    }
    assert len(receiver.heard) == 3
    order = told["/bindery", "order.paid"].told["data"]["order"]
    assert (order["number"], order["paid_at"]) == (
        f"{placed.order.number}-2",
        "2026-11-25T09:00:00Z",
    )
    assert [line["title"] for line in order["lines"]] == ["Notebook"]
    offer = told["/bakery", "offer.sold_out"].told["data"]["offer"]
    assert (offer["id"], offer["stock"]) == (market.loaf.public_id, 0)


def test_parcels_problems_and_receipt_are_told_to_their_shop_alone(
    sale: Sale, receiver: Receiver
):
    [line] = sale.lines
    damaged = Report(
        kind=Problem.Kind.DAMAGED, text="Wet through.", quantities={line.pk: 1}
    )
    parcel = ship_parcel(part=sale.part, dispatch=DISPATCH, now=NOW)
    for _twice in range(2):
        deliver_parcel(parcel=parcel, delivered_at=NOW, now=NOW)
    send_message(part=sale.part, side=Side.SELLER, text="On its way.", now=NOW)
    send_message(part=sale.part, side=Side.BUYER, text="My secret.", now=NOW)
    problem = report_problem(part=sale.part, report=damaged, now=NOW)

    send_due(NOW)

    told = {heard.told["type"]: heard.told["data"] for heard in receiver.heard}
    assert heard_by("bakery") == []
    assert heard_by("bindery") == [
        *("parcel.sent", "parcel.delivered", "message.received", "problem.opened"),
    ]
    assert told["parcel.sent"]["parcel"]["id"] == parcel.public_id
    assert told["problem.opened"]["problem"]["id"] == problem.public_id
    assert told["problem.opened"]["problem"]["lines"] == [
        {"line": line.pk, "quantity": 1}
    ]
    assert told["message.received"]["message"]["order_number"] == sale.part.number
    said = b"".join(heard.body for heard in receiver.heard)
    assert b"My secret." not in said
    assert b"Wet through." not in said
    assert b"anna@example.org" not in said


def test_receipt_refusal_and_refund_are_told(
    sale: Sale, webhook: Webhook, receiver: Receiver, anna: User
):
    pen = make_offer(webhook.vendor, "Pen", cents=300)
    other = pay_for({webhook.vendor: {pen: 1}}, user=anna, shipping_cents=0)
    ship_parcel(part=sale.part, dispatch=DISPATCH, now=NOW)

    confirm_receipt(part=sale.part, now=NOW)
    refuse_order(part=other.part, reason=CancelReason.SOLD_OUT, now=NOW)
    answer_refunds(NOW)
    send_due(NOW)

    told = {heard.told["type"]: heard.told["data"] for heard in receiver.heard}
    assert heard_by("bindery") == [
        *("parcel.sent", "order.received", "order.cancelled", "refund.made"),
    ]
    assert told["refund.made"]["refund"] == {"amount_minor": 300, "currency": "EUR"}
    assert told["order.cancelled"]["order"]["number"] == other.part.number


def test_a_question_and_a_payout_are_told(
    webhook: Webhook, receiver: Receiver, anna: User
):
    shop = webhook.vendor
    ask_seller(
        buyer_id=anna.pk,
        buyer_name="Anna P.",
        vendor=shop,
        product=None,
        text="Open on Sundays?",
        now=NOW,
    )
    payout = shop.payouts.create(
        stripe_id="po_1",
        currency="EUR",
        amount_minor=12_300,
        status="paid",
        is_automatic=True,
        arrival_date=NOW,
        created_at=NOW,
        updated_at=NOW,
    )
    for status in ("in_transit", "paid"):
        payout_has_changed(
            Outbox(key=str(payout.pk), payload={"vendor": shop.pk, "status": status})
        )

    send_due(NOW)

    question, paid = (heard.told["data"] for heard in receiver.heard)
    assert question["message"]["order_number"] is None
    assert paid == {
        "payout": {
            "id": "po_1",
            "amount_minor": 12_300,
            "currency": "EUR",
            "arrived_at": "2026-11-25T09:00:00Z",
        }
    }


def test_a_decision_is_told_when_it_cannot_be_taken_back_any_more(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    rye = ProductFactory.create(
        title="Rye",
        submitted_by=webhook.vendor.partner,
        submitted_at=NOW,
        review_state="in_review",
        is_public=False,
    )
    ines = operator("moderator")

    def refuse():
        rye.refresh_from_db()
        return decide_product(
            product=rye,
            seen=rye.version,
            is_approved=False,
            reason="A picture, please.",
            operator_id=ines.pk,
            now=NOW,
        )

    undo_decisions(batch=refuse().batch, operator_id=ines.pk, now=NOW)
    taken_back = heard_by("bindery")
    decision = refuse()
    send_due(NOW)
    early = len(receiver.heard)
    monkeypatch.setattr(clock, "now", lambda: decision.undo_until)
    send_due(decision.undo_until)

    assert (taken_back, early) == ([], 0)
    assert receiver.heard[0].told["data"] == {
        "listing": {
            "product_id": rye.public_id,
            "title": "Rye",
            "decision": "refused",
            "is_change": False,
            "reason": "A picture, please.",
        }
    }


def test_who_does_not_listen_or_is_off_is_not_written_to(
    sale: Sale, webhook: Webhook, bindery: Vendor
):
    Webhook.objects.filter(pk=webhook.pk).update(events=["order.paid"])
    WebhookFactory.create(vendor=bindery, is_on=False)
    hears = WebhookFactory.create(vendor=bindery, events=["parcel.sent"])

    ship_parcel(part=sale.part, dispatch=DISPATCH, now=NOW + timedelta(hours=1))

    delivery = WebhookDelivery.objects.get()
    assert (delivery.webhook, delivery.body) == (hears, "")
