"""Money that goes back to the buyer."""

from dataclasses import dataclass
from itertools import count
from typing import Literal

from marketplace.flows.refund_line import give_goodwill, refund_lines, refund_part
from marketplace.scenarios.steps.delivering import pieces
from marketplace.scenarios.steps.step import Action
from marketplace.scenarios.world import UnknownNameError, World
from payouts.selectors.books import lines_of, refunds_of
from payouts.services import refund as money
from payouts.services.refund import RefundLineInput
from payouts.services.refund_adoption import allocate_refund
from payouts.services.refund_repaying import record_repayment

_tokens = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Give money back: all of a part, lines, pieces of a line, or an amount.

    Without anything named, all that is left of the part. `amount` is gross minor units
    of the line (of the part's only line if none is named). `shipping` gives back the
    part's delivery. The same `token` is the same refund.
    """

    order: str = ""
    seller: str = ""
    lines: tuple[str, ...] = ()
    quantity: int = 0
    amount: int = 0
    shipping: bool = False
    token: str = ""

    def play(self, world: World) -> None:
        """Ask for the refund."""
        part = world.part(self.order, self.seller)
        token = self.token or f"scenario:{next(_tokens)}"
        if self.amount or self.shipping:
            self._amounts(world, token)
        elif self.lines:
            quantities = pieces(part, self.lines)
            if self.quantity:
                quantities = dict.fromkeys(quantities, self.quantity)
            refund_lines(
                part=part,
                quantities=quantities,
                reason="Refund",
                token=token,
                now=world.now,
            )
        else:
            refund_part(part=part, reason="Refund", token=token, now=world.now)

    def _amounts(self, world: World, token: str) -> None:
        part = world.part(self.order, self.seller)
        wanted = [
            RefundLineInput(line.line_id, self.amount or line.left_minor)
            for line in lines_of(vendor_order_id=part.pk)
            if line.is_shipping == self.shipping
            and (not self.lines or line.title in self.lines)
        ]
        if len(wanted) != 1:
            raise UnknownNameError("Name the one line that the amount belongs to.")
        money.request_refund(
            order_id=part.order_id,
            lines=wanted,
            reason="Refund",
            token=token,
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodwill:
    """The platform gives cash: sellers keep theirs."""

    amount: int
    order: str = ""
    seller: str = ""

    def play(self, world: World) -> None:
        """Give it."""
        give_goodwill(
            part=world.part(self.order, self.seller),
            cash_minor=self.amount,
            reason="For the trouble.",
            token=f"goodwill:{next(_tokens)}",
            operator_id=world.operator_id,
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardRefund:
    """Somebody refunds in Stripe's own dashboard: the product did not ask for it."""

    amount: int
    order: str = ""
    reason: Literal["requested_by_customer", "duplicate"] = "requested_by_customer"

    def play(self, world: World) -> None:
        """Refund the charge."""
        world.stripe.post(
            "/v1/refunds",
            charge=world.charge_of(self.order),
            amount=self.amount,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocateRefund:
    """A seller bears a refund that was made in Stripe's dashboard, or a part of it."""

    amount: int
    order: str = ""
    seller: str = ""

    def play(self, world: World) -> None:
        """Allocate the order's latest such refund."""
        part = world.part(self.order, self.seller)
        allocate_refund(
            refund_id=_latest(world, self.order, at_stripe=True),
            amounts={part.settlement.pk: self.amount},
            reason="Theirs.",
            token=f"allocation:{next(_tokens)}",
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Repay:
    """A refund that the card refused is paid from the platform's bank."""

    order: str = ""

    def play(self, world: World) -> None:
        """Note the payment."""
        record_repayment(
            refund_id=_latest(world, self.order, at_stripe=False),
            method="transfer",
            reference="By hand",
            repaid_by=world.operator_id,
            now=world.now,
        )


def _latest(world: World, order: str, *, at_stripe: bool) -> int:
    found = refunds_of(order_id=world.order(order).pk, at_stripe=at_stripe)
    if not found:
        raise UnknownNameError("There is no such refund.")
    return found[-1]


ACTIONS: dict[str, type[Action]] = {
    "refund": Refund,
    "goodwill": Goodwill,
    "dashboard refund": DashboardRefund,
    "allocate refund": AllocateRefund,
    "repay": Repay,
}
