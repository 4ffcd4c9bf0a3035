"""What of a trader is compared with others is written down with their identity."""

from collections.abc import Iterable
from itertools import islice

from vendors.models import Likeness, Vendor
from vendors.models.likeness import COMPARED
from vendors.traits import traits_of

_AT_ONCE = 500


def keep_likeness(vendors: Iterable[Vendor]) -> None:
    """Write what is compared of some shops, as they stand. One statement."""
    Likeness.objects.bulk_create(
        [Likeness(vendor=vendor, **traits_of(vendor)) for vendor in vendors],
        update_conflicts=True,
        unique_fields=["vendor"],
        update_fields=[*COMPARED, "has_wrong_vat"],
    )


def keep_all() -> None:
    """Write it anew for every shop: the release before may have changed some meanwhile.

    A statement for each chunk of shops.
    """
    rows = Vendor.objects.order_by("pk").iterator(chunk_size=_AT_ONCE)
    while some := list(islice(rows, _AT_ONCE)):
        keep_likeness(some)
