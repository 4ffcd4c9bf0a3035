"""What an order takes of promotions: held while it is unpaid, given back if it dies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from marketplace.shop.promotions.models import (
    Promotion,
    Redemption,
    RedemptionShare,
)
from marketplace.shop.promotions.reckoning import Discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a piece of a basket became: a line of an order, or a seller's delivery."""

    partner_id: int
    order_line_id: int | None


def redeem(
    *,
    order_id: int,
    currency: str,
    discounts: Sequence[Discount],
    places: Sequence[Place],
    now: datetime,
) -> None:
    """Write what promotions gave to an order, and count its use.

    `places` stand as the pieces did when the discounts were reckoned. The caller holds
    the locks of `selectors.applying.lock_terms_of`; the database refuses one use more
    than a promotion has. Three statements, none without discounts.
    """
    if not discounts:
        return
    rows = Redemption.objects.bulk_create(
        Redemption(
            promotion_id=one.terms.id,
            order_id=order_id,
            currency=currency,
            platform_minor=one.platform_minor,
            vendor_minor=one.vendor_minor,
            created_at=now,
        )
        for one in discounts
    )
    RedemptionShare.objects.bulk_create(
        RedemptionShare(
            redemption=row,
            partner_id=places[share.index].partner_id,
            order_line_id=places[share.index].order_line_id,
            platform_minor=share.platform_minor,
            vendor_minor=share.vendor_minor,
        )
        for row, one in zip(rows, discounts, strict=True)
        for share in one.shares
    )
    counted = Promotion.objects.filter(
        pk__in=[one.terms.id for one in discounts], uses_total__isnull=False
    )
    counted.update(uses=F("uses") + 1)


def release(*, order_id: int, now: datetime) -> None:
    """Give the uses of an order back that was not paid; a second call changes nothing.

    Locks the redemptions, then the promotions with a limit, by primary key.
    """
    held = Redemption.objects.select_for_update(no_key=True).filter(
        order_id=order_id, released_at__isnull=True
    )
    ids = list(held.order_by("promotion_id").values_list("promotion_id", flat=True))
    if not ids:
        return
    counted = Promotion.objects.filter(pk__in=ids, uses_total__isnull=False)
    list(counted.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    counted.update(uses=F("uses") - 1)
    Redemption.objects.filter(order_id=order_id, promotion_id__in=ids).update(
        released_at=now
    )
