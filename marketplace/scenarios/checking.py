"""What a file may not give: names that are nobody's, things that do not go together.

Read before anything is played, so that a mistake is shown with its line.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any

from marketplace.core.money import exponent
from marketplace.scenarios.checking_names import known
from marketplace.scenarios.given import (
    Given,
    LineGiven,
    OrderGiven,
    PlanGiven,
    PromotionGiven,
    VoucherGiven,
)
from marketplace.scenarios.patching import MAY_CHANGE
from marketplace.scenarios.places import Place, check_all, nearest, within_limits
from marketplace.shop.promotions.terms import SHORTEST_CODE, plain_code

# An offer's price has two decimals in the shop.
_DECIMALS_OF_OFFERS = 2
_MOST_PIECES = 2**31 - 1


def check_given(given: Given, place: Place) -> None:
    """Raise ScenarioRefusedError for all that is given and cannot be."""
    check_all(_checks(given, place))


def _checks(given: Given, place: Place) -> Iterator[Callable[[], object]]:
    if not given.orders:
        words = "a scenario needs at least one order."
        yield partial(place.at("orders").refuse, words)
    names = {
        "seller": [each.name for each in given.sellers],
        "order": [each.name for each in given.orders],
    }
    for what, theirs in names.items():
        yield partial(_check_once, what, theirs, place.at(f"{what}s"))
    for name in given.settings:
        yield partial(known, "setting", name, MAY_CHANGE, place.at("settings", name))
    for name, above in given.categories.items():
        if above:
            here = place.at("categories", name)
            yield partial(known, "category", above, given.categories, here)
    lists: tuple[tuple[Sequence[Any], Callable[..., None], str], ...] = (
        (given.plans, _check_plan, "plans"),
        (given.vouchers, _check_voucher, "vouchers"),
        (given.campaigns, _check_promotion, "campaigns"),
        (given.orders, _check_order, "orders"),
    )
    for rows, check, name in lists:
        for number, row in enumerate(rows):
            yield partial(check, row, given, place.at(name, number))


def _check_voucher(voucher: VoucherGiven, given: Given, place: Place) -> None:
    _check_promotion(voucher, given, place)
    if len(plain_code(voucher.code)) < SHORTEST_CODE:
        words = f"a code has {SHORTEST_CODE} letters or digits at least."
        place.at("code").refuse(words)


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
    check_all(_checks_of_order(order, given, place))


def _checks_of_order(
    order: OrderGiven, given: Given, place: Place
) -> Iterator[Callable[[], object]]:
    if not order.lines:
        words = "an order needs at least one line."
        yield partial(place.at("lines").refuse, words)
    for number, line in enumerate(order.lines):
        yield partial(_check_line, line, given, place.at("lines", number))
    total = sum(line.price * line.quantity + line.tax for line in order.lines)
    decimals = min(exponent(order.currency or given.currency), _DECIMALS_OF_OFFERS)
    hundredths = total * 10 ** (_DECIMALS_OF_OFFERS - decimals)
    yield partial(within_limits, hundredths, place.at("lines"))
    codes = [voucher.code for voucher in given.vouchers]
    for number, code in enumerate(order.vouchers):
        yield partial(known, "voucher", code, codes, place.at("vouchers", number))
    if given.is_bought_in_basket(order):
        yield partial(_check_basket, order, given, place)


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
    if line.quantity > _MOST_PIECES:
        place.at("quantity").refuse(f"{_MOST_PIECES} pieces are the most of a line.")


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
