"""How well an offer tells what it is: points of a hundred, and what to do next. Pure.

Weights: pictures 25, description 20, details of its kind 20, title 15, EAN 10, price
10. Where one of them is not known the others count for the whole.
"""

from dataclasses import dataclass

WHOLE = 100
GOOD, FAIR = 80, 50
PICTURES, TEXT, TITLE_FROM, TITLE_TO = 3, 200, 15, 120
_WEIGHTS = {
    "pictures": 25,
    "text": 20,
    "details": 20,
    "title": 15,
    "ean": 10,
    "price": 10,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is looked at. `is_price_good` is None where nobody is compared with."""

    title: int
    pictures: int
    text: int
    details: int
    details_asked: int
    has_ean: bool
    is_price_good: bool | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing that counts: its points, and the most that it gives."""

    key: str
    points: int
    most: int

    @property
    def is_done(self) -> bool:
        """Say whether nothing is left to win."""
        return self.points >= self.most


@dataclass(frozen=True, slots=True)
class Quality:
    """Points of a hundred; `hints` begin with what wins most."""

    points: int
    hints: tuple[Hint, ...]

    @property
    def state(self) -> str:
        """Return how good that is: ok, near or off."""
        if self.points >= GOOD:
            return "ok"
        return "near" if self.points >= FAIR else "off"

    @property
    def to_do(self) -> tuple[Hint, ...]:
        """Return what would win points."""
        return tuple(hint for hint in self.hints if not hint.is_done)


def quality_of(listing: Listing) -> Quality:
    """Return the points of a listing, and where the others are."""
    shares = _shares(listing)
    hints = [
        Hint(key, round(_WEIGHTS[key] * share), _WEIGHTS[key])
        for key, share in shares.items()
    ]
    most = sum(hint.most for hint in hints)
    points = sum(hint.points for hint in hints) * WHOLE // most
    hints.sort(key=lambda hint: hint.points - hint.most)
    return Quality(points, tuple(hints))


def _shares(listing: Listing) -> dict[str, float]:
    """Return how much of each is reached, from 0 to 1; of what is known."""
    shares = {
        "pictures": min(1, listing.pictures / PICTURES),
        "text": min(1, listing.text / TEXT),
        "title": float(TITLE_FROM <= listing.title <= TITLE_TO),
        "ean": float(listing.has_ean),
    }
    if listing.details_asked:
        shares["details"] = min(1, listing.details / listing.details_asked)
    if listing.is_price_good is not None:
        shares["price"] = float(listing.is_price_good)
    return shares
