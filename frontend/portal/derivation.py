"""How the price of an order became what its seller keeps, to the cent."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend import formats
from frontend.countries import country_name
from marketplace.core.money import Money
from payouts.models import LineKind, Settlement, SettlementLine

_PERCENT = 100


@dataclass(frozen=True, slots=True)
class DerivedStep:
    """A step: what happened, its amount, what is left after it."""

    title: str
    why: str
    amount: Money | None
    left: Money


def derive(settlement: Settlement) -> list[DerivedStep]:
    """Return the steps from the price to what is kept; two queries.

    They add up by construction: each left is the one before plus the amount.
    """
    lines = list(settlement.lines.select_related("oscar_line").order_by("pk"))
    steps: list[DerivedStep] = []
    left = 0
    for title, why, amount in _amounts(settlement, lines):
        left += amount or 0
        money = None if amount is None else Money(amount, settlement.currency)
        steps.append(DerivedStep(title, why, money, Money(left, settlement.currency)))
    return steps


def _amounts(
    settlement: Settlement, lines: list[SettlementLine]
) -> Iterator[tuple[str, str, int | None]]:
    for line in lines:
        yield _sold(line)
    given = settlement.vendor_discount_minor
    if given:
        yield (
            _("Your own reduction"),
            _("You fund it, so commission is counted on what is left."),
            -given,
        )
    if settlement.platform_discount_minor:
        yield _("Points and vouchers"), _funding(settlement), None
    for line in lines:
        if line.commission_minor:
            yield (
                _("Commission on %s") % _name(line),
                _plan(line),
                (-line.commission_minor),
            )
    if settlement.commission_vat_minor:
        yield (
            _("VAT on the commission"),
            _vat(lines),
            -settlement.commission_vat_minor,
        )
    yield from _returned(settlement)


def _sold(line: SettlementLine) -> tuple[str, str, int]:
    why = ""
    if line.quantity > 1:
        why = _("%(n)d pieces, as the buyer ordered them.") % {"n": line.quantity}
    return _name(line), why, line.gross_minor + line.vendor_discount_minor


def _returned(settlement: Settlement) -> Iterator[tuple[str, str, int]]:
    if not settlement.refunded_gross_minor:
        return
    yield (
        _("Refunded to the buyer"),
        _("To the card and, where points paid, in points."),
        -settlement.refunded_gross_minor,
    )
    back = settlement.commission_back_minor + settlement.vat_back_minor
    if back:
        yield (
            _("Commission and VAT given back"),
            _("In the same share as the refund."),
            back,
        )


def _funding(settlement: Settlement) -> str:
    card, ours = (
        formats.amount(Money(minor, settlement.currency))
        for minor in (settlement.cash_minor, settlement.platform_discount_minor)
    )
    return _("The card paid %(card)s, we paid %(ours)s. You lose nothing.") % {
        "card": card,
        "ours": ours,
    }


def _plan(line: SettlementLine) -> str:
    snapshot = line.plan_snapshot
    words = {
        "plan": snapshot.get("plan", ""),
        "version": line.plan_version,
        "gross": formats.amount(Money(line.gross_minor, line.settlement.currency)),
    }
    bps = snapshot.get("bps")
    if bps is None:
        return _("Plan %(plan)s, version %(version)s, frozen at the order.") % words
    places = 0 if bps % _PERCENT == 0 else 2
    words["percent"] = formats.number(bps / _PERCENT, places)
    return (
        _(
            "%(percent)s\N{NO-BREAK SPACE}%% of %(gross)s. Plan “%(plan)s”, version"
            " %(version)s, frozen when the order was placed."
        )
        % words
    )


def _vat(lines: list[SettlementLine]) -> str:
    for line in lines:
        bps, country = (
            line.plan_snapshot.get(key) for key in ("vat_bps", "vat_country")
        )
        if bps:
            places = 0 if bps % _PERCENT == 0 else 2
            return _("%(percent)s\N{NO-BREAK SPACE}%%, %(country)s.") % {
                "percent": formats.number(bps / _PERCENT, places),
                "country": country_name(country or ""),
            }
    return ""


def _name(line: SettlementLine) -> str:
    if line.kind == LineKind.SHIPPING:
        return _("Delivery")
    return line.oscar_line.title if line.oscar_line else _("Item")
