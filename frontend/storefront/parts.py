"""A part of an order as its buyer sees it: where it is, and what can be done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import formats
from frontend.storefront.access import part_number
from frontend.storefront.road import Step, arrived_at, days_of, road_of
from frontend.storefront.shared import Shared, shared_by
from frontend.storefront.things import (
    Thing,
    contents_of,
    has_pieces,
    picture_of,
    things_of,
    waiting_in,
)
from marketplace.core.money import Money
from marketplace.flows.earn_points import points_to_earn
from marketplace.shop.order.access import key_of
from payouts.selectors.refunds import SaleBack
from support.models import Problem
from support.services.problems import return_until
from vendors.models import Parcel, Vendor, VendorOrder

State = VendorOrder.State
_TONES = {
    State.TO_SHIP: "",
    State.PARTLY_SHIPPED: "info",
    State.SHIPPED: "info",
    State.DELIVERED: "good",
    State.RECEIVED: "good",
    State.CANCELLED: "warn",
}


class PartView:
    """One seller's part with its words; `now` decides what is still possible."""

    def __init__(self, part: VendorOrder, now: datetime, shared: Shared) -> None:
        self._shared = shared
        self.part = part
        self.now = now
        self.n = part_number(part)
        self.key = key_of(part.order)
        self.seller = Seller.of(part)

    # --- what it says -------------------------------------------------------------

    @property
    def badge(self) -> str:
        """Return the words of its state."""
        if self.is_refunded:
            return _("Refunded")
        if self.problem is not None:
            return _("In question")
        if self.part.is_late(self.now):
            return _("Late")
        if self.part.state == State.TO_SHIP:
            return _("Being packed")
        return str(self.part.get_state_display())

    @property
    def tone(self) -> str:
        """Return the tone of its state."""
        if self.is_refunded:
            return "good"
        if self.problem is not None or self.part.is_late(self.now):
            return "warn"
        return _TONES.get(State(self.part.state), "")

    @property
    def headline(self) -> str:
        """Return the one thing that the buyer wants to know."""
        if self.is_refunded and self.part.state != State.CANCELLED:
            return self._came_back()
        says: dict[str, Callable[[], str]] = {
            State.TO_SHIP: self._leaves,
            State.PARTLY_SHIPPED: lambda: _("A part of it is on its way"),
            State.SHIPPED: self._arrives,
            State.DELIVERED: self._arrived,
            State.RECEIVED: self._received,
            State.CANCELLED: lambda: _("It will not come. Your money goes back."),
        }
        say = says.get(self.part.state)
        return say() if say else _("Waiting for your payment")

    @property
    def reason(self) -> str:
        """Return why all of it was cancelled; of a rest, its things say why."""
        is_whole = self.part.state == State.CANCELLED
        return self.part.cancel_reason if is_whole else ""

    @property
    def parcels(self) -> list[tuple[Parcel, str]]:
        """Return its parcels, each with what lies in it if that is not simply all."""
        return contents_of(self.part)

    @property
    def to_come(self) -> str:
        """Return what has not left while other things have."""
        if self.part.state != State.PARTLY_SHIPPED or self.is_refunded:
            return ""
        return waiting_in(self.part)

    @property
    def is_late(self) -> bool:
        """Say whether something should have left and has not."""
        return self.part.is_late(self.now)

    @property
    def steps(self) -> list[Step]:
        """Return its road: ordered, handed over, delivered, received."""
        return road_of(self.part, is_refunded=self.is_refunded)

    @cached_property
    def things(self) -> list[Thing]:
        """Return what it holds."""
        return things_of(self.part, self._shared.prices(self.part.currency))

    def thing(self, line_id: int) -> Thing:
        """Return one of its lines."""
        return next(thing for thing in self.things if thing.line.pk == line_id)

    @property
    def summary(self) -> str:
        """Return what it holds in a few words: the first thing, and how many more."""
        lines = list(self.part.lines.all())
        title = lines[0].order_line.title if lines else self.seller.name
        if not self.more:
            return title
        return ngettext(
            "%(title)s and %(more)d more", "%(title)s and %(more)d more", self.more
        ) % {"title": title, "more": self.more}

    @property
    def more(self) -> int:
        """Return how many things it holds beside the first."""
        return max(0, len(self.part.lines.all()) - 1)

    @property
    def picture(self) -> object:
        """Return the picture of the first thing, if it has one."""
        return next((picture_of(line) for line in self.part.lines.all()), None)

    @property
    def earns(self) -> int:
        """Return the points that receipt brings."""
        if not self.can_receive:
            return 0
        part = self.part
        rule = self._shared.rule_of(part.currency, part.placed_at, part.order.user_id)
        return points_to_earn([part], rule)

    @property
    def counts_by_itself(self) -> datetime | None:
        """Return when it counts as received if nobody says anything."""
        part = self.part
        if part.state == State.DELIVERED and part.delivered_at:
            days = settings.RELEASE_DAYS_AFTER_DELIVERY
            return part.delivered_at + timedelta(days=days)
        if part.state == State.SHIPPED and part.shipped_at:
            days = settings.RELEASE_DAYS_AFTER_DISPATCH
            return part.shipped_at + timedelta(days=days)
        return None

    @property
    def paid(self) -> Money:
        """Return what the buyer paid for it, without points and what we bear."""
        return Money(self.part.settlement.cash_minor, self.part.currency)

    @property
    def by_market(self) -> Money:
        """Return what we pay the seller of it in the buyer's place."""
        row = self.part.settlement
        borne = row.platform_discount_minor - row.points_minor
        return Money(borne, self.part.currency)

    @property
    def by_points(self) -> Money:
        """Return what of it was paid with points."""
        return Money(self.part.settlement.points_minor, self.part.currency)

    @property
    def refunded(self) -> Money:
        """Return what went back or is on its way back, points included.

        Not what came back another way: by the buyer's bank, or by hand.
        """
        return Money(self._back.by_us, self.part.currency)

    @property
    def refunded_as_points(self) -> Money:
        """Return what of it comes as points, in money."""
        back = self.part.settlement.refunded_points_minor
        return Money(back, self.part.currency)

    @property
    def owed(self) -> Money:
        """Return what the buyer's card did not take; it is paid another way."""
        return Money(self._back.owed, self.part.currency)

    # --- what can be done -----------------------------------------------------------

    @property
    def is_refunded(self) -> bool:
        """Say whether nothing of its money is left with anybody else."""
        return bool(self.part.settlement.is_refunded)

    @cached_property
    def problem(self) -> Problem | None:
        """Return the report that is open, if one is."""
        reports = self.part.problems.all()
        return next(
            (each for each in reports if each.state == Problem.State.OPEN), None
        )

    @cached_property
    def last_problem(self) -> Problem | None:
        """Return the newest report, settled or not."""
        return next(iter(self.part.problems.all()), None)

    @property
    def can_receive(self) -> bool:
        """Say whether the buyer can confirm that it arrived."""
        arrives = self.part.state in {State.SHIPPED, State.DELIVERED}
        return arrives and self.problem is None and not self.is_refunded

    @property
    def is_asked(self) -> bool:
        """Say whether to ask for stars: it is there, or may be by what was promised."""
        if not self.can_receive:
            return self.can_rate
        first = self.part.deliver_from
        may_be_there = first is None or timezone.localdate(self.now) >= first
        return may_be_there or self.part.state == State.DELIVERED

    @property
    def can_order_again(self) -> bool:
        """Say whether its things can go into the basket once more."""
        return self.part.state in {State.RECEIVED, State.CANCELLED}

    @property
    def can_rate(self) -> bool:
        """Say whether it was received without a note."""
        return self.part.state == State.RECEIVED and not self.has_note

    @property
    def has_note(self) -> bool:
        """Say whether the seller has a note for it."""
        return hasattr(self.part, "note")

    @property
    def can_be_reviewed(self) -> bool:
        """Say whether its buyer may review what it holds."""
        return self.part.state == State.RECEIVED

    @property
    def can_cancel(self) -> bool:
        """Say whether it can still be cancelled."""
        return self.part.can_be_cancelled

    @property
    def can_report(self) -> bool:
        """Say whether a problem can be reported."""
        if self.problem is not None or self.has_nothing_left:
            return False
        until = return_until(self.part)
        sent = {State.PARTLY_SHIPPED, State.SHIPPED, State.DELIVERED, State.RECEIVED}
        return self.part.state in sent and (until is None or self.now <= until)

    @property
    def has_nothing_left(self) -> bool:
        """Say whether every piece stayed with the seller, or its money went back."""
        return self.is_refunded or not has_pieces(self.part)

    @property
    def can_return(self) -> bool:
        """Say whether it can be sent back."""
        has_come = self.part.state in {State.DELIVERED, State.RECEIVED}
        return has_come and self.can_report

    # --- where ----------------------------------------------------------------------

    def url(self, route: str) -> str:
        """Return the path of one of its pages."""
        return reverse(route, args=[self.key, self.n])

    @property
    def order_url(self) -> str:
        """Return the path of the order."""
        return reverse("order", args=[self.key])

    @property
    def again_url(self) -> str:
        """Return where its things go into the basket once more."""
        return reverse("order-again", args=[self.key])

    @property
    def received_url(self) -> str:
        """Return where receipt is confirmed."""
        return self.url("order-received")

    @property
    def cancel_url(self) -> str:
        """Return where it is cancelled."""
        return self.url("order-cancel")

    @property
    def messages_url(self) -> str:
        """Return where its buyer and seller talk."""
        return self.url("order-messages")

    @property
    def report_url(self) -> str:
        """Return where a problem is reported."""
        return self.url("case-new")

    @property
    def problem_url(self) -> str:
        """Return the page of the newest report."""
        problem = self.last_problem
        if problem is None:
            return ""
        return reverse("case", args=[self.key, self.n, problem.public_id])

    # --- words ------------------------------------------------------------------------

    @property
    def _back(self) -> SaleBack:
        return self._shared.backs()[self.part.settlement.pk]

    def _came_back(self) -> str:
        if not self._back.is_by_bank:
            return _("Refunded. Your money goes back.")
        if self.refunded:
            return _("Refunded: a part of it by your bank.")
        return _("Your bank gave the money back.")

    def _leaves(self) -> str:
        if self.part.ship_by is None:
            return _("Being packed")
        when = {"when": formats.moment(self.part.ship_by)}
        if self.part.is_late(self.now):
            return _("Should have left by %(when)s. We have asked the seller.") % when
        return _("Leaves by %(when)s") % when

    def _arrives(self) -> str:
        if self.part.deliver_from is None:
            return _("On its way")
        return _("Arrives %s") % days_of(self.part)

    def _arrived(self) -> str:
        at = arrived_at(self.part)
        return _("Delivered %s") % formats.moment(at) if at else _("Delivered")

    def _received(self) -> str:
        if self.part.received_by_timer:
            return _("Counted as received")
        at = self.part.received_at
        return _("Received %s") % formats.moment(at) if at else _("Received")


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller as the components draw one."""

    name: str
    handle: str
    logo: object

    @classmethod
    def of(cls, part: VendorOrder) -> "Seller":
        """Return the seller of a part."""
        return cls.of_shop(part.vendor)

    @classmethod
    def of_shop(cls, vendor: Vendor) -> "Seller":
        """Return a shop."""
        return cls(vendor.name, vendor.handle, vendor.partner.mark)


def part_views(parts: Iterable[VendorOrder], now: datetime) -> list[PartView]:
    """Return parts with their words; notes, problems and money are read at once."""
    rows = list(parts)
    prefetch_related_objects(
        rows, "note", "problems", "settlement__lines", "lines__order_line__order"
    )
    shared = shared_by(rows)
    return [PartView(part, now, shared) for part in rows]
