"""What a buyer does until the order is paid."""

from dataclasses import dataclass

from marketplace.core.errors import RefusedError
from marketplace.flows.pay_order import learn_of_payment
from marketplace.scenarios.ordering import place
from marketplace.scenarios.steps.step import Action
from marketplace.scenarios.world import World
from payouts.services import closing, payment


class NotPaidError(RefusedError):
    """The card was refused, or the page is closed."""

    code = "payment.declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Order, and open the payment page."""

    order: str = ""

    def play(self, world: World) -> None:
        """Place it."""
        place(world, self.order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """Pay on Stripe's page; the order is placed first if it was not.

    `returns` is whether the buyer comes back to the shop, which then asks Stripe.
    """

    order: str = ""
    card: str = "pm_card_bypassPending"
    returns: bool = False

    def play(self, world: World) -> None:
        """Pay it. Raises NotPaidError with what the page says."""
        order = place(world, self.order)
        attempt = payment.latest_attempt(order_id=order.pk)
        if attempt is None:
            return
        outcome = world.stripe.control(f"pay/{attempt.session_id}", card=self.card)
        if outcome["outcome"] != "paid":
            raise NotPaidError(outcome["message"] or outcome["outcome"])
        if self.returns:
            learn_of_payment(order_id=order.pk, now=world.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """Leave the payment page for good: it is closed at Stripe first."""

    order: str = ""

    def play(self, world: World) -> None:
        """Close it."""
        order = world.order(self.order)
        attempt = payment.latest_attempt(order_id=order.pk)
        if attempt is not None:
            closing.close_page(attempt_id=attempt.pk, now=world.now)


ACTIONS: dict[str, type[Action]] = {"place": Place, "pay": Pay, "give up": GiveUp}
