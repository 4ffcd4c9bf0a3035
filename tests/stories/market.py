"""A market in which anything may happen next, and whose books must hold in the end."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from django.db import connection

from loyalty.selectors import worth_outstanding
from marketplace.core.errors import RefusedError
from marketplace.scenarios.breaking import BreakingGateway
from marketplace.scenarios.given import BuyerGiven, Given, OrderGiven, SellerGiven
from marketplace.scenarios.opening import open_market
from marketplace.scenarios.ordering import place
from marketplace.scenarios.patching import patched
from marketplace.scenarios.playing import ALWAYS, Stage
from marketplace.scenarios.steps.buying import Pay
from marketplace.scenarios.steps.step import Action
from marketplace.scenarios.world import World, beginning
from marketplace.shop.promotions.reckoning import Discount
from payouts.selectors.invariants import violations_of_books
from payouts.services.reconciliation import reconcile
from payouts.vocabulary import CommandState
from tests.database import renew_clone
from tests.stories.operation import one_of
from tests.stories.vouchers import open_promotions, redeem
from vendors.models import VendorOrder

# Between a message and its effect, Stripe's rows are ahead of ours, or behind.
_SETTLES_LATER = frozenset({"I2", "I7", "Stripe"})
SELLERS = ("bakery", "bindery", "pottery")
_ROUNDS = 60


class Market:
    """A world in which operations happen.

    `told` counts them by name, `refused` those that were not let, by the reason.
    """

    def __init__(self, stage: Stage) -> None:
        renew_clone()
        stage.stripe.control("reset")
        stage.mailbox.empty()
        self.world = World(
            given=Given(
                orders=(),
                own_funds=90_000_000,
                sellers=tuple(SellerGiven(name=name) for name in SELLERS),
                buyer=BuyerGiven(points=5_000_000),
            ),
            stripe=stage.stripe,
            mailbox=stage.mailbox,
            now=beginning(stage.stripe),
            gateway=BreakingGateway(stage.stripe.gateway()),
        )
        self.told: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.done = 0
        with patched(ALWAYS), self.world.in_force():
            open_market(self.world)
            open_promotions(self.world)
            self.world.work()

    def do(self, action: Action | Callable[[World], None]) -> bool:
        """Let something happen; say whether the product let it."""
        play: Callable[[World], None] = getattr(action, "play", action)
        self.done += 1
        with patched(ALWAYS), self.world.in_force():
            try:
                play(self.world)
            except RefusedError as refusal:
                self.refused[refusal.code] += 1
                return False
        return True

    def sell(
        self, order: OrderGiven, *, card: str, discounts: tuple[Discount, ...] = ()
    ) -> None:
        """Place an order, and pay it unless there is no card."""
        orders = (*self.world.given.orders, order)
        self.world.given = replace(self.world.given, orders=orders)

        def buy(world: World) -> None:
            placed = place(world, order.name)
            redeem(world, order, placed, discounts)
            if card:
                Pay(order=order.name, card=card).play(world)

        self.do(buy)

    def part(self, which: int) -> tuple[str, str] | None:
        """Return the order and the seller of some part that exists."""
        placed = [order.pk for order in self.world.orders.values()]
        parts = VendorOrder.objects.filter(order_id__in=placed).order_by("pk")
        found = one_of(list(parts.values_list("order_id", "vendor_id")), which)
        if found is None:
            return None
        return self.name_of(found[0]), self.world.seller_name(found[1])

    def name_of(self, order_id: int) -> str:
        """Return how the story calls an order."""
        names = {order.pk: name for name, order in self.world.orders.items()}
        return names[order_id]

    def audit(self) -> None:
        """See that what must hold at every moment holds at this one."""
        _accept_none(
            str(each)
            for each in violations_of_books()
            if each.code not in _SETTLES_LATER
        )

    def end(self) -> None:
        """Let Stripe tell all it has to tell, and see that all the books agree."""
        world = self.world
        world.post.drop, world.post.copies, world.post.is_reversed = 0, 1, False
        world.gateway.deaths.clear()
        world.stripe.forget_faults()
        with patched(ALWAYS):
            with world.in_force():
                world.work()
                world.receive_again()
            self._wait()
            with world.in_force():
                found = reconcile(now=world.now, count_points=worth_outstanding)
                _accept_none(map(str, found))
        assert world.stripe.told("books")["equal"]

    def _wait(self) -> None:
        """Let time pass until no command and no event waits any more."""
        for _round in range(_ROUNDS):
            with self.world.in_force():
                self.world.work()
            if not _is_waiting():
                return
            self.world.advance(timedelta(hours=2))
        raise AssertionError(f"Something waits for ever: {_is_waiting()}")


def _accept_none(violations: Iterable[str]) -> None:
    """Raise with what is wrong; outside pytest a bare assertion would not say it."""
    if told := list(violations):
        raise AssertionError(told)


_WAITING = """
    SELECT natural_key || ' is ' || state || ': ' || error FROM payouts_moneycommand
    WHERE state = ANY(%s)
    UNION ALL
    SELECT type || ' ' || object_id || ': ' || error FROM payouts_stripeevent
    WHERE processed_at IS NULL
    UNION ALL
    SELECT 'refund ' || id || ' is ' || state FROM payouts_refundrequest
    WHERE state IN ('requested', 'refunding')
"""


def _is_waiting() -> list[str]:
    open_states = [
        str(state)
        for state in (CommandState.PENDING, CommandState.SENT, CommandState.AMBIGUOUS)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [open_states])
        return [row[0] for row in cursor.fetchall()]
