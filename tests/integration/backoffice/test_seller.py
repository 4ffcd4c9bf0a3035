"""One seller from all sides: what a suspension reaches, notes, money line by line."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.db import audit, clock
from marketplace.db.models import AuditEvent, Decision, Outbox
from marketplace.flows import adjust_seller
from marketplace.flows.adjust_seller import AdjustmentRequest
from marketplace.shop.basket.models import Basket
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from payouts.models import LedgerBalance
from payouts.vocabulary import AdjustmentKind
from tests.factories import NOW, OfferFactory, PartnerFactory, seller
from tests.integration.aftersale.steps import arrive, report
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.sale import make_offer, make_seller, make_user, pay_for
from vendors.models import ShopNote, Vendor, VendorOrder

pytestmark = pytest.mark.django_db


def page_of(handle: str, tab: str = "") -> str:
    query = f"?tab={tab}" if tab else ""
    return reverse("office-seller", args=[handle]) + query


def test_what_a_suspension_reaches_is_counted_first(as_operator: SignedIn) -> None:
    bakery, mill = make_seller("Bakery"), make_seller("Mill")
    bread, rolls = (
        make_offer(bakery, "Bread", cents=400),
        make_offer(bakery, "Rolls", cents=300),
    )
    OfferFactory.create(partner=mill.partner, product=bread.product)
    pay_for({bakery: {rolls: 1}})
    basket = Basket.objects.create()
    basket.lines.create(
        product=rolls.product, stockrecord=rolls, quantity=1, price_currency="EUR"
    )

    page = as_operator("moderator").get(page_of("bakery"))

    effects = page.context["effects"]
    assert (effects.offers, effects.only_here) == (2, 1)
    assert (effects.baskets, effects.to_ship) == (1, 1)


def test_what_a_suspension_does_is_told_with_what_it_is_about(
    as_operator: SignedIn,
) -> None:
    bakery = make_seller("Bakery")
    bread, rolls = (make_offer(bakery, name, cents=400) for name in ("Bread", "Rolls"))
    reported = pay_for({bakery: {bread: 1, rolls: 1}})
    arrive(reported)
    report(reported)
    late, next_one, gone = (pay_for({bakery: {bread: 1}}).part for _n in range(3))
    now = clock.now()
    for part, state, days in (
        (late, "to_ship", -1),
        (next_one, "partly_shipped", 2),
        (gone, "shipped", -3),
    ):
        VendorOrder.objects.filter(pk=part.pk).update(
            state=state, ship_by=now + timedelta(days=days)
        )

    page = as_operator().get(page_of("bakery"))

    effects, text = page.context["effects"], page.content.decode()
    assert (effects.to_ship, effects.late, effects.on_the_way) == (2, 1, 1)
    assert effects.ship_by == now + timedelta(days=2)
    assert page.context["open_problems"] == 1
    [money] = page.context["leaving"]
    assert (money.balance.waiting_count, money.balance.frozen_count) == (3, 1)
    assert "1 of them is late." in text
    assert "waits for the delivery of 3 sales" in text
    assert "is held until its problem is settled" in text
    for way in ("tab=offers&amp;only=on-sale", "tab=orders&amp;only=to-ship"):
        assert f'href="?{way}"' in text


def test_a_moderator_reads_of_no_sum_and_is_led_to_no_closed_side(
    as_operator: SignedIn,
) -> None:
    bakery = make_seller("Bakery")
    pay_for({bakery: {make_offer(bakery, "Bread", cents=400): 1}})

    text = as_operator("moderator").get(page_of("bakery")).content.decode()

    assert "Finance sees how much, and when it leaves." in text
    assert "waits for the delivery" not in text
    assert not [side for side in ("orders", "cases", "money") if f"tab={side}" in text]


def test_a_suspension_says_since_when_and_why_and_one_taken_back_never_was(
    as_operator: SignedIn,
) -> None:
    seller("Bakery")
    client = as_operator("moderator")

    client.post(page_of("bakery"), {"act": "suspend", "reason": "Late parcels."})
    during = client.get(page_of("bakery")).content.decode()
    batch = Decision.objects.get().batch
    client.post(reverse("office-undo"), {"batch": str(batch)})
    after = client.get(page_of("bakery"))

    assert "Suspended: what is in effect" in during
    assert "<p>Late parcels.</p>" in during
    assert "Offers are out of search and buy boxes" in during
    assert after.context["suspended"] is None
    assert "It was suspended before" not in after.content.decode()


def test_offers_and_orders_that_a_suspension_reaches_are_listed_alone(
    as_operator: SignedIn,
) -> None:
    bakery = make_seller("Bakery")
    bread, rolls = (make_offer(bakery, name, cents=400) for name in ("Bread", "Rolls"))
    sent, waiting = (pay_for({bakery: {bread: 1}}).part for _n in range(2))
    VendorOrder.objects.filter(pk=sent.pk).update(state="shipped")
    StockRecord.objects.filter(pk=rolls.pk).update(is_active=False)
    client = as_operator()

    def listed(query: str) -> list[object]:
        page = client.get(page_of("bakery", query)).context["tab"].shown["page"]
        return list(page)

    assert listed("offers&only=on-sale") == [bread]
    assert len(listed("offers")) == 2
    assert listed("orders&only=to-ship") == [waiting]
    assert len(listed("orders")) == 2


@pytest.mark.parametrize(
    ("state", "act", "becomes", "subject"),
    [
        ("open", "suspend", "suspended", "shop_suspended"),
        ("suspended", "reinstate", "open", "shop_reinstated"),
    ],
)
def test_a_seller_reads_the_reason_unless_it_is_taken_back(
    state: str, act: str, becomes: str, subject: str, as_operator: SignedIn
) -> None:
    partner = seller("Bakery")
    Vendor.objects.update(state=state)
    client = as_operator("moderator")

    without = client.post(page_of("bakery"), {"act": act})
    client.post(page_of("bakery"), {"act": act, "reason": "Read this."})
    shop = Vendor.objects.get()
    mail = Outbox.objects.get(topic="mail")
    batch = Decision.objects.get().batch
    client.post(reverse("office-undo"), {"batch": str(batch)})

    assert without.status_code == 422
    assert "Tell the seller why." in without.content.decode()
    assert (shop.state, mail.payload["kind"]) == (becomes, subject)
    assert mail.payload["reason"] == "Read this."
    shop.refresh_from_db()
    partner.refresh_from_db()
    assert (shop.state, partner.is_selling) == (state, state == "open")
    assert not Outbox.objects.filter(topic="mail").exists()


def test_a_second_suspension_reads_who_was_faster(as_operator: SignedIn) -> None:
    seller("Bakery")
    words = {"act": "suspend", "reason": "Late."}
    as_operator("moderator").post(page_of("bakery"), words)

    late = as_operator("moderator").post(page_of("bakery"), words)

    text = late.content.decode()
    assert late.status_code == 422
    assert "Anna Peeters suspended this shop a moment ago." in text
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("role", ["moderator", "finance", "support"])
def test_every_operator_writes_notes_that_only_grow(
    role: str, as_operator: SignedIn
) -> None:
    seller("Bakery")
    client, where = as_operator(role), reverse("office-seller-note", args=["bakery"])

    empty = client.post(where, {"text": "  "})
    client.post(where, {"text": "Called them."})

    note = ShopNote.objects.get()
    text = client.get(page_of("bakery")).content.decode()
    assert empty.status_code == 422
    assert "Write what the others should know." in empty.content.decode()
    assert ("Called them." in text, note.author_label) == (True, "Anna Peeters")
    assert AuditEvent.objects.filter(action="vendor.noted").count() == 1
    for change in (
        lambda: ShopNote.objects.update(text="Never said."),
        lambda: ShopNote.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("role", "sides"),
    [
        ("moderator", ["all", "offers", "audit"]),
        ("finance", ["all", "money", "orders", "offers", "audit"]),
        ("support", ["all", "cases", "orders", "offers", "audit"]),
        ("administrator", ["all", "money", "cases", "orders", "offers", "audit"]),
    ],
)
def test_each_sees_the_sides_of_a_seller_that_are_theirs(
    role: str, sides: list[str], as_operator: SignedIn
) -> None:
    shop = make_seller("Mill")
    pay_for({shop: {make_offer(shop, "Flour", cents=900): 1}})
    client = as_operator(role)

    shown = {
        tab: client.get(page_of("mill", tab)).context["tab"].name
        for tab in ("all", "money", "cases", "orders", "offers", "audit", "nonsense")
    }

    assert [tab for tab, name in shown.items() if tab == name] == sides
    assert shown["nonsense"] == "all"


def test_the_last_balance_of_the_ledger_is_what_is_due(as_operator: SignedIn) -> None:
    shop, client = make_seller("Mill"), as_operator("finance")
    marc = make_user("Marc")
    for kind, minor in (("credit", 500), ("fine", 1_200)):
        adjust_seller.ask_for_adjustment(
            request=AdjustmentRequest(
                vendor_id=shop.pk,
                currency="EUR",
                kind=AdjustmentKind(kind),
                amount_minor=minor,
                reason=f"A {kind}.",
                token=kind,
            ),
            operator_id=marc.pk,
            now=NOW,
        )

    page = client.get(page_of("mill", "money"))

    [(currency, lines)] = page.context["tab"].shown["ledger"]
    told = [(line.in_minor, line.out_minor, line.balance_minor) for line in lines]
    due = LedgerBalance.objects.get(
        account__vendor=shop, account__kind="vendor_payable"
    )
    assert (currency, due.posted_minor) == ("EUR", -700)
    assert told == [(0, 1_200, -700), (500, 0, 500)]
    assert "A fine." in lines[0].note


def test_the_trail_of_a_shop_holds_what_happened_to_its_things(as_operator: SignedIn):
    # One more partner, so that no shop has the key of its own.
    PartnerFactory.create()
    mill, bakery = make_seller("Mill"), make_seller("Bakery")
    flour, bran = (make_offer(mill, name, cents=900) for name in ("Flour", "Bran"))
    sale = pay_for({mill: {flour: 1, bran: 1}})
    other = pay_for({bakery: {make_offer(bakery, "Bread", cents=400): 1}})
    Product.objects.filter(pk=flour.product_id).update(submitted_by=mill.partner)
    arrive(sale)
    problem = report(sale)
    own = [mill, sale.part, flour.product, problem]
    for subject in (*own, bakery, other.part, bran.product):
        audit.record("vendor.noted", subject=subject, now=NOW)

    page = as_operator().get(page_of("mill", "audit"))
    found = as_operator().get(reverse("office-audit"), {"q": "Mill"})

    for answer, things in ((page, own), (found, own[:-1])):
        noted = {
            event.subject_id
            for event in answer.context["page"]
            if event.action == "vendor.noted"
        }
        assert noted == {thing.public_id for thing in things}
    assert "parcel.sent" in {event.action for event in page.context["page"]}


def test_more_rows_of_a_seller_ask_no_more(as_operator: SignedIn) -> None:
    shop, client = make_seller("Mill"), as_operator()

    def asked() -> dict[str, int]:
        counts = {}
        for tab in ("all", "money", "cases", "orders", "offers", "audit"):
            client.get(page_of("mill", tab))
            with CaptureQueriesContext(connection) as queries:
                client.get(page_of("mill", tab))
            counts[tab] = len(queries)
        return counts

    for number in range(2):
        pay_for({shop: {make_offer(shop, f"Flour {number}", cents=900): 1}})
    few = asked()
    for number in range(3):
        pay_for({shop: {make_offer(shop, f"Bran {number}", cents=900): 1}})

    assert asked() == few
