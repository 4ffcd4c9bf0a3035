"""What orders were given, and by whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from marketplace.core.money import Money, from_decimal
from marketplace.shop.order.models import Line
from marketplace.shop.promotions.models import Redemption, RedemptionShare
from marketplace.shop.promotions.words import giver_of, name_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """What a promotion gave to an order; `by_market` of it the sellers get from us."""

    title: str
    giver: str
    amount: Money
    by_market: Money

    @property
    def by_sellers(self) -> Money:
        """Return what of it the sellers gave themselves."""
        return self.amount - self.by_market

    @property
    def is_shared(self) -> bool:
        """Say whether both gave some of it."""
        return bool(self.by_market and self.by_sellers)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGifts:
    """All that an order was given, in the order in which it was taken.

    Amounts are minor units. What sellers gave has made their prices smaller already,
    what the platform gave has not.
    """

    gifts: tuple[Gift, ...]
    platform_minor: int
    vendor_items_minor: int
    vendor_delivery_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedPrice:
    """What a buyer agreed to pay for all pieces of a line, whoever pays the rest."""

    full: Money
    gifts: tuple[Gift, ...] = ()

    @property
    def due(self) -> Money:
        """Return what is to pay: the full price less what was given."""
        return sum((gift.amount for gift in self.gifts), self.full)

    @property
    def was(self) -> Money | None:
        """Return the full price where something was given."""
        return self.full if self.gifts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGift:
    """What a promotion gave on one line of an order, or on a delivery."""

    order_line_id: int | None
    title: str
    giver: str
    platform_minor: int
    vendor_minor: int


def gifts_of_order(order_id: int) -> OrderGifts:
    """Return what promotions gave to an order. One query."""
    rows = Redemption.objects.filter(order_id=order_id).annotate(
        delivery=Coalesce(
            Sum("shares__vendor_minor", filter=Q(shares__order_line__isnull=True)), 0
        )
    )
    found = list(rows.select_related("promotion__owner").order_by("pk"))
    delivery = sum(row.delivery for row in found)
    return OrderGifts(
        gifts=tuple(
            Gift(
                title=name_of(code=row.promotion.code, name=row.promotion.name),
                giver=_giver(row),
                amount=Money(-(row.platform_minor + row.vendor_minor), row.currency),
                by_market=Money(-row.platform_minor, row.currency),
            )
            for row in found
        ),
        platform_minor=sum(row.platform_minor for row in found),
        vendor_items_minor=sum(row.vendor_minor for row in found) - delivery,
        vendor_delivery_minor=delivery,
    )


def agreed_prices(lines: Iterable[Line], currency: str) -> dict[int, AgreedPrice]:
    """Map lines of orders to what was agreed to, as the checkout showed it. One query.

    A line's own price has what its seller gave taken off, and nothing of the market's.
    """
    rows = {line.pk: line for line in lines}
    shares = RedemptionShare.objects.filter(order_line__in=rows)
    gifts: dict[int | None, list[Gift]] = {key: [] for key in rows}
    for share in shares.select_related("redemption__promotion__owner").order_by(
        "redemption_id", "pk"
    ):
        gifts[share.order_line_id].append(_gift_of(share, currency))
    return {
        key: AgreedPrice(
            full=Money(
                from_decimal(line.line_price_before_discounts_incl_tax, currency),
                currency,
            ),
            gifts=tuple(gifts[key]),
        )
        for key, line in rows.items()
    }


def gifts_on_lines(*, order_id: int, partner_id: int) -> list[LineGift]:
    """Return what a seller's part of an order was given, line by line. One query."""
    shares = RedemptionShare.objects.filter(
        redemption__order_id=order_id, partner_id=partner_id
    )
    rows = shares.select_related("redemption__promotion__owner")
    return [
        LineGift(
            order_line_id=row.order_line_id,
            title=name_of(
                code=row.redemption.promotion.code, name=row.redemption.promotion.name
            ),
            giver=_giver(row.redemption),
            platform_minor=row.platform_minor,
            vendor_minor=row.vendor_minor,
        )
        for row in rows.order_by("redemption_id", "pk")
    ]


def _gift_of(share: RedemptionShare, currency: str) -> Gift:
    promotion = share.redemption.promotion
    return Gift(
        title=name_of(code=promotion.code, name=promotion.name),
        giver=_giver(share.redemption),
        amount=Money(-(share.platform_minor + share.vendor_minor), currency),
        by_market=Money(-share.platform_minor, currency),
    )


def _giver(row: Redemption) -> str:
    owner = row.promotion.owner
    return giver_of(
        platform_bps=row.promotion.platform_bps, seller=owner.name if owner else ""
    )
