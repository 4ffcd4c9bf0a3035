"""What happens until things have arrived: sold, sent, delivered, called off."""

from typing import TYPE_CHECKING

from marketplace.flows.agree_on_problem import most_to_propose
from marketplace.scenarios.given import DiscountGiven, LineGiven, OrderGiven
from marketplace.scenarios.steps.buying import GiveUp
from marketplace.scenarios.steps.delivering import (
    Agree,
    Cancel,
    Complain,
    Confirm,
    Decide,
    Deliver,
    Ship,
)
from marketplace.scenarios.steps.operating import ReleaseByHand
from marketplace.scenarios.world import World
from support.models import Problem
from tests.stories.market import SELLERS, Market
from tests.stories.operation import ANY, HUNDRED, ONE, Operation, one_of
from tests.stories.vouchers import VOUCHERS, as_given, discounts_of

if TYPE_CHECKING:
    from marketplace.scenarios.steps.step import Action

CARDS = (
    "pm_card_bypassPending",
    "pm_card_bypassPending",
    "pm_card_visa",
    "pm_card_refundFail",
    "pm_card_pendingRefund",
    "pm_card_createDispute",
    "pm_card_visa_chargeDeclined",
    "",
)


def goods_of(*, lines: int, price: int, spread: int) -> list[LineGiven]:
    """Return some things of some sellers."""
    return [
        LineGiven(
            name=f"line {number}",
            seller=SELLERS[(spread + number * (spread % 3)) % len(SELLERS)],
            price=50 + (price * (number + 1)) % 40_000,
            quantity=1 + (spread + number) % 3,
        )
        for number in range(lines)
    ]


def sell(  # noqa: PLR0913 (a sale has these sides)
    market: Market,
    *,
    lines: int,
    price: int,
    spread: int,
    shipping: int,
    gift: int,
    payer: int,
    points: int,
    card: int,
) -> None:
    """Sell some things of some sellers, with a gift and points."""
    goods = goods_of(lines=lines, price=price, spread=spread)
    worth = sum(line.price * line.quantity for line in goods)
    given = worth * gift // HUNDRED
    by_seller = given * payer // HUNDRED
    freight = [LineGiven(kind="shipping", seller=goods[0].seller, price=shipping)]
    left = worth - given + shipping
    order = OrderGiven(
        name=f"order {market.done}",
        lines=(*goods, *(freight if shipping else ())),
        discounts=(DiscountGiven(platform=given - by_seller, seller_pays=by_seller),)
        if given
        else (),
        points=left * points // HUNDRED,
    )
    market.sell(order, card=CARDS[card])


def sell_with_vouchers(  # noqa: PLR0913 (a sale has these sides)
    market: Market,
    *,
    lines: int,
    price: int,
    spread: int,
    shipping: int,
    codes: int,
    card: int,
) -> None:
    """Sell with the campaign that runs, and some vouchers of the market and sellers."""
    goods = tuple(goods_of(lines=lines, price=price, spread=spread))
    freight = [LineGiven(kind="shipping", seller=goods[0].seller, price=shipping)]
    chosen = [code for bit, code in enumerate(VOUCHERS) if codes >> bit & 1]
    discounts = discounts_of(market.world, goods, chosen)
    order = OrderGiven(
        name=f"order {market.done}",
        lines=(*goods, *(freight if shipping else ())),
        discounts=as_given(goods, discounts),
    )
    market.sell(order, card=CARDS[card], discounts=discounts)


def give_up(market: Market, *, which: int) -> None:
    """Leave a payment page for good."""
    if found := market.part(which):
        market.do(GiveUp(order=found[0]))


def go_on(market: Market, *, which: int, upto: int) -> None:
    """Send, deliver, confirm a part: as far as `upto`."""
    if (found := market.part(which)) is None:
        return
    order, seller = found
    steps: tuple[Action, ...] = (
        Ship(order=order, seller=seller),
        Deliver(order=order, seller=seller),
        Confirm(order=order, seller=seller),
    )
    for step in steps[: upto + 1]:
        market.do(step)


def send_one_line(market: Market, *, which: int) -> None:
    """Send the first line of a part alone."""
    if (found := market.part(which)) is None:
        return
    order, seller = found

    def ship_first(world: World) -> None:
        part = world.part(order, seller)
        line = part.lines.order_by("pk").first()
        Ship(order=order, seller=seller, lines=(line.order_line.title,)).play(world)

    market.do(ship_first)


def cancel(market: Market, *, which: int, by: int) -> None:
    """Call off what has not left."""
    if found := market.part(which):
        order, seller = found
        market.do(Cancel(order=order, seller=seller, by="buyer" if by else "seller"))


def complain(market: Market, *, which: int, kind: int) -> None:
    """Report a problem."""
    if found := market.part(which):
        order, seller = found
        what = ("not_received", "damaged", "return")[kind]
        market.do(Complain(order=order, seller=seller, kind=what))


def decide(market: Market, *, which: int, outcome: int) -> None:
    """Decide an open problem, if there is one."""
    problems = Problem.objects.filter(state=Problem.State.OPEN).order_by("pk")
    problem = one_of(list(problems.select_related("vendor_order")), which)
    if problem is None:
        return
    part = problem.vendor_order
    market.do(
        Decide(
            for_=("seller", "buyer", "nobody")[outcome],
            order=market.name_of(part.order_id),
            seller=market.world.seller_name(part.vendor_id),
        )
    )


def agree(market: Market, *, which: int, share: int) -> None:
    """Let the two sides of an open problem agree on a part, if there is one."""
    problems = Problem.objects.filter(state=Problem.State.OPEN).order_by("pk")
    problem = one_of(list(problems.select_related("vendor_order")), which)
    if problem is None:
        return
    part = problem.vendor_order
    market.do(
        Agree(
            amount=most_to_propose(problem).minor * share // 100,
            order=market.name_of(part.order_id),
            seller=market.world.seller_name(part.vendor_id),
        )
    )


def release_by_hand(market: Market, *, which: int) -> None:
    """Let an operator say that it has arrived."""
    if found := market.part(which):
        order, seller = found
        market.do(ReleaseByHand(order=order, seller=seller))


OPERATIONS = {
    "sell": Operation(
        sell,
        7,
        {
            "lines": (1, 4),
            "price": (0, 39_999),
            "spread": (0, 8),
            "shipping": (0, 900),
            "gift": (0, 60),
            "payer": (0, 100),
            "points": (0, 100),
            "card": (0, len(CARDS) - 1),
        },
    ),
    "sell_with_vouchers": Operation(
        sell_with_vouchers,
        5,
        {
            "lines": (1, 4),
            "price": (0, 39_999),
            "spread": (0, 8),
            "shipping": (0, 900),
            "codes": (0, 2 ** len(VOUCHERS) - 1),
            "card": (0, len(CARDS) - 1),
        },
    ),
    "give_up": Operation(give_up, 1, {"which": ANY}),
    "go_on": Operation(go_on, 12, {"which": ANY, "upto": (0, 2)}),
    "send_one_line": Operation(send_one_line, 3, {"which": ANY}),
    "cancel": Operation(cancel, 3, {"which": ANY, "by": ONE}),
    "complain": Operation(complain, 4, {"which": ANY, "kind": (0, 2)}),
    "decide": Operation(decide, 4, {"which": ANY, "outcome": (0, 2)}),
    "agree": Operation(agree, 3, {"which": ANY, "share": (0, HUNDRED)}),
    "release_by_hand": Operation(release_by_hand, 2, {"which": ANY}),
}
