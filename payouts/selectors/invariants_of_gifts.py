"""What must always be true of vouchers and campaigns: they are what lines were given.

Each pair is an invariant and its query; docs/algorithms/ledger.md explains them.
"""

# Only of orders that have promotions: books may be fed without any (a replayed market).
_ON_LINES = """
    SELECT format('line %s was given {%s %s} by its seller and {%s %3$s} by the '
        'platform, its promotions say {%5$s %3$s} and {%6$s %3$s}', line.id,
        line.vendor_discount_minor, settlement.currency,
        line.platform_discount_minor - line.points_minor,
        COALESCE(given.vendor, 0), COALESCE(given.platform, 0))
    FROM (SELECT DISTINCT order_id FROM promotions_redemption) AS concerned
    JOIN payouts_settlement AS settlement USING (order_id)
    JOIN vendors_vendor AS vendor ON vendor.id = settlement.vendor_id
    JOIN payouts_settlementline AS line ON line.settlement_id = settlement.id
    LEFT JOIN LATERAL (
        SELECT sum(share.vendor_minor) AS vendor, sum(share.platform_minor) AS platform
        FROM promotions_redemptionshare AS share
        JOIN promotions_redemption AS redemption ON redemption.id = share.redemption_id
        WHERE redemption.order_id = settlement.order_id
            AND share.partner_id = vendor.partner_id
            AND share.order_line_id IS NOT DISTINCT FROM line.oscar_line_id
    ) AS given ON true
    WHERE (COALESCE(given.vendor, 0), COALESCE(given.platform, 0))
        <> (line.vendor_discount_minor,
            line.platform_discount_minor - line.points_minor)
"""
_IN_ALL = """
    SELECT format('promotion %s of order %s gave {%s %s} and {%5$s %4$s}, its shares '
        '{%6$s %4$s} and {%7$s %4$s}', redemption.promotion_id, redemption.order_id,
        redemption.platform_minor, redemption.currency, redemption.vendor_minor,
        COALESCE(sum(share.platform_minor), 0),
        COALESCE(sum(share.vendor_minor), 0))
    FROM promotions_redemption AS redemption
    LEFT JOIN promotions_redemptionshare AS share
        ON share.redemption_id = redemption.id
    GROUP BY redemption.id
    HAVING (redemption.platform_minor, redemption.vendor_minor)
        <> (COALESCE(sum(share.platform_minor), 0),
            COALESCE(sum(share.vendor_minor), 0))
"""
_USES = """
    SELECT format('promotion %s counts %s uses, %s orders have it', promotion.id,
        promotion.uses, COALESCE(living.many, 0))
    FROM promotions_promotion AS promotion
    LEFT JOIN (
        SELECT promotion_id, count(*) AS many
        FROM promotions_redemption WHERE released_at IS NULL GROUP BY promotion_id
    ) AS living ON living.promotion_id = promotion.id
    WHERE promotion.uses_total IS NOT NULL
        AND promotion.uses <> COALESCE(living.many, 0)
"""
GIFTS = (
    ("I10", _ON_LINES),
    ("I10", _IN_ALL),
    ("I10", _USES),
)
