"""A bank calls a payment into question, and decides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from marketplace.core.money import split
from marketplace.scenarios.steps.step import Action
from marketplace.scenarios.world import UnknownNameError, World
from payouts.selectors.disputes import disputes_of_order
from payouts.services.dispute_allocation import Share, allocate, propose
from payouts.vocabulary import RefundBearer

Reason = Literal["fraudulent", "product_not_received", "product_unacceptable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """The buyer's bank takes the payment back, or only asks (`inquiry`)."""

    order: str = ""
    reason: Reason = "fraudulent"
    amount: int | None = None
    inquiry: bool = False

    def play(self, world: World) -> None:
        """Open it."""
        more: dict[str, Any] = {} if self.amount is None else {"amount": self.amount}
        world.stripe.control(
            "disputes",
            charge=world.charge_of(self.order),
            reason=self.reason,
            inquiry=self.inquiry,
            **more,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BankDecides:
    """The bank ends the dispute; an inquiry is closed by winning it."""

    outcome: Literal["won", "lost"]
    order: str = ""

    def play(self, world: World) -> None:
        """Decide it."""
        charge = world.charge_of(self.order)
        found = world.stripe.all("/v1/disputes", charge=charge)
        if not found:
            raise UnknownNameError("There is no dispute to decide.")
        text = "winning_evidence" if self.outcome == "won" else "losing_evidence"
        world.stripe.post(
            f"/v1/disputes/{found[-1]['id']}",
            **{"evidence[uncategorized_text]": text, "submit": "true"},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocate:
    """An operator says who bears a lost dispute: as proposed, or otherwise.

    `bearer` bears the amount, `fee` says who bears the bank's fee.
    """

    order: str = ""
    bearer: Literal["seller", "platform"] = "seller"
    fee: Literal["as proposed", "seller", "platform"] = "as proposed"

    def play(self, world: World) -> None:
        """Allocate the order's latest dispute."""
        found = disputes_of_order(order_id=world.order(self.order).pk)
        if not found:
            raise UnknownNameError("There is no dispute to allocate.")
        dispute = found[-1]
        shares = propose(dispute=dispute).shares
        total = {"as proposed": None, "seller": dispute.fee_minor, "platform": 0}
        fees = _fees(shares, total[self.fee])
        is_sellers = self.bearer == "seller"
        allocate(
            dispute_id=dispute.pk,
            shares=[
                replace(
                    share,
                    bearer=RefundBearer.VENDOR if is_sellers else RefundBearer.PLATFORM,
                    fee_minor=fee,
                )
                for share, fee in zip(shares, fees, strict=True)
            ],
            decision="As the rules say.",
            decided_by=world.operator_id,
            now=world.now,
        )


def _fees(shares: Sequence[Share], total: int | None) -> list[int]:
    if total is None or not shares:
        return [share.fee_minor for share in shares]
    return split(total, [share.amount_minor for share in shares])


ACTIONS: dict[str, type[Action]] = {
    "dispute": Dispute,
    "bank decides": BankDecides,
    "allocate": Allocate,
}
