"""What vouchers and campaigns have cost whom, after what was given back."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from marketplace.core.viewer import Viewer
from payouts.selectors.access import sees_all


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionCost:
    """What a promotion gave on paid orders, and what of it came back, in minor units.

    It comes back with a refund: to the platform by the frozen shares, to a seller in
    the part in which the sale was undone.
    """

    platform_minor: int = 0
    vendor_minor: int = 0
    platform_back_minor: int = 0
    vendor_back_minor: int = 0

    @property
    def platform_cost_minor(self) -> int:
        """Return what the platform has paid so far."""
        return self.platform_minor - self.platform_back_minor

    @property
    def vendor_cost_minor(self) -> int:
        """Return what sellers have paid so far."""
        return self.vendor_minor - self.vendor_back_minor


# A line may have several promotions. What came back of it is theirs in the shares in
# which they gave, rounded at each running sum: so the parts add up to what came back.
_COSTS = """
WITH concerned AS (
    SELECT DISTINCT order_id FROM promotions_redemption
    WHERE promotion_id = ANY(%(promotions)s) AND released_at IS NULL
), given AS (
    SELECT share.id, redemption.promotion_id, share.partner_id, line.id AS line_id,
        share.platform_minor AS platform, share.vendor_minor AS vendor,
        line.refunded_gross_minor - line.refunded_cash_minor
            - line.refunded_points_minor AS platform_back,
        line.platform_discount_minor - line.points_minor AS platform_whole,
        line.vendor_discount_minor AS vendor_whole,
        CASE WHEN line.gross_minor > 0
            THEN line.refunded_gross_minor::numeric / line.gross_minor
            WHEN settlement.state = 'cancelled' THEN 1 ELSE 0 END AS undone
    FROM concerned
    JOIN promotions_redemption AS redemption USING (order_id)
    JOIN promotions_redemptionshare AS share ON share.redemption_id = redemption.id
    JOIN payouts_settlement AS settlement
        ON settlement.order_id = redemption.order_id AND settlement.paid_at IS NOT NULL
    JOIN vendors_vendor AS vendor
        ON vendor.id = settlement.vendor_id AND vendor.partner_id = share.partner_id
    JOIN payouts_settlementline AS line ON line.settlement_id = settlement.id
        AND (line.oscar_line_id = share.order_line_id
            OR (share.order_line_id IS NULL AND line.kind = 'shipping'))
), running AS (
    SELECT *, sum(platform) OVER before AS platform_upto,
        sum(vendor) OVER before AS vendor_upto,
        round(vendor_whole * undone) AS vendor_back
    FROM given WINDOW before AS (PARTITION BY line_id ORDER BY id)
)
SELECT promotion_id, sum(platform), sum(vendor),
    sum(CASE WHEN platform_whole > 0 THEN
        round(platform_back::numeric * platform_upto / platform_whole)
        - round(platform_back::numeric * (platform_upto - platform) / platform_whole)
        ELSE 0 END),
    sum(CASE WHEN vendor_whole > 0 THEN
        round(vendor_back * vendor_upto / vendor_whole)
        - round(vendor_back * (vendor_upto - vendor) / vendor_whole)
        ELSE 0 END)
FROM running
WHERE promotion_id = ANY(%(promotions)s)
    AND (%(partner)s::bigint IS NULL OR partner_id = %(partner)s)
GROUP BY promotion_id
"""


def promotion_costs(
    viewer: Viewer,
    promotion_ids: Collection[int],
    *,
    partner_id: int | None = None,
) -> dict[int, PromotionCost]:
    """Map promotions to what they cost on paid orders so far. One query.

    Of all sellers for those who look after the platform's money; with `partner_id` of
    one shop alone, for those who work there too. Empty for everybody else.
    """
    is_seen = partner_id is not None and viewer.role_in(partner_id) is not None
    if not promotion_ids or not (is_seen or sees_all(viewer)):
        return {}
    asked = {"promotions": sorted(promotion_ids), "partner": partner_id}
    with connection.cursor() as cursor:
        cursor.execute(_COSTS, asked)
        return {
            row[0]: PromotionCost(
                platform_minor=int(row[1]),
                vendor_minor=int(row[2]),
                platform_back_minor=int(row[3]),
                vendor_back_minor=int(row[4]),
            )
            for row in cursor.fetchall()
        }
