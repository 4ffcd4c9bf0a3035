"""Making, changing, stopping and sharing promotions; what each has cost whom."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from marketplace.core.money import BASIS_POINTS
from marketplace.core.viewer import Viewer
from marketplace.db.models import AuditEvent, Outbox
from marketplace.flows.cancel_order import cancel_order
from marketplace.flows.keep_promotions import (
    Draft,
    PromotionFixedError,
    PromotionRefusedError,
    answer_proposal,
    change_promotion,
    make_promotion,
    stop_promotion,
)
from marketplace.flows.pay_order import pay_order
from marketplace.flows.refund_line import refund_lines
from marketplace.jobs.mails import sellers
from marketplace.shop.basket.selectors import contents_of
from marketplace.shop.promotions.models import Promotion, PromotionSeller
from marketplace.shop.promotions.services.keeping import terms_mark
from payouts.selectors.promotions import PromotionCost, promotion_costs
from tests.integration.backoffice.conftest import operator as staff_of
from tests.integration.buying import promotions as made
from tests.integration.buying.market import (
    NOW,
    Market,
    basket_with,
    capture_payment,
    order_of,
)
from tests.integration.sale import make_user
from vendors.models import VendorOrder

OPERATOR = Viewer(user_id=1, operator_permissions=frozenset({"finance"}))
LATER = NOW + timedelta(days=5)


def draft(**changes):
    facts = {
        "name": "Winter",
        "code": "winter-10",
        "benefit": "percent",
        "bps": 1000,
        "currency": "EUR",
        "starts_at": LATER,
    }
    return Draft(**{**facts, **changes})


def operator():
    return make_user(f"operator{uuid4().hex[:6]}")


def paid_order(basket):
    placed = order_of(basket)
    if placed.attempt_id is not None:
        capture_payment(placed.attempt_id)
        pay_order(order_id=placed.order.pk, now=NOW)
    return placed.order


def costs_of(promotion, **more):
    return promotion_costs(OPERATOR, [promotion.pk], **more).get(promotion.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"code": "ABC"}, "code"),
        ({"code": "ÉTÉ-2026"}, "code"),
        ({"code": "A" * 25}, "code"),
        ({"code": "TAKEN"}, "code"),
        ({"bps": 0}, "percent"),
        ({"bps": BASIS_POINTS + 1}, "percent"),
        ({"benefit": "amount", "amount_minor": 0}, "amount"),
        ({"most_minor": 0}, "most"),
        ({"ends_at": LATER}, "ends_at"),
        ({"starts_at": NOW - timedelta(days=9), "ends_at": NOW}, "ends_at"),
        ({"platform_bps": 5000}, "sellers"),
        ({"uses_total": 0}, "uses_total"),
        ({"uses_per_buyer": 0}, "uses_per_buyer"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(market: Market, changes, field):
    made.make_promotion("TAKEN")

    with pytest.raises(PromotionRefusedError) as refusal:
        make_promotion(draft=draft(**changes), actor_id=operator().pk, now=NOW)

    assert refusal.value.field == field
    assert Promotion.objects.count() == 1
    assert not AuditEvent.objects.exists()


def test_a_form_of_somebody_else_makes_nothing(market: Market):
    press, somebody = uuid4(), operator()
    make_promotion(draft=draft(press=press), actor_id=somebody.pk, now=NOW)

    with pytest.raises(PromotionRefusedError, match="Load the page anew"):
        make_promotion(
            draft=draft(press=press, code="BREAD", owner_id=market.bakery.partner_id),
            actor_id=somebody.pk,
            now=NOW,
        )


def test_the_same_form_sent_twice_makes_one(market: Market):
    press, somebody = uuid4(), operator()

    first, second = (
        make_promotion(draft=draft(press=press), actor_id=somebody.pk, now=moment)
        for moment in (NOW, NOW + timedelta(seconds=1))
    )

    assert first == second
    assert [event.action for event in AuditEvent.objects.all()] == ["promotion.made"]


def test_a_seller_pays_all_of_their_own_whatever_the_form_says(market: Market):
    own = make_promotion(
        draft=draft(owner_id=market.bakery.partner_id, platform_bps=BASIS_POINTS),
        actor_id=operator().pk,
        now=NOW,
    )

    assert (own.platform_bps, own.is_for_all, own.code) == (0, False, "WINTER-10")


def test_sellers_are_asked_by_mail_before_they_pay_a_part(market: Market):
    shared = make_promotion(
        draft=draft(platform_bps=4000, seller_ids=(market.bakery.partner_id,)),
        actor_id=operator().pk,
        now=NOW,
    )

    (letter,) = sellers.promotion_proposed(answer=shared.sellers.get().pk)
    assert Outbox.objects.filter(topic="mail").count() == 1
    assert letter.to == "bakery@example.org"
    assert letter.context["percent"] == 60
    assert shared.sellers.get().answer == "asked"


def test_where_the_platform_pays_all_nobody_is_asked(market: Market):
    free = make_promotion(
        draft=draft(seller_ids=(market.bakery.partner_id,)),
        actor_id=operator().pk,
        now=NOW,
    )

    assert free.sellers.get().answer == "accepted"
    assert not Outbox.objects.exists()


def test_a_yes_is_to_the_terms_that_were_read(market: Market):
    shared = made.make_shared(asked=[market.bakery], accepted=[], starts_at=LATER)
    seen, somebody = terms_mark(shared), operator()
    change_promotion(
        promotion=shared,
        draft=draft(code="", platform_bps=1000, seller_ids=(market.bakery.partner_id,)),
        actor_id=somebody.pk,
        now=NOW,
    )

    with pytest.raises(PromotionFixedError, match="have changed since you looked"):
        answer_proposal(
            promotion=shared,
            partner_id=market.bakery.partner_id,
            accepts=True,
            seen=seen,
            actor_id=somebody.pk,
            now=NOW,
        )

    assert PromotionSeller.objects.get().answer == "asked"


def test_changed_terms_are_asked_anew_of_those_who_had_agreed(market: Market):
    shared = made.make_shared(accepted=[market.bakery], asked=[], starts_at=LATER)

    change_promotion(
        promotion=shared,
        draft=draft(code="", platform_bps=1000, seller_ids=(market.bakery.partner_id,)),
        actor_id=operator().pk,
        now=NOW,
    )

    assert PromotionSeller.objects.get().answer == "asked"


def test_a_seller_takes_part_from_their_yes_until_their_no(market: Market):
    shared = made.make_shared(asked=[market.bakery], accepted=[])
    basket, totals = basket_with({market.loaf: 2}), []
    somebody = operator()

    for accepts in (True, False):
        totals.append(contents_of(basket.pk, country="BE", now=NOW).discount.minor)
        answer_proposal(
            promotion=shared,
            partner_id=market.bakery.partner_id,
            accepts=accepts,
            seen=terms_mark(shared),
            actor_id=somebody.pk,
            now=NOW,
        )
    totals.append(contents_of(basket.pk, country="BE", now=NOW).discount.minor)

    assert totals == [0, 500, 0]


def test_nobody_answers_for_a_shop_that_was_not_asked(market: Market):
    shared = made.make_shared(asked=[market.bakery], accepted=[])

    with pytest.raises(PromotionFixedError, match="not asked"):
        answer_proposal(
            promotion=shared,
            partner_id=market.bindery.partner_id,
            accepts=True,
            seen=terms_mark(shared),
            actor_id=operator().pk,
            now=NOW,
        )


def test_what_has_begun_is_stopped_and_not_changed(market: Market):
    running, somebody = made.make_promotion("AUTUMN"), operator()

    with pytest.raises(PromotionFixedError, match="has begun"):
        change_promotion(
            promotion=running, draft=draft(), actor_id=somebody.pk, now=NOW
        )
    stops = [
        stop_promotion(promotion=running, actor_id=somebody.pk, now=NOW)
        for _ in range(2)
    ]

    assert stops == [True, False]
    basket = basket_with({market.loaf: 2})
    assert contents_of(basket.pk, country="BE", now=NOW).discount.minor == 0


def test_what_it_has_cost_is_of_paid_orders_and_less_by_refunds(market: Market):
    ours = made.make_promotion("AUTUMN", amount_minor=1000)
    own = made.make_sellers_own(market.bindery, amount_minor=330, name="Books")
    basket = basket_with({market.loaf: 2, market.notebook: 2})
    made.enter(basket, "AUTUMN")
    waiting = basket_with({market.loaf: 3})
    made.enter(waiting, "AUTUMN")
    order_of(waiting)

    order = paid_order(basket)
    before = (costs_of(ours), costs_of(own))
    part = VendorOrder.objects.get(order=order, vendor=market.bindery)
    (line,) = part.lines.all()
    refund_lines(part=part, quantities={line.pk: 1}, reason="", token="r", now=NOW)

    assert before == (
        PromotionCost(platform_minor=1000),
        PromotionCost(vendor_minor=330),
    )
    assert costs_of(ours) == PromotionCost(platform_minor=1000, platform_back_minor=383)
    assert costs_of(own) == PromotionCost(vendor_minor=330, vendor_back_minor=165)


def test_two_of_the_platform_on_one_line_share_what_comes_back_to_the_cent(
    market: Market,
):
    first = made.make_promotion("AUTUMN", amount_minor=333)
    second = made.make_promotion(name="Week", amount_minor=334)
    basket = basket_with({market.notebook: 3})
    made.enter(basket, "AUTUMN")
    order = paid_order(basket)
    part = VendorOrder.objects.get(order=order)
    (line,) = part.lines.all()
    frozen = line.order_line.settlement_line

    refund_lines(part=part, quantities={line.pk: 1}, reason="", token="1", now=NOW)
    frozen.refresh_from_db()
    back = frozen.refunded_gross_minor - frozen.refunded_cash_minor
    once = [costs_of(one).platform_back_minor for one in (first, second)]
    refund_lines(part=part, quantities={line.pk: 2}, reason="", token="2", now=NOW)
    whole = [costs_of(one).platform_cost_minor for one in (first, second)]

    assert sum(once) == back
    assert whole == [0, 0]


def test_a_seller_is_told_what_it_cost_them_and_no_other(market: Market):
    shared = made.make_shared(
        amount_minor=1000, accepted=[market.bakery, market.bindery], asked=[]
    )
    paid_order(basket_with({market.loaf: 2, market.notebook: 1}))
    baker = Viewer(user_id=5, roles={market.bakery.partner_id: "finance"})

    mine = promotion_costs(baker, [shared.pk], partner_id=market.bakery.partner_id)
    others = promotion_costs(baker, [shared.pk], partner_id=market.bindery.partner_id)

    assert mine == {shared.pk: PromotionCost(platform_minor=177, vendor_minor=176)}
    assert others == promotion_costs(baker, [shared.pk]) == {}


def test_a_cancelled_gift_costs_its_seller_nothing(market: Market):
    gift = made.make_sellers_own(
        market.bindery, benefit="percent", bps=BASIS_POINTS, name="Gift"
    )
    made.make_sellers_own(market.bindery, benefit="free_shipping", name="Post")
    order = paid_order(basket_with({market.notebook: 1}))

    cancel_order(part=order.vendor_orders.get(), now=NOW)

    assert costs_of(gift).vendor_cost_minor == 0


def form_of(page: str, **changes):
    press = page.split('name="press" value="')[1].split('"', maxsplit=1)[0]
    facts = {
        "press": press,
        "name": "Winter",
        "code": "winter-10",
        "benefit": "percent",
        "percent": "12.5",
        "starts_on": "2030-01-01",
    }
    return {**facts, **changes}


def test_a_seller_makes_a_voucher_and_a_wrong_form_says_where(
    market: Market, client: Client
):
    binder = make_user("binder")
    market.bindery.members.create(user=binder, role="owner", since=NOW)
    client.force_login(binder)
    where = "/seller/bindery/vouchers/new/"
    page = client.get(where).content.decode()

    wrong = client.post(where, form_of(page, percent="", code="abc"))
    right = client.post(where, form_of(page, ends_on="2030-01-31"), follow=True)

    assert wrong.status_code == 422
    assert "Enter a percentage above 0" in wrong.content.decode()
    own = Promotion.objects.get()
    assert (own.code, own.bps, own.owner_id) == (
        "WINTER-10",
        1250,
        market.bindery.partner_id,
    )
    assert own.ends_at == own.starts_at + timedelta(days=31)
    assert "12.5" in right.content.decode()


def test_an_operator_proposes_and_the_seller_accepts_on_their_page(
    market: Market, client: Client
):
    marc, binder = staff_of("administrator"), make_user("binder")
    market.bindery.members.create(user=binder, role="owner", since=NOW)
    client.force_login(marc)
    page = client.get("/office/vouchers/new/").content.decode()
    client.post(
        "/office/vouchers/new/",
        form_of(
            page,
            payer="shared",
            platform_percent="40",
            sellers=market.bindery.handle,
        ),
    )
    shared = Promotion.objects.get()
    client.force_login(binder)
    where = f"/seller/bindery/vouchers/{shared.public_id}/"
    proposal = client.get(where).content.decode()
    seen = proposal.split('name="seen" value="')[1].split('"')[0]

    client.post(f"{where}answer/", {"answer": "accept", "seen": seen})

    assert "asks you to take part" in proposal
    assert shared.sellers.get().answer == "accepted"
    assert "You take part" in client.get(where).content.decode()
