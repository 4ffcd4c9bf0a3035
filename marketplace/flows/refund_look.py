"""What giving money of a part back would do now, and that it does just that."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.flows.call_off import WantedBack, plan_of, things_in
from payouts.services.refund_preview import RefundPreview, left_of, preview_of_lines
from vendors.models import VendorOrder

if TYPE_CHECKING:
    from payouts.models import RefundRequest

_WAITING = (VendorOrder.State.TO_SHIP, VendorOrder.State.PARTLY_SHIPPED)


class ChangedMeanwhileError(RefusedError):
    """What was confirmed is not what would be done by now."""

    code = "refund.changed"

    def __init__(self) -> None:
        super().__init__(
            _("Something has changed meanwhile. Look at the sums again, then confirm.")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a refund would move, and which pieces of which lines stay here for it."""

    part: VendorOrder
    wanted: Mapping[int, int]
    quantities: Mapping[int, int]
    takes_delivery: bool
    preview: RefundPreview

    @property
    def mark(self) -> str:
        """Return what stands for all that was seen, to compare with what is done."""
        seen = self.preview
        sums = (seen.to_card, seen.points, seen.net, seen.kept)
        return _mark(self.wanted, self.quantities, sums)

    @property
    def to_buyer(self) -> int:
        """Return what the buyer gets by it: to the card, and as points."""
        return self.preview.to_buyer

    @property
    def stays(self) -> str:
        """Return what is not sent any more, in words."""
        return things_in(self.part, self.quantities) if self.quantities else ""


def look_at(*, part: VendorOrder, back: WantedBack) -> Look:
    """Say what giving so much of a part back would do; reads without a lock.

    Raises NotRefundableError or DisputedError, as the refund would.
    """
    plan = plan_of(part=part, back=back)
    return Look(
        part=part,
        wanted=plan.wanted,
        quantities=plan.quantities,
        takes_delivery=plan.takes_delivery,
        preview=preview_of_lines(settlement=part.settlement, wanted=plan.wanted),
    )


def look_at_rest(*, part: VendorOrder) -> Look | None:
    """Say what giving back all that is left would do; None if it cannot be now."""
    wanted = left_of(part.settlement)
    waits = part.lines.all() if part.state in _WAITING else ()
    try:
        preview = preview_of_lines(settlement=part.settlement, wanted=wanted)
    except RefusedError:
        return None
    return Look(
        part=part,
        wanted=wanted,
        quantities={line.pk: line.left_to_ship for line in waits if line.left_to_ship},
        takes_delivery=False,
        preview=preview,
    )


def hold_to(
    seen: str | None, *, request: "RefundRequest", quantities: Mapping[int, int]
) -> None:
    """Raise ChangedMeanwhileError if a refund does not do what was seen of it.

    Asked of what was written under all locks, so that nothing can come between; the
    caller's transaction is rolled back by it. Without `seen` nobody has looked.
    """
    if seen is None:
        return
    lines = list(request.lines.all())
    sums = (
        request.cash_minor,
        sum(line.points_back_minor for line in lines),
        sum(line.vendor_minor for line in lines),
        sum(line.kept_commission_minor + line.kept_vat_minor for line in lines),
    )
    wanted = {line.settlement_line_id: line.gross_minor for line in lines}
    if seen != _mark(wanted, quantities, sums):
        raise ChangedMeanwhileError


def _mark(
    wanted: Mapping[int, int], quantities: Mapping[int, int], sums: tuple[int, ...]
) -> str:
    parts = [sorted(wanted.items()), sorted(quantities.items()), sums]
    return sha256(repr(parts).encode()).hexdigest()[:16]
