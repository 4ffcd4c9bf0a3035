"""Money as integers of minor units; the only place that rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

BASIS_POINTS = 10_000

# https://docs.stripe.com/currencies#special-cases
_DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"), 0),
    **dict.fromkeys(("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3),
}

# The least that Stripe charges, https://docs.stripe.com/currencies#minimum-amounts
_MINIMUM_CHARGE = {
    **dict.fromkeys(("USD", "EUR", "CHF", "CAD", "AUD", "NZD", "SGD", "BRL"), 50),
    "INR": 50,
    "JPY": 50,
    "GBP": 30,
    "BGN": 100,
    "AED": 200,
    "MYR": 200,
    "PLN": 200,
    "RON": 200,
    "DKK": 250,
    "NOK": 300,
    "SEK": 300,
    "HKD": 400,
    "MXN": 1000,
    "THB": 1000,
    "CZK": 1500,
    "HUF": 17_500,
}
# Paid out in whole units although written with decimals.
_WHOLE_UNITS = frozenset(("HUF", "ISK", "TWD", "UGX"))
_WHOLE_UNIT_STEP = 100
_THREE_DECIMALS = 3
# Stripe takes amounts of at most eight digits.
MOST_AT_ONCE = 99_999_999
# A power of ten that no amount reaches; 1e999990 alone is minutes of work as an int.
_LARGEST = 24


class InexactAmountError(ValueError):
    """An amount has more decimals than its currency."""


class CurrencyMismatchError(ValueError):
    """Two amounts of different currencies met in one sum or comparison."""


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest integer, ties away from zero.

    Raises ZeroDivisionError if `denominator` is zero.
    """
    negative = (numerator < 0) != (denominator < 0)
    dividend, divisor = abs(numerator), abs(denominator)
    rounded = (2 * dividend + divisor) // (2 * divisor)
    return -rounded if negative else rounded


def share_bps(minor: int, bps: int) -> int:
    """Return `bps` basis points of `minor`, rounded half up."""
    return half_up(minor * bps, BASIS_POINTS)


def split(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights so that the parts sum to it exactly.

    Largest remainder; ties go to the lowest index. A negative total is split as its
    opposite, so a reversal mirrors what it reverses. Where all weights are zero the
    parts are as equal as can be.

    Raises ValueError if there is no weight, or a negative one.
    """
    if not weights:
        raise ValueError("Nothing to split between: give at least one weight.")
    if any(weight < 0 for weight in weights):
        raise ValueError("Weights may not be negative.")
    if total_minor < 0:
        return [-part for part in split(-total_minor, weights)]
    shares = list(weights) if any(weights) else [1] * len(weights)
    whole = sum(shares)
    parts = [total_minor * share // whole for share in shares]
    remainders = [total_minor * share % whole for share in shares]
    # `sorted` is stable, so among equal remainders the lowest index comes first.
    by_remainder = sorted(range(len(shares)), key=lambda index: -remainders[index])
    for index in by_remainder[: total_minor - sum(parts)]:
        parts[index] += 1
    return parts


def exponent(currency: str) -> int:
    """Return how many decimals the currency has at Stripe: 0, 2 or 3."""
    return _DECIMALS.get(currency.upper(), 2)


def minimum_charge(currency: str) -> int:
    """Return the smallest amount, in minor units, that Stripe charges at once."""
    return _MINIMUM_CHARGE.get(currency.upper(), 50)


def chargeable(minor: int, currency: str) -> int:
    """Return what a card is charged for an order's total.

    Three-decimal currencies are charged in whole tens of their minor unit: rounded half
    up, and the difference belongs in the books.
    """
    step = _charge_step(currency)
    return half_up(minor, step) * step


def movable(minor: int, currency: str) -> int:
    """Return what of an amount can be moved to a seller, rounded down.

    Whole units where the currency is paid out so, tens of the minor unit where it has
    three decimals; the rest stays due.
    """
    step = _charge_step(currency)
    if currency.upper() in _WHOLE_UNITS:
        step = _WHOLE_UNIT_STEP
    return minor // step * step


def _charge_step(currency: str) -> int:
    return 10 if exponent(currency) == _THREE_DECIMALS else 1


def to_decimal(minor: int, currency: str) -> Decimal:
    """Return the amount in major units with all decimals of its currency."""
    return Decimal(minor).scaleb(-exponent(currency))


def from_decimal(amount: Decimal, currency: str) -> int:
    """Return the minor units of an amount in major units; never rounds.

    Raises InexactAmountError if the amount has a fraction of a minor unit, or is not
    a finite number.
    """
    if not amount.is_finite() or amount.adjusted() > _LARGEST:
        raise InexactAmountError(f"{amount} is not an amount of money.")
    minor = amount.scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise InexactAmountError(
            f"{amount} {currency} has more than {exponent(currency)} decimals."
        )
    return int(minor)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of minor units in one currency."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._minor_of(other), self.currency)

    def __mul__(self, factor: int) -> "Money":
        return Money(self.minor * factor, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._minor_of(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._minor_of(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    @property
    def amount(self) -> Decimal:
        """The amount in major units."""
        return to_decimal(self.minor, self.currency)

    def split(self, weights: Sequence[int]) -> "list[Money]":
        """Split by largest remainder, ties to the lowest index; see `split`."""
        return [Money(part, self.currency) for part in split(self.minor, weights)]

    def _minor_of(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatchError(
                f"Cannot combine {self.currency} with {other.currency}."
            )
        return other.minor
