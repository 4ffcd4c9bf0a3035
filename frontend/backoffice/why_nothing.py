"""Why nothing of a sale can be given back: what to show where no button would do."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.flows.refund_line import preview_amounts
from payouts.services.refund_preview import left_of

if TYPE_CHECKING:
    from vendors.models import VendorOrder


def why_nothing(part: "VendorOrder") -> dict[str, Any]:
    """Return why, and whether a problem can be settled all the same: `is_free`.

    What was sold for nothing has no money to give back, and needs none.
    """
    wanted = left_of(part.settlement)
    if not part.settlement.gross_minor:
        is_free = part.settlement.is_held
        return {
            "is_free": is_free,
            "why_not": _("It cost nothing: no money goes back."),
        }
    if not wanted:
        return {"why_not": _("All of it has been given back already.")}
    try:
        preview_amounts(part=part, wanted=wanted)
    except RefusedError as refusal:
        return {"why_not": refusal.message}
    return {}
