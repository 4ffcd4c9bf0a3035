"""A bank calls a payment into question, and decides."""

from dataclasses import dataclass
from typing import Any, Literal

from marketplace.scenarios.steps.step import Action
from marketplace.scenarios.world import UnknownNameError, World

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


ACTIONS: dict[str, type[Action]] = {"dispute": Dispute, "bank decides": BankDecides}
