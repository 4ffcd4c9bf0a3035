"""What a file may not give: names that are nobody's, things that do not go together.

Read before anything is played, so that a mistake is shown with its line.
"""

from collections.abc import Collection

from marketplace.core.money import exponent
from marketplace.scenarios.checking_names import known
from marketplace.scenarios.given import (
    Given,
    LineGiven,
    OrderGiven,
    PlanGiven,
    PromotionGiven,
)
from marketplace.scenarios.patching import MAY_CHANGE
from marketplace.scenarios.places import Place, nearest
from marketplace.shop.promotions.terms import SHORTEST_CODE, plain_code

# An offer's price has two decimals in the shop.
_DECIMALS_OF_OFFERS = 2


def check_given(given: Given, place: Place) -> None:
    """Raise ScenarioRefusedError for what is given and cannot be."""
    if not given.orders:
        place.at("orders").refuse("a scenario needs at least one order.")
    _check_once("seller", [each.name for each in given.sellers], place.at("sellers"))
    _check_once("order", [each.name for each in given.orders], place.at("orders"))
    for name in given.settings:
        known("setting", name, MAY_CHANGE, place.at("settings", name))
    for name, above in given.categories.items():
        if above:
            known("category", above, given.categories, place.at("categories", name))
    for number, plan in enumerate(given.plans):
        _check_plan(plan, given, place.at("plans", number))
    _check_promotions(given, place)
    for number, order in enumerate(given.orders):
        _check_order(order, given, place.at("orders", number))


def _check_promotions(given: Given, place: Place) -> None:
    for number, voucher in enumerate(given.vouchers):
        here = place.at("vouchers", number)
        _check_promotion(voucher, given, here)
        if len(plain_code(voucher.code)) < SHORTEST_CODE:
            words = f"a code has {SHORTEST_CODE} letters or digits at least."
            here.at("code").refuse(words)
    for number, campaign in enumerate(given.campaigns):
        _check_promotion(campaign, given, place.at("campaigns", number))


def _check_once(what: str, names: Collection[str], place: Place) -> None:
    twice = next((name for name in names if list(names).count(name) > 1), None)
    if twice is not None:
        place.refuse(f'there are two {what}s called "{twice}": give each a name.')


def _check_plan(plan: PlanGiven, given: Given, place: Place) -> None:
    sellers = [seller.name for seller in given.sellers]
    for number, name in enumerate(plan.sellers):
        known("seller", name, sellers, place.at("sellers", number))
    for number, name in enumerate(plan.categories):
        known("category", name, given.categories, place.at("categories", number))


def _check_promotion(promotion: PromotionGiven, given: Given, place: Place) -> None:
    gives = [
        promotion.percent is not None,
        promotion.amount > 0,
        promotion.free_delivery,
    ]
    if gives.count(True) != 1:
        place.refuse("it gives either a percent, or an amount, or free_delivery.")
    sellers = [seller.name for seller in given.sellers]
    if promotion.seller:
        known("seller", promotion.seller, sellers, place.at("seller"))
    for number, name in enumerate(promotion.sellers):
        known("seller", name, sellers, place.at("sellers", number))
    if promotion.category:
        known("category", promotion.category, given.categories, place.at("category"))
    is_shared = promotion.platform_percent.bps < 10_000  # noqa: PLR2004 (all of it)
    if is_shared and not promotion.sellers and not promotion.seller:
        place.at("platform_percent").refuse(
            "the rest is paid by the sellers who agreed: name them under sellers."
        )


def _check_order(order: OrderGiven, given: Given, place: Place) -> None:
    if not order.lines:
        place.at("lines").refuse("an order needs at least one line.")
    for number, line in enumerate(order.lines):
        _check_line(line, given, place.at("lines", number))
    codes = [voucher.code for voucher in given.vouchers]
    for number, code in enumerate(order.vouchers):
        known("voucher", code, codes, place.at("vouchers", number))
    if given.is_bought_in_basket(order):
        _check_basket(order, given, place)


def _check_line(line: LineGiven, given: Given, place: Place) -> None:
    sellers = [seller.name for seller in given.sellers]
    if line.seller:
        known("seller", line.seller, sellers, place.at("seller"))
    elif len(sellers) > 1:
        place.refuse(f"whose is it? Add seller; {nearest('', sellers)}")
    if line.category:
        known("category", line.category, given.categories, place.at("category"))
    if line.price < 0 or line.quantity < 1 or line.tax < 0:
        place.refuse("price and tax are 0 or more, quantity is 1 or more.")


def _check_basket(order: OrderGiven, given: Given, place: Place) -> None:
    # A basket reckons by itself what other orders are told.
    if order.discounts:
        place.at("discounts").refuse(
            "in a basket vouchers and campaigns give the discounts: "
            "write them under [given]."
        )
    if exponent(order.currency or given.currency) > _DECIMALS_OF_OFFERS:
        place.refuse("a basket has prices of two decimals at most.")
    for number, line in enumerate(order.lines):
        here = place.at("lines", number)
        if line.tax:
            here.at("tax").refuse("in a basket nothing is taxed: leave it out.")
        if line.name and line.product:
            here.at("name").refuse("in a basket a line is called as its product is.")
