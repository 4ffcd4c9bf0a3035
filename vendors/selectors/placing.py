"""What placing an order must know of sellers."""

from collections.abc import Iterable

from vendors.models import Vendor


def vendors_by_partner(partner_ids: Iterable[int]) -> dict[int, Vendor]:
    """Map partners to their sellers, with what their rank is read from. One query."""
    vendors = Vendor.objects.select_related("partner", "standing").filter(
        partner_id__in=set(partner_ids)
    )
    return {vendor.partner_id: vendor for vendor in vendors}
