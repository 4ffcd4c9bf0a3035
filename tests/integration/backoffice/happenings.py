"""What happens on the market, so that the queues of the office have something."""

from datetime import timedelta

from marketplace.db.models import Outbox
from marketplace.flows import adjust_seller
from marketplace.flows.adjust_seller import AdjustmentRequest
from marketplace.flows.claim_from_carrier import Bearer
from marketplace.flows.report_problem import report_problem
from marketplace.flows.resolve_problem import Decision, refund_problem_in_part
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.shop.catalogue.models import ProductClass
from payouts.models import (
    CommandKind,
    CommandState,
    MoneyCommand,
    RefundBearer,
    RefundOrigin,
    RefundRequest,
)
from payouts.services import refund
from payouts.services.refund_booking import book_failure, book_refund
from payouts.vocabulary import AdjustmentKind
from support.models import Problem
from support.services.problems import Report
from tests.factories import NOW, ProductFactory, seller
from tests.integration.backoffice.conftest import operator
from tests.integration.buying.promotions import make_shared
from tests.integration.disputed import charge_back
from tests.integration.portal.conftest import picture
from tests.integration.sale import PLACED_AT, Sale, make_offer, make_seller, pay_for
from vendors.models import Application
from vendors.services.fulfilment import Dispatch


def at_stripe(sale: Sale, cents: int, origin: RefundOrigin) -> RefundRequest:
    payment = sale.order.payment_attempts.get()
    payment.refunded_minor += cents
    payment.save()
    request = RefundRequest.objects.create(
        order=sale.order,
        payment=payment,
        token=f"by hand: {sale.order.number}",
        reason="By hand.",
        bearer=RefundBearer.PLATFORM,
        origin=origin,
        state="refunding",
        currency="EUR",
        cash_minor=cents,
        created_at=NOW,
    )
    book_refund(request=request, now=NOW)
    return request


def propose(number: int) -> None:
    goods, _ = ProductClass.objects.get_or_create(name="Goods")
    product = ProductFactory.create(
        title=f"Loaf {number}",
        is_public=False,
        review_state="in_review",
        submitted_by=seller(f"Bakery {number}"),
        submitted_at=NOW,
        product_class=goods,
    )
    product.images.create(original=picture())


def apply(number: int) -> None:
    Application.objects.create(
        vendor=seller(f"Shop {number}").vendor,
        state=Application.State.SUBMITTED,
        submitted_at=NOW,
    )


def dispute(number: int) -> None:
    shop = make_seller(f"Mill{number}")
    sale = pay_for({shop: {make_offer(shop, "Flour", cents=900): 1}})
    charge_back(sale, at=NOW)


def owe(number: int) -> None:
    shop = make_seller(f"Dairy{number}")
    sale = pay_for({shop: {make_offer(shop, "Cheese", cents=900): 1}})
    refund.request_refund_of_vendor_order(
        vendor_order_id=sale.part.pk, reason="Torn", token=f"owe:{number}", now=NOW
    )
    request = RefundRequest.objects.get(token=f"owe:{number}")
    book_failure(request=request, why="closed_card", now=NOW)


def refund_at_stripe(number: int) -> None:
    shop = make_seller(f"Mercery{number}")
    sale = pay_for({shop: {make_offer(shop, "Yarn", cents=900): 1}})
    at_stripe(sale, 300, RefundOrigin.STRIPE)


def sell(number: int) -> None:
    shop = make_seller(f"Grove{number}")
    long_ago = PLACED_AT - timedelta(days=80)
    pay_for({shop: {make_offer(shop, "Oil", cents=900): 1}}, at=long_ago)


def complain(number: int) -> None:
    shop = make_seller(f"Pottery{number}")
    sale = pay_for({shop: {make_offer(shop, "Jug", cents=900): 1}})
    ship_parcel(
        part=sale.part,
        dispatch=Dispatch(carrier_code="bpost", tracking_number="3232051288400117"),
        now=NOW,
    )
    about = Report(
        kind=Problem.Kind.DAMAGED, text="Flat.", quantities={sale.lines[0].pk: 1}
    )
    report_problem(part=sale.part, report=about, now=NOW)


def claim(number: int) -> None:
    complain(number + 1000)
    problem = Problem.objects.latest("pk")
    parcel = problem.vendor_order.parcels.get().public_id
    refund_problem_in_part(
        problem=problem,
        amount_minor=300,
        bearer=Bearer(parcel=parcel),
        decision=Decision("Broken on the way."),
        actor_id=operator("finance").pk,
        now=NOW,
    )


def promote(number: int) -> None:
    make_shared(f"CODE{number}", accepted=[], asked=[])


def fine(number: int) -> None:
    shop = make_seller(f"Tannery{number}")
    adjust_seller.ask_for_adjustment(
        request=AdjustmentRequest(
            vendor_id=shop.pk,
            currency="EUR",
            kind=AdjustmentKind.FINE,
            amount_minor=100,
            reason="Late.",
            token=str(number),
        ),
        operator_id=operator("finance").pk,
        now=NOW,
    )


def fail(number: int) -> None:
    MoneyCommand.objects.create(
        kind=CommandKind.OPEN_ACCOUNT,
        natural_key=f"account:{number}",
        payload={},
        state=CommandState.FAILED,
        created_at=NOW,
        due_at=NOW,
        finished_at=NOW,
    )


def break_down(number: int) -> None:
    Outbox.objects.create(
        topic="mail",
        key=f"mail:{number}",
        payload={"kind": "message", "message": number},
        created_at=NOW,
        available_at=NOW,
        attempts=1,
        error="OSError('refused')",
    )
