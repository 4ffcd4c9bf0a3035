"""What became of the pieces of a line, in the words of all three sides."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from vendors.models import VendorOrder, VendorOrderLine


def pieces_back(part: "VendorOrder") -> dict[int, int]:
    """Map order lines of a part to how many of their pieces were given back."""
    return {
        row.oscar_line_id: row.quantity - row.units_left
        for row in part.settlement.lines.all()
        if row.oscar_line_id and row.gross_minor
    }


def words_of_back(line: "VendorOrderLine", back: int) -> str:
    """Say how many pieces were given back that are not called off; empty if none."""
    given = back - line.cancelled_quantity
    if given <= 0:
        return ""
    return _("%(n)d of %(all)d given back") % {"n": given, "all": line.quantity}
