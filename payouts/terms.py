"""Commission on one line, to the cent (docs/algorithms/commission.md)."""

from dataclasses import dataclass

from marketplace.core.money import BASIS_POINTS, share_bps


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a plan takes in one currency; amounts are minor units of it."""

    bps: int
    fixed_minor: int = 0
    min_minor: int = 0
    max_minor: int | None = None

    @property
    def is_sound(self) -> bool:
        """Whether the percentage is one, and the minimum lies below the cap."""
        has_range = self.max_minor is None or self.min_minor <= self.max_minor
        is_share = 0 <= self.bps <= BASIS_POINTS
        return is_share and has_range and min(self.fixed_minor, self.min_minor) >= 0

    def for_shipping(self) -> "Terms":
        """Return the terms of a shipping charge: no fee per unit and no minimum."""
        return Terms(bps=self.bps, max_minor=self.max_minor)


NOTHING = Terms(bps=0)


@dataclass(frozen=True, slots=True)
class Commission:
    """The platform's commission and the VAT on it, in minor units."""

    commission_minor: int
    vat_minor: int


def commission_of(
    *, base_minor: int, quantity: int, terms: Terms, vat_bps: int
) -> Commission:
    """Return the commission on a line of `quantity` units worth `base_minor` in all.

    The percentage is rounded half up, the fixed fee is per unit, then minimum and cap
    apply to the line. Commission and its VAT together never exceed the base.
    """
    wanted = share_bps(base_minor, terms.bps) + terms.fixed_minor * quantity
    wanted = max(wanted, terms.min_minor)
    if terms.max_minor is not None:
        wanted = min(wanted, terms.max_minor)
    affordable = base_minor * BASIS_POINTS // (BASIS_POINTS + vat_bps)
    commission = min(wanted, affordable)
    return Commission(commission, share_bps(commission, vat_bps))
