"""A plain order as it was written."""

from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.demo.load.past.drafts import Draft, Journey
from marketplace.shop.order.services import WrittenOrder
from vendors.models import VendorOrder


@dataclass(frozen=True, slots=True)
class Chapter:
    """A draft with its rows; `parts` stand as in the written order."""

    draft: Draft
    written: WrittenOrder
    parts: tuple[VendorOrder, ...]

    @property
    def stories(self) -> Iterator[tuple[VendorOrder, Journey]]:
        """Yield each part with its journey."""
        for part in self.parts:
            yield part, self.draft.journeys[part.vendor.handle]
