"""Add up what a draft would have taken, by seller, category and plan."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from payouts.terms import Commission

# Categories that are none.
DELIVERY, NO_CATEGORY = 0, -1


@dataclass(slots=True)
class Share:
    """Lines and amounts of one share in one currency."""

    lines: int = 0
    lines_before: int = 0
    lines_changed: int = 0
    gross_minor: int = 0
    commission_before_minor: int = 0
    commission_after_minor: int = 0
    vat_before_minor: int = 0
    vat_after_minor: int = 0
    offers: int = 0
    offers_changed: int = 0
    offers_dearer: int = 0

    def add(self, *, gross_minor: int, before: Commission, after: Commission) -> None:
        """Count a line."""
        self.lines += 1
        self.lines_changed += before != after
        self.gross_minor += gross_minor
        self.commission_before_minor += before.commission_minor
        self.commission_after_minor += after.commission_minor
        self.vat_before_minor += before.vat_minor
        self.vat_after_minor += after.vat_minor


Key = tuple[str, int, str]


@dataclass(slots=True)
class Tally:
    """Every share: of `all`, a `seller`, a `category`, a `plan`."""

    shares: dict[Key, Share] = field(default_factory=dict)
    lines: int = 0
    told_by_today: int = 0

    def of(self, kind: str, key: int, currency: str) -> Share:
        """Return a share, empty if nothing was counted in it yet."""
        found = self.shares.get((kind, key, currency))
        if found is None:
            found = self.shares[kind, key, currency] = Share()
        return found

    def items(self) -> Iterator[tuple[Key, Share]]:
        """Return all shares with what they are of."""
        return iter(self.shares.items())
