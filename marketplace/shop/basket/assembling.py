"""Reckon a basket: delivery, discounts, tax, and what is in the way. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from marketplace.core.money import Money, minimum_charge
from marketplace.shop.basket.contents import Contents, Group, Line, Trouble
from marketplace.shop.promotions.reckoning import Discount, Piece, Reckoned, reckon
from marketplace.shop.promotions.terms import Terms
from marketplace.shop.shipping.quotes import Tariff, methods_for
from marketplace.shop.tax.included import tax_in, tax_in_charge


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The promotions that a basket may have, and the shelves that its products lie on.

    `shelves` names only shelves that a promotion is for.
    """

    terms: Sequence[Terms] = ()
    shelves: Mapping[int, frozenset[int]] = field(default_factory=dict)


def assemble(
    lines: Sequence[Line],
    *,
    currency: str,
    tariffs: Mapping[int, Sequence[Tariff]],
    tax_rates: Mapping[str, int],
    choices: Mapping[int, str],
    offered: Offered | None = None,
) -> Contents:
    """Group lines by seller and reckon delivery, discounts, tax and troubles.

    `choices` maps sellers to the code of a way of delivery; the seller's usual way
    stands where there is none, or an unknown one.
    """
    by_seller: dict[int, list[Line]] = {}
    for line in lines:
        by_seller.setdefault(line.seller.id, []).append(line)
    groups = [
        _group(
            found,
            currency=currency,
            tariffs=tariffs.get(seller_id, ()),
            wanted=choices.get(seller_id, ""),
        )
        for seller_id, found in by_seller.items()
    ]
    reckoned = Reckoned()
    if offered is not None and offered.terms:
        reckoned = reckon(
            offered.terms,
            pieces_of(groups, offered.shelves),
            currency=currency,
            least_minor=minimum_charge(currency),
        )
        groups = _discounted(groups, reckoned.discounts)
    taxed = tuple(_taxed(group, tax_rates) for group in groups)
    return Contents(
        currency=currency,
        groups=taxed,
        troubles=_troubles(taxed, currency),
        discounts=reckoned.discounts,
        refusals=reckoned.refusals,
    )


def pieces_of(
    groups: Iterable[Group], shelves: Mapping[int, frozenset[int]]
) -> list[Piece]:
    """Return what promotions look at: each seller's lines, then their delivery."""
    pieces = []
    for group in groups:
        for line in group.lines:
            counts = line.price.currency == group.items.currency
            pieces.append(
                Piece(
                    seller_id=group.seller.id,
                    minor=line.total.minor if counts else 0,
                    categories=shelves.get(line.product_id, frozenset()),
                )
            )
        pieces.append(
            Piece(
                seller_id=group.seller.id,
                minor=group.shipping.minor,
                is_delivery=True,
            )
        )
    return pieces


def _discounted(groups: Sequence[Group], discounts: Iterable[Discount]) -> list[Group]:
    """Put what was given to the lines and deliveries that it was given on."""
    given: dict[int, tuple[int, int]] = {}
    for share in (share for one in discounts for share in one.shares):
        vendor, platform = given.get(share.index, (0, 0))
        given[share.index] = (
            vendor + share.vendor_minor,
            platform + share.platform_minor,
        )
    index, found = 0, []
    for group in groups:
        lines = []
        for line in group.lines:
            vendor, platform = given.get(index, (0, 0))
            lines.append(
                replace(
                    line,
                    vendor_discount_minor=vendor,
                    platform_discount_minor=platform,
                )
            )
            index += 1
        vendor, platform = given.get(index, (0, 0))
        index += 1
        found.append(
            replace(
                group,
                lines=tuple(lines),
                shipping_vendor_discount_minor=vendor,
                shipping_platform_discount_minor=platform,
            )
        )
    return found


def _group(
    lines: Sequence[Line],
    *,
    currency: str,
    tariffs: Iterable[Tariff],
    wanted: str,
) -> Group:
    items_minor = sum(
        line.total.minor for line in lines if line.price.currency == currency
    )
    methods = methods_for(
        tariffs,
        currency=currency,
        quantity=sum(line.quantity for line in lines),
        items_minor=items_minor,
        dispatch_on=max(line.dispatch_on for line in lines),
    )
    usual = methods[0] if methods else None
    return Group(
        seller=lines[0].seller,
        lines=tuple(lines),
        methods=methods,
        chosen=next((one for one in methods if one.code == wanted), usual),
        items=Money(items_minor, currency),
    )


def _taxed(group: Group, tax_rates: Mapping[str, int]) -> Group:
    """Reckon the tax in what the seller sells for."""
    currency = group.items.currency
    sold = [
        (line.tax_class, line.sold_minor if line.price.currency == currency else 0)
        for line in group.lines
    ]
    return replace(
        group,
        item_taxes_minor=tuple(tax_in(total, tax_rates[name]) for name, total in sold),
        shipping_tax_minor=tax_in_charge(group.shipping_sold.minor, sold, tax_rates),
    )


def _troubles(groups: Iterable[Group], currency: str) -> dict[int, Trouble]:
    found = {
        line.id: _trouble(line, group, currency)
        for group in groups
        for line in group.lines
    }
    return {line_id: trouble for line_id, trouble in found.items() if trouble}


def _trouble(line: Line, group: Group, currency: str) -> Trouble | None:
    checks = (
        (line.is_seller_open, Trouble.SELLER_CLOSED),
        (line.is_listed, Trouble.GONE),
        (line.price.currency == currency, Trouble.OTHER_CURRENCY),
        (line.available >= line.min_quantity, Trouble.SOLD_OUT),
        (line.quantity <= line.available, Trouble.TOO_MANY),
        (line.quantity >= line.min_quantity, Trouble.TOO_FEW),
        (line.quantity <= (line.max_quantity or line.quantity), Trouble.OVER_LIMIT),
        (bool(group.methods), Trouble.NO_DELIVERY),
    )
    return next((trouble for is_fine, trouble in checks if not is_fine), None)
