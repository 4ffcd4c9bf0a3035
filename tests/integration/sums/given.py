"""A sale of which seller and market gave some and points paid some, to the cent."""

from marketplace.flows.pay_order import pay_order
from marketplace.flows.report_problem import report_problem
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.shop.order.services import Buyer
from marketplace.shop.promotions.models import Promotion
from support.models import Problem
from support.services.problems import Report
from tests.integration.buying.market import (
    NOW,
    Market,
    basket_with,
    capture_payment,
    give_points,
    order_of,
)
from tests.integration.buying.promotions import (
    enter,
    make_promotion,
    make_sellers_own,
    seen_in,
)
from tests.integration.sale import PLACED_AT, make_carrier, make_user
from vendors.models import Member, VendorOrder
from vendors.services.fulfilment import Dispatch


def sell_with_gifts(market: Market) -> VendorOrder:
    """Sell three notebooks of 16.50 to anna, who pays 168 cents of it with points.

    The bindery gives 12 % of 49.50: 5.94. The market gives 5.55. Delivery is 4.50.
    So 49.50 + 4.50 - 5.94 - 5.55 - 1.68 = 40.83 are paid with the card.
    """
    anna = make_user("anna")
    give_points(anna, 168)
    make_sellers_own(
        market.bindery, "TWELVE", benefit=Promotion.Benefit.PERCENT, bps=1200
    )
    make_promotion("MARKET", amount_minor=555)
    basket = basket_with({market.notebook: 3}, owner=anna)
    enter(basket, "TWELVE")
    enter(basket, "MARKET")
    placed = order_of(
        basket,
        buyer=Buyer(user_id=anna.pk, email=anna.email),
        seen=seen_in(basket).total.minor - 168,
        points=168,
    )
    capture_payment(placed.attempt_id)
    pay_order(order_id=placed.order.pk, now=NOW)
    binder = make_user("binder")
    Member.objects.create(
        user=binder, vendor=market.bindery, role=Member.Role.OWNER, since=PLACED_AT
    )
    return placed.order.vendor_orders.get()


def report_one(part: VendorOrder) -> Problem:
    """Send all of it, and have its buyer report one piece."""
    make_carrier()
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=part, dispatch=dispatch, now=NOW)
    about = Report(
        kind=Problem.Kind.DAMAGED, text="Torn.", quantities={part.lines.get().pk: 1}
    )
    return report_problem(part=part, report=about, now=NOW)
