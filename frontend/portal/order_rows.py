"""A shop's orders as its people see them: on the desk and on a page of their own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import formats
from frontend.countries import country_name
from frontend.pieces import pieces_back, words_of_back
from frontend.storefront.road import Step
from marketplace.core.errors import RefusedError
from marketplace.core.money import Money, from_decimal
from marketplace.core.viewer import Viewer
from marketplace.flows.refund_line import (
    preview_amounts,
    still_refundable,
    worth_of,
)
from payouts.services.refund_preview import left_of
from support.models import Problem
from vendors.models import Vendor, VendorOrder, VendorOrderLine
from vendors.selectors.orders import buyer_name, desk_counts, orders_of_shop

State = VendorOrder.State
WAITING = (State.TO_SHIP, State.PARTLY_SHIPPED)
TABS: dict[str, tuple[str, ...]] = {
    "to_ship": WAITING,
    "late": WAITING,
    "ready": WAITING,
    "shipped": (State.SHIPPED,),
    "delivered": (State.DELIVERED, State.RECEIVED),
    "returns": (),
    "problems": (),
    "cancelled": (State.CANCELLED,),
    "all": (),
}
REPORTED = ("returns", "problems")
_TONES = {
    State.TO_SHIP: "info",
    State.PARTLY_SHIPPED: "info",
    State.DELIVERED: "good",
    State.RECEIVED: "good",
    State.CANCELLED: "warn",
}
_FEW_PICTURES = 2


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an order: what, how many, and what is still here."""

    line: VendorOrderLine
    title: str
    sku: str
    image: object
    words: str
    total: Money


class OrderRow:
    """A vendor order with its words; `now` decides what is late."""

    def __init__(self, part: VendorOrder, now: datetime) -> None:
        self.part = part
        self.now = now

    @property
    def to(self) -> str:
        """Return for whom it is."""
        return buyer_name(self.part.order) or _("Guest")

    @property
    def place(self) -> str:
        """Return town and country."""
        address = self.part.order.shipping_address
        if address is None:
            return ""
        return f"{address.line4}, {address.country_id}"

    @property
    def address(self) -> list[str]:
        """Return the lines of the label."""
        address = self.part.order.shipping_address
        if address is None:
            return []
        town = f"{address.postcode} {address.line4}".strip()
        country = country_name(str(address.country_id))
        lines = [self.to, address.line1, address.line2, address.line3, town, country]
        return [line for line in lines if line]

    @property
    def pieces(self) -> str:
        """Return how many pieces it holds; how many of them go, if not all do."""
        lines = self.part.lines.all()
        count = sum(line.quantity for line in lines)
        if self.is_waiting:
            goes, words = (
                sum(line.left_to_ship for line in lines),
                _("%(n)d of %(all)d to send"),
            )
        else:
            goes, words = (
                sum(line.shipped_quantity for line in lines),
                _("%(n)d of %(all)d sent"),
            )
        if goes in {0, count}:
            words, goes = ngettext("%(n)d piece", "%(n)d pieces", count), count
        return words % {"n": goes, "all": count}

    @property
    def pictures(self) -> list[object]:
        """Return pictures of the first things."""
        return [item.image for item in self._items({})[:_FEW_PICTURES]]

    @property
    def items(self) -> list[Item]:
        """Return what it holds, and what of it was given back; one query."""
        is_over = self.part.state == State.CANCELLED
        return self._items({} if is_over else pieces_back(self.part))

    @property
    def to_pack(self) -> list[tuple[int, Item]]:
        """Return how many of each thing still go; what has gone once nothing waits."""
        items = self._items({})
        left = [(item.line.left_to_ship, item) for item in items]
        waiting = [(pieces, item) for pieces, item in left if pieces]
        gone = [(item.line.shipped_quantity, item) for item in items]
        return waiting or [(pieces, item) for pieces, item in gone if pieces]

    @property
    def you_get(self) -> Money:
        """Return what is left for the seller, after commission and refunds."""
        return Money(self.part.settlement.left_minor, self.part.currency)

    @property
    def is_waiting(self) -> bool:
        """Say whether something must still leave."""
        return self.part.state in WAITING

    @property
    def is_late(self) -> bool:
        """Say whether it should have left."""
        return self.part.is_late(self.now)

    @property
    def is_refunded(self) -> bool:
        """Say whether all of it was given back, although it has left."""
        is_sent = self.part.state != State.CANCELLED
        return is_sent and bool(self.part.settlement.is_refunded)

    @cached_property
    def asks(self) -> Problem | None:
        """Return the report that is not settled yet, if there is one."""
        reports = self.part.problems.all()
        is_open = (each for each in reports if each.state == Problem.State.OPEN)
        return next(is_open, None)

    @property
    def is_ours(self) -> bool:
        """Say whether the office decides about a report now."""
        return self.asks is not None and self.asks.answer_by <= self.now

    @property
    def is_in_question(self) -> bool:
        """Say whether a report is not settled yet."""
        return self.asks is not None

    @property
    def badge(self) -> str:
        """Return the words of its state; what somebody must settle comes first."""
        if self.is_refunded:
            return _("Refunded")
        if self.is_in_question:
            return _("In question")
        return _("Late") if self.is_late else str(self.part.get_state_display())

    @property
    def tone(self) -> str:
        """Return the tone of its state."""
        if self.is_refunded or self.is_in_question:
            return "warn"
        return "bad" if self.is_late else _TONES.get(State(self.part.state), "")

    @property
    def steps(self) -> list[Step]:
        """Return its way so far, and what comes."""
        steps = list(_steps(self.part))
        if self.is_refunded:
            done = [step for step in steps if step.state == "done"]
            return [*done, Step(_("Refunded to the buyer"), "", "now")]
        return steps

    def _items(self, back: Mapping[int, int]) -> list[Item]:
        return [
            _item(line, self.part.currency, back.get(line.order_line_id, 0))
            for line in self.part.lines.all()
        ]


def orders_found(
    viewer: Viewer, vendor: Vendor, tab: str, words: str, now: datetime
) -> QuerySet[VendorOrder]:
    """Return the shop's orders on a tab that have all the words, by deadline."""
    orders = orders_of_shop(viewer, vendor.partner_id).select_related("settlement")
    if states := TABS[tab]:
        orders = orders.filter(state__in=states)
    orders = orders.filter(_narrows(tab, now))
    for word in words.split():
        orders = orders.filter(_has(word))
    if states == WAITING:
        orders = orders.order_by("ship_by", "pk")
    if tab in REPORTED:
        orders = orders.order_by(_answer_by(), "pk")
    return orders


def counts_of(viewer: Viewer, vendor: Vendor, now: datetime) -> dict[str, int]:
    """Return how many of the shop's orders are on each tab."""
    by_state = desk_counts(viewer, vendor.partner_id, now)
    counts = {
        tab: sum(by_state[state] for state in states) for tab, states in TABS.items()
    }
    for tab in ("ready", *REPORTED):
        found = orders_found(viewer, vendor, tab, "", now)
        counts[tab] = found.order_by().count()
    return {**counts, "late": by_state["late"]}


def rows_of(parts: Iterable[VendorOrder], now: datetime) -> list[OrderRow]:
    """Return orders with their words; what was reported is read at once."""
    parts = list(parts)
    prefetch_related_objects(parts, "problems")
    return [OrderRow(part, now) for part in parts]


def left_to_give(part: VendorOrder) -> Money:
    """Return what of an order was not given back, to the buyer or to the platform."""
    settlement = part.settlement
    left = settlement.gross_minor - settlement.refunded_gross_minor
    return Money(left, part.currency)


def if_refused(part: VendorOrder) -> tuple[Money, str]:
    """Return what the buyer gets back if the rest is not delivered, points included.

    All that is left when nothing has left yet, else the pieces that are still here.
    With it comes why it cannot be refused now, if it cannot.
    """
    wanted = left_of(part.settlement)
    if part.state != State.TO_SHIP:
        here = {line.pk: line.left_to_ship for line in part.lines.all()}
        quantities = still_refundable(part=part, quantities=here)
        wanted = dict(worth_of(part=part, quantities=quantities).wanted)
    if not wanted:
        return Money(0, part.currency), ""
    try:
        moves = preview_amounts(part=part, wanted=wanted)
    except RefusedError as refusal:
        return Money(0, part.currency), refusal.message
    return Money(moves.to_buyer, part.currency), ""


def _narrows(tab: str, now: datetime) -> Q:
    """Return what, beside its state, puts an order on a tab."""
    if tab == "late":
        return Q(ship_by__lt=now)
    if tab == "ready":
        return Q(accepted_at__isnull=False) | Q(state=State.PARTLY_SHIPPED)
    if tab in REPORTED:
        is_return = Q(kind=Problem.Kind.RETURN)
        kinds = is_return if tab == "returns" else ~is_return
        return Q(Exists(_open_reports().filter(kinds)))
    return Q()


def _open_reports() -> QuerySet[Problem]:
    return Problem.objects.filter(
        vendor_order=OuterRef("pk"), state=Problem.State.OPEN
    ).order_by()


def _answer_by() -> Subquery:
    return Subquery(_open_reports().values("answer_by"))


def _has(word: str) -> Q:
    return (
        Q(number__icontains=word)
        | Q(order__shipping_address__first_name__icontains=word)
        | Q(order__shipping_address__last_name__icontains=word)
        | Q(order__shipping_address__postcode__istartswith=word)
    )


def _item(line: VendorOrderLine, currency: str, back: int) -> Item:
    ordered, product = line.order_line, line.order_line.product
    pictures = list(product.images.all()) if product is not None else []
    words = [
        ngettext("%(n)d piece", "%(n)d pieces", line.quantity) % {"n": line.quantity}
    ]
    if line.shipped_quantity:
        words.append(_("%(n)d sent") % {"n": line.shipped_quantity})
    if line.cancelled_quantity:
        words.append(_("%(n)d cancelled") % {"n": line.cancelled_quantity})
    if given := words_of_back(line, back):
        words.append(given)
    total = from_decimal(ordered.line_price_incl_tax, currency)
    return Item(
        line=line,
        title=ordered.title,
        sku=ordered.partner_sku,
        image=pictures[0].original if pictures else None,
        words=" · ".join(words),
        total=Money(total, currency),
    )


def _steps(part: VendorOrder) -> Iterator[Step]:
    yield Step(_("Paid"), formats.moment(part.paid_at or part.placed_at), "done")
    if part.state == State.CANCELLED:
        when = formats.moment(part.cancelled_at) if part.cancelled_at else ""
        yield Step(_("Cancelled"), when, "now")
        return
    for parcel in part.parcels.all():
        title = _("Handed to %s") % parcel.carrier_name
        yield Step(title, formats.moment(parcel.shipped_at), "done")
    if part.state in WAITING:
        due = formats.moment(part.ship_by) if part.ship_by else ""
        yield Step(_("Ship it"), due and _("by %s") % due, "now")
    if part.state == State.SHIPPED:
        yield Step(_("On its way"), "", "now")
    else:
        yield _reached(_("Delivered"), part.delivered_at)
    yield _reached(_("Received"), part.received_at)


def _reached(title: str, at: datetime | None) -> Step:
    return Step(title, formats.moment(at), "done") if at else Step(title, "")
