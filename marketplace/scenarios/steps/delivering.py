"""What becomes of the things: sent, arrived, confirmed, complained about."""

from dataclasses import dataclass
from itertools import count
from typing import Literal

from marketplace.flows.agree_on_problem import propose, take_proposal
from marketplace.flows.cancel_order import cancel_order, refuse_order
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.refund_line import RefundedBy
from marketplace.flows.report_problem import report_problem, withdraw_problem
from marketplace.flows.resolve_problem import Decision, refund_problem, release_problem
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.scenarios.opening import CARRIER
from marketplace.scenarios.steps.step import Action
from marketplace.scenarios.world import UnknownNameError, World
from support.models import Problem
from support.services.problems import Report
from vendors.models import Parcel, VendorOrder
from vendors.services.fulfilment import CancelReason, Dispatch

_numbers = count(1)
Kind = Literal["not_received", "damaged", "not_as_described", "incomplete", "return"]


def pieces(part: VendorOrder, titles: tuple[str, ...]) -> dict[int, int]:
    """Return all pieces of a part's lines, or of those that are named.

    Raises UnknownNameError if the part has no line of a name.
    """
    lines = {line.order_line.title: line for line in part.lines.all()}
    for title in titles:
        if title not in lines:
            raise UnknownNameError(f'There is no line "{title}" in this part.')
    chosen = [lines[title] for title in titles or lines]
    return {line.pk: line.quantity for line in chosen}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ship:
    """The seller sends a parcel: all that is left, or the lines that are named."""

    order: str = ""
    seller: str = ""
    lines: tuple[str, ...] = ()

    def play(self, world: World) -> None:
        """Send it."""
        part = world.part(self.order, self.seller)
        quantities = pieces(part, self.lines) if self.lines else None
        dispatch = Dispatch(
            carrier_code=CARRIER,
            tracking_number=f"{next(_numbers):08}",
            quantities=quantities,
        )
        ship_parcel(part=part, dispatch=dispatch, now=world.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """The carrier hands parcels over: all on their way, or the one of that number."""

    order: str = ""
    seller: str = ""
    parcel: int = 0

    def play(self, world: World) -> None:
        """Note the arrival."""
        part = world.part(self.order, self.seller)
        parcels = list(Parcel.objects.filter(vendor_order=part).order_by("pk"))
        if self.parcel > len(parcels) or not parcels:
            raise UnknownNameError(f"Only {len(parcels)} parcels were sent.")
        for parcel in parcels[self.parcel - 1 :][:1] if self.parcel else parcels:
            deliver_parcel(parcel=parcel, delivered_at=world.now, now=world.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """The buyer says that all of a seller's part is there."""

    order: str = ""
    seller: str = ""

    def play(self, world: World) -> None:
        """Confirm it."""
        confirm_receipt(part=world.part(self.order, self.seller), now=world.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Buyer or seller call off what has not left."""

    order: str = ""
    seller: str = ""
    by: Literal["buyer", "seller"] = "buyer"

    def play(self, world: World) -> None:
        """Cancel it."""
        part = world.part(self.order, self.seller)
        if self.by == "buyer":
            cancel_order(part=part, now=world.now)
        else:
            refuse_order(part=part, reason=CancelReason.SOLD_OUT, now=world.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complain:
    """The buyer reports a problem: the seller's money waits."""

    order: str = ""
    seller: str = ""
    kind: Kind = "damaged"
    lines: tuple[str, ...] = ()

    def play(self, world: World) -> None:
        """Report it."""
        part = world.part(self.order, self.seller)
        report = Report(
            kind=Problem.Kind(self.kind),
            text="Not as it should be.",
            quantities=pieces(part, self.lines),
        )
        report_problem(part=part, report=report, now=world.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """An operator decides the open complaint, or its buyer takes it back."""

    for_: Literal["seller", "buyer", "nobody"]
    order: str = ""
    seller: str = ""

    def play(self, world: World) -> None:
        """Decide it."""
        part = world.part(self.order, self.seller)
        problem = part.problems.get(state=Problem.State.OPEN)
        if self.for_ == "nobody":
            withdraw_problem(problem=problem, now=world.now)
            return
        words, by = Decision("As the pictures show."), world.operator_id
        if self.for_ == "seller":
            release_problem(problem=problem, decision=words, actor_id=by, now=world.now)
            return
        refund_problem(
            problem=problem,
            decision=words,
            by=RefundedBy(actor_id=by),
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agree:
    """The seller offers a part of the complaint's price, and the buyer takes it."""

    amount: int
    order: str = ""
    seller: str = ""

    def play(self, world: World) -> None:
        """Offer and take it."""
        part = world.part(self.order, self.seller)
        problem = part.problems.get(state=Problem.State.OPEN)
        proposal = propose(
            problem=problem,
            amount_minor=self.amount,
            text="Keep it for less?",
            actor_id=world.operator_id,
            author_name=self.seller,
            now=world.now,
        )
        take_proposal(proposal=proposal, seen=None, now=world.now)


ACTIONS: dict[str, type[Action]] = {
    "ship": Ship,
    "deliver": Deliver,
    "confirm": Confirm,
    "cancel": Cancel,
    "complain": Complain,
    "agree": Agree,
    "decide": Decide,
}
