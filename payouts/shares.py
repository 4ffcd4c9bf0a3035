"""What a refund takes from whom, to the cent (docs/algorithms/commission.md)."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from marketplace.core.money import half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """A line taken apart twice: by who gets it, and by who paid it.

    gross = net + commission + vat = cash + promo + points, in minor units.
    """

    gross: int
    net: int
    commission: int
    vat: int
    cash: int
    points: int

    @property
    def fee(self) -> int:
        """Commission with its VAT."""
        return self.commission + self.vat

    @property
    def platform(self) -> int:
        """What the platform paid: promotions and points."""
        return self.gross - self.cash

    @property
    def promo(self) -> int:
        """What the platform gave as a voucher or promotion."""
        return self.platform - self.points


def refund_shares(*, line: Shares, returned: Shares, gross_minor: int) -> Shares:
    """Return who gives back what when `gross_minor` more of a line is refunded.

    Shares are cumulative: the share of everything refunded so far, less what was
    returned before. Each step is a split in two, which is monotone, so no share is ever
    negative and a full refund lands exactly on the frozen amounts. `returned` may hold
    any history (a refund that Stripe refused is taken out again).

    Raises ValueError if `gross_minor` is not positive or more than is left.
    """
    if not 0 < gross_minor <= line.gross - returned.gross:
        raise ValueError("A refund must be positive and at most what is left.")
    net = _part(gross_minor, line.net, returned.net, line.gross, returned.gross)
    fee = gross_minor - net
    commission = _part(
        fee, line.commission, returned.commission, line.fee, returned.fee
    )
    cash = _part(gross_minor, line.cash, returned.cash, line.gross, returned.gross)
    platform = gross_minor - cash
    points = _part(
        platform, line.points, returned.points, line.platform, returned.platform
    )
    return Shares(
        gross=gross_minor,
        net=net,
        commission=commission,
        vat=fee - commission,
        cash=cash,
        points=points,
    )


def gross_of_cash(*, line: Shares, returned: Shares, cash_minor: int) -> int:
    """Return how much of a line is given back when that much of its cash is.

    The inverse of `refund_shares`: that amount has exactly this cash in it. All the
    cash that is left takes all that is left of the line, the platform's part included;
    less of it takes the platform's part in proportion.

    Raises ValueError if the line has less cash left.
    """
    left = line.gross - returned.gross
    cash_left = line.cash - returned.cash
    if not 0 <= cash_minor <= cash_left:
        raise ValueError("That much cash is not left.")
    if cash_minor == cash_left:
        return left
    if cash_minor == 0:
        return 0

    def cash(gross: int) -> int:
        # Each further unit brings one of cash or none, so every amount is met.
        return _part(gross, line.cash, returned.cash, line.gross, returned.gross)

    least = bisect_left(range(left + 1), cash_minor, key=cash)
    most = bisect_right(range(left + 1), cash_minor, key=cash) - 1
    return min(max(half_up(cash_minor * left, cash_left), least), most)


def _part(step: int, part: int, part_done: int, whole: int, whole_done: int) -> int:
    if whole == 0:
        return 0
    wanted = half_up(part * (whole_done + step), whole) - part_done
    # Neither side of the split may give back more than it has left.
    rest_left = (whole - part) - (whole_done - part_done)
    return min(max(wanted, 0, step - rest_left), step, part - part_done)
