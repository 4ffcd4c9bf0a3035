"""What a parcel releases of a line, to the cent (docs/algorithms/release.md)."""

from dataclasses import dataclass

from marketplace.core.money import half_up


@dataclass(frozen=True, slots=True)
class Pocket:
    """A seller's part and the commission that is earned with it, in minor units."""

    net: int = 0
    commission: int = 0

    def __add__(self, other: "Pocket") -> "Pocket":
        return Pocket(self.net + other.net, self.commission + other.commission)

    def __sub__(self, other: "Pocket") -> "Pocket":
        return Pocket(self.net - other.net, self.commission - other.commission)

    def at_most(self, other: "Pocket") -> "Pocket":
        """Return the lesser of each amount."""
        return Pocket(min(self.net, other.net), min(self.commission, other.commission))


def due_of_line(
    *, frozen: Pocket, held: Pocket, quantity: int, elsewhere: int
) -> Pocket:
    """Return what arrives when, of `quantity` units, only `elsewhere` are not here yet.

    Units elsewhere keep their share of what was frozen; all above it is due. So a
    refund on the way is never paid out, whichever unit it was for, and the last parcel
    (nothing elsewhere) takes all that is held.
    """
    return Pocket(
        _due(frozen.net, held.net, quantity, elsewhere),
        _due(frozen.commission, held.commission, quantity, elsewhere),
    )


def _due(frozen: int, held: int, quantity: int, elsewhere: int) -> int:
    # Cumulative, as refunds are: the share of what has arrived is what is rounded.
    kept = frozen - half_up(frozen * (quantity - elsewhere), quantity)
    return max(0, held - kept)
