"""What of a trader is compared with others is written down with their identity."""

from collections.abc import Iterable

from vendors.models import Likeness, Vendor
from vendors.models.likeness import COMPARED
from vendors.traits import traits_of


def keep_likeness(vendors: Iterable[Vendor]) -> None:
    """Write what is compared of some shops, as they stand. One statement."""
    Likeness.objects.bulk_create(
        [Likeness(vendor=vendor, **traits_of(vendor)) for vendor in vendors],
        update_conflicts=True,
        unique_fields=["vendor"],
        update_fields=[*COMPARED, "has_wrong_vat"],
    )


def keep_what_is_missing() -> None:
    """Write it for shops that have none: the release before wrote some meanwhile."""
    keep_likeness(Vendor.objects.filter(likeness=None).order_by("pk"))
