"""How the price of an order became what its seller keeps, to the cent."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend import formats
from frontend.countries import country_name
from marketplace.core.money import Money
from payouts.selectors.sale_money import LineMoney, SaleMoney

_PERCENT = 100


@dataclass(frozen=True, slots=True)
class DerivedStep:
    """A step: what happened, its amount, what is left after it."""

    title: str
    why: str
    amount: Money | None
    left: Money


def derive(sale: SaleMoney, lines: list[LineMoney]) -> list[DerivedStep]:
    """Return the steps from the price to what is kept.

    They add up by construction: each left is the one before plus the amount.
    """
    steps: list[DerivedStep] = []
    left = 0
    for title, why, amount in _amounts(sale, lines):
        left += amount or 0
        money = None if amount is None else Money(amount, sale.currency)
        steps.append(DerivedStep(title, why, money, Money(left, sale.currency)))
    return steps


def name_of(line: LineMoney) -> str:
    """Return what a line is."""
    return _("Delivery") if line.is_shipping else line.title or _("Item")


def _amounts(
    sale: SaleMoney, lines: list[LineMoney]
) -> Iterator[tuple[str, str, int | None]]:
    for line in lines:
        yield _sold(line)
    if sale.vendor_discount:
        yield (
            _("Your own reduction"),
            _("You fund it, so commission is counted on what is left."),
            -sale.vendor_discount,
        )
    if sale.platform_discount:
        yield _("Points and vouchers"), _funding(sale), None
    for line in lines:
        if line.commission:
            title = _("Commission on %s") % name_of(line)
            yield title, _plan(line, sale.currency), -line.commission
    if sale.vat:
        yield _("VAT on the commission"), _vat(lines), -sale.vat
    yield from _returned(sale)


def _sold(line: LineMoney) -> tuple[str, str, int]:
    why = ""
    if line.quantity > 1:
        why = _("%(n)d pieces, as the buyer ordered them.") % {"n": line.quantity}
    return name_of(line), why, line.gross + line.vendor_discount


def _returned(sale: SaleMoney) -> Iterator[tuple[str, str, int]]:
    if not sale.refunded_gross:
        return
    yield (
        _("Refunded to the buyer"),
        _("To the card and, where points paid, in points."),
        -sale.refunded_gross,
    )
    back = sale.commission_back + sale.vat_back
    if back:
        yield (
            _("Commission and VAT given back"),
            _("In the same share as the refund."),
            back,
        )


def _funding(sale: SaleMoney) -> str:
    card, ours = (
        formats.amount(Money(minor, sale.currency))
        for minor in (sale.cash, sale.platform_discount)
    )
    return _("The card paid %(card)s, we paid %(ours)s. You lose nothing.") % {
        "card": card,
        "ours": ours,
    }


def _plan(line: LineMoney, currency: str) -> str:
    words: dict[str, object] = {
        "plan": line.plan,
        "version": line.plan_version,
        "gross": formats.amount(Money(line.gross, currency)),
    }
    if line.bps is None:
        return _("Plan %(plan)s, version %(version)s, frozen at the order.") % words
    words["percent"] = _percent(line.bps)
    return (
        _(
            "%(percent)s of %(gross)s. Plan “%(plan)s”, version %(version)s, frozen"
            " when the order was placed."
        )
        % words
    )


def _vat(lines: list[LineMoney]) -> str:
    for line in lines:
        if line.vat_bps:
            return _("%(percent)s, %(country)s.") % {
                "percent": _percent(line.vat_bps),
                "country": country_name(line.vat_country),
            }
    return ""


def _percent(bps: int) -> str:
    places = 0 if bps % _PERCENT == 0 else 2
    return f"{formats.number(bps / _PERCENT, places)}{formats.NO_BREAK}%"
