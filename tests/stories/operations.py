"""Everything that can happen next. Each number says how, within its range.

One table serves both drivers: Hypothesis, which makes a failing story short, and the
long run, which takes its numbers from a seed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marketplace.scenarios.given import (
    DiscountGiven,
    LineGiven,
    OrderGiven,
    Percent,
    PlanGiven,
)
from marketplace.scenarios.steps.after import DashboardRefund, Goodwill, Refund
from marketplace.scenarios.steps.delivering import (
    Cancel,
    Complain,
    Confirm,
    Decide,
    Deliver,
    Ship,
)
from marketplace.scenarios.steps.disputing import BankDecides, Dispute
from marketplace.scenarios.steps.operating import (
    Bank,
    ChangePlan,
    Clock,
    Onboard,
    PayOut,
    PlatformPayOut,
    Reconcile,
)
from marketplace.scenarios.steps.technical import Die, Fault, Replay, Webhooks
from marketplace.scenarios.world import UnknownNameError, World
from payouts.selectors.books import lines_of
from support.models import Problem
from tests.stories.market import SELLERS, Market

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
FAULTS = ("500_before", "500_after", "500_sticky", "drop_after", "429")
PATHS = ("/v1/transfers", "/v1/refunds", "/v1/checkout/sessions", "/v1/")
CALLS = ("transfer", "refund", "reverse")
STATUSES = ("active", "active", "restricted")
HUNDRED = 100
ANY = (0, 1_000_000)


@dataclass(frozen=True)
class Operation:
    """Something that may happen: how often among all, and the ranges of its numbers."""

    run: Callable[..., None]
    weight: int
    ranges: dict[str, tuple[int, int]]


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
    goods = [
        LineGiven(
            name=f"line {number}",
            seller=SELLERS[(spread + number * (spread % 3)) % len(SELLERS)],
            price=50 + (price * (number + 1)) % 40_000,
            quantity=1 + (spread + number) % 3,
        )
        for number in range(lines)
    ]
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
        market.do(
            Complain(
                order=order,
                seller=seller,
                kind="damaged" if kind else "not_received",
            )
        )


def decide(market: Market, *, which: int, outcome: int) -> None:
    """Decide an open problem, if there is one."""
    problems = Problem.objects.filter(state=Problem.State.OPEN).order_by("pk")
    rows = list(problems.select_related("vendor_order"))
    if not rows:
        return
    part = rows[which % len(rows)].vendor_order
    names = {order.pk: name for name, order in market.world.orders.items()}
    market.do(
        Decide(
            for_=("seller", "buyer", "nobody")[outcome],
            order=names[part.order_id],
            seller=market.world.seller_name(part.vendor_id),
        )
    )


def refund(market: Market, *, which: int, line: int, percent: int) -> None:
    """Refund a share of what is left of a line; 0 refunds the whole part."""
    if (found := market.part(which)) is None:
        return
    order, seller = found
    if not percent:
        market.do(Refund(order=order, seller=seller))
        return

    def share(world: World) -> None:
        lines = lines_of(vendor_order_id=world.part(order, seller).pk)
        chosen = lines[line % len(lines)]
        Refund(
            order=order,
            seller=seller,
            lines=() if chosen.is_shipping else (chosen.title,),
            shipping=chosen.is_shipping,
            amount=max(1, chosen.left_minor * percent // HUNDRED),
        ).play(world)

    market.do(share)


def goodwill(market: Market, *, which: int, amount: int) -> None:
    """Give something away."""
    if found := market.part(which):
        order, seller = found
        market.do(Goodwill(order=order, seller=seller, amount=amount))


def refund_by_hand(market: Market, *, which: int, amount: int) -> None:
    """Refund something in Stripe's dashboard.

    Not on a card that refuses refunds: a second try by hand is in nobody's books yet,
    and the reconciliation says so.
    """
    found = market.part(which)
    if found and market.cards[found[0]] != "pm_card_refundFail":
        market.do(DashboardRefund(order=found[0], amount=amount))


def dispute(market: Market, *, which: int, reason: int, inquiry: int) -> None:
    """Let a bank call a payment into question."""
    if found := market.part(which):
        market.do(
            Dispute(
                order=found[0],
                reason=("fraudulent", "product_not_received")[reason],
                inquiry=bool(inquiry),
            )
        )


def bank_decides(market: Market, *, which: int, won: int) -> None:
    """Let the bank end a dispute, if there is one."""
    open_ones = [
        each["charge"]
        for each in market.world.stripe.all("/v1/disputes")
        if each["status"].endswith("needs_response")
    ]
    if not open_ones:
        return
    charge = open_ones[which % len(open_ones)]

    def decide_it(world: World) -> None:
        for name in world.orders:
            try:
                is_it = world.charge_of(name) == charge
            except UnknownNameError:
                continue
            if is_it:
                BankDecides(order=name, outcome="won" if won else "lost").play(world)

    market.do(decide_it)


def wait(market: Market, *, minutes: int, days: int) -> None:
    """Let time pass."""
    market.do(Clock(minutes=minutes, days=max(0, days - 20)))


def work(market: Market) -> None:
    """Let the worker work."""
    market.do(World.work)


def post(market: Market, *, lost: int, copies: int, backwards: int) -> None:
    """Change how webhooks come in."""
    market.do(Webhooks(lost=max(0, lost - 5), copies=copies, reversed=bool(backwards)))


def replay(market: Market) -> None:
    """Let every webhook come in again."""
    market.do(Replay())


def fault(market: Market, *, kind: int, path: int) -> None:
    """Let Stripe answer badly once."""
    market.do(Fault(kind=FAULTS[kind], path=PATHS[path]))


def die(market: Market, *, call: int, after: int) -> None:
    """Kill the worker in the middle of a call."""
    market.do(
        Die(call=CALLS[call], at="after the call" if after else "before the call")
    )


def onboard(market: Market, *, seller: int, status: int) -> None:
    """Let Stripe think otherwise of a seller."""
    market.do(Onboard(seller=SELLERS[seller], status=STATUSES[status]))


def pay_out(market: Market, *, seller: int, amount: int) -> None:
    """Pay a seller's balance out to the bank."""
    market.do(PayOut(seller=SELLERS[seller], amount=amount))


def bank_fails(market: Market, *, seller: int, fails: int) -> None:
    """Let a seller's bank refuse, or take money again."""
    market.do(Bank(seller=SELLERS[seller], refuses="account_closed" if fails else ""))


def platform_pays_out(market: Market, *, amount: int) -> None:
    """Take a little of the platform's own money to its bank."""
    market.do(PlatformPayOut(amount=amount))


def change_plan(market: Market, *, percent: int) -> None:
    """Change the commission of everything else."""
    plan = PlanGiven(name="Everything else", percent=Percent(percent * HUNDRED))
    market.do(ChangePlan(plan=plan, rest=True))


def reconcile(market: Market) -> None:
    """Compare with Stripe, as by night."""
    market.do(Reconcile())


def audit(market: Market) -> None:
    """Look whether the books hold in the middle of everything."""
    market.audit()


_ONE: tuple[int, int] = (0, 1)
OPERATIONS: dict[str, Operation] = {
    "sell": Operation(
        sell,
        16,
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
    "go_on": Operation(go_on, 14, {"which": ANY, "upto": (0, 2)}),
    "send_one_line": Operation(send_one_line, 3, {"which": ANY}),
    "cancel": Operation(cancel, 3, {"which": ANY, "by": _ONE}),
    "complain": Operation(complain, 4, {"which": ANY, "kind": _ONE}),
    "decide": Operation(decide, 4, {"which": ANY, "outcome": (0, 2)}),
    "refund": Operation(
        refund, 10, {"which": ANY, "line": (0, 3), "percent": (0, 100)}
    ),
    "goodwill": Operation(goodwill, 3, {"which": ANY, "amount": (1, 3000)}),
    "refund_by_hand": Operation(refund_by_hand, 2, {"which": ANY, "amount": (1, 3000)}),
    "dispute": Operation(dispute, 3, {"which": ANY, "reason": _ONE, "inquiry": _ONE}),
    "bank_decides": Operation(bank_decides, 3, {"which": ANY, "won": _ONE}),
    "wait": Operation(wait, 8, {"minutes": (1, 2000), "days": (0, 30)}),
    "work": Operation(work, 16, {}),
    "post": Operation(post, 3, {"lost": (0, 8), "copies": (1, 3), "backwards": _ONE}),
    "replay": Operation(replay, 1, {}),
    "fault": Operation(
        fault, 4, {"kind": (0, len(FAULTS) - 1), "path": (0, len(PATHS) - 1)}
    ),
    "die": Operation(die, 3, {"call": (0, len(CALLS) - 1), "after": _ONE}),
    "onboard": Operation(
        onboard, 2, {"seller": (0, 2), "status": (0, len(STATUSES) - 1)}
    ),
    "pay_out": Operation(pay_out, 2, {"seller": (0, 2), "amount": (1, 20_000)}),
    "bank_fails": Operation(bank_fails, 1, {"seller": (0, 2), "fails": _ONE}),
    "platform_pays_out": Operation(platform_pays_out, 1, {"amount": (1, 1000)}),
    "change_plan": Operation(change_plan, 1, {"percent": (0, 40)}),
    "reconcile": Operation(reconcile, 2, {}),
    "audit": Operation(audit, 3, {}),
}


def perform(market: Market, name: str, numbers: dict[str, Any]) -> None:
    """Let an operation happen."""
    OPERATIONS[name].run(market, **numbers)
