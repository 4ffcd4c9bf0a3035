"""Which promotions a basket has, as terms that `reckoning` understands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet

from marketplace.accounts.addresses import is_address
from marketplace.shop.order.models import Order
from marketplace.shop.promotions.models import (
    BasketVoucher,
    Promotion,
    PromotionSeller,
    Redemption,
)
from marketplace.shop.promotions.terms import Benefit, Obstacle, Terms

# Oscar's tree keeps a path for each category; a prefix of it is an ancestor.
_SHELVES = """
SELECT product.id, ancestor.id
FROM catalogue_product AS product
JOIN catalogue_productcategory AS placed
    ON placed.product_id = COALESCE(product.parent_id, product.id)
JOIN catalogue_category AS category ON category.id = placed.category_id
JOIN catalogue_category AS ancestor ON starts_with(category.path, ancestor.path)
WHERE product.id = ANY(%s) AND ancestor.id = ANY(%s)
"""
_DEAD = (Order.EXPIRED, Order.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """Whose earlier orders count: an account, or a guest's e-mail."""

    user_id: int | None
    email: str = ""


def running_campaigns(now: datetime) -> QuerySet[Promotion]:
    """Return the campaigns of a moment, whoever takes part."""
    running = Promotion.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        code="",
        stopped_at__isnull=True,
        starts_at__lte=now,
    )
    return running.order_by("pk")


def open_campaigns(now: datetime) -> list[tuple[Promotion, Terms]]:
    """Return the campaigns that count for everybody now, with their terms.

    Not those for a first order or once for each buyer: who looks at a product may be
    anybody. At most two queries.
    """
    running = running_campaigns(now).filter(
        is_first_order=False, uses_per_buyer__isnull=True
    )
    rows = _read(list(running.values_list("pk", flat=True)))
    return [(row, _as_term(row)) for row in rows if not obstacle_of(row, now=now)]


def campaign_ids(now: datetime) -> ArraySubquery:
    """Return the ids of running campaigns, to be read along with something else."""
    return ArraySubquery(running_campaigns(now).values("pk"))


def voucher_ids(basket_id: int) -> ArraySubquery:
    """Return the ids of entered vouchers, to be read along with something else."""
    entered = BasketVoucher.objects.filter(basket_id=basket_id)
    return ArraySubquery(entered.order_by("promotion_id").values("promotion_id"))


def terms_of(
    promotion_ids: Collection[int], *, claimant: Claimant, now: datetime
) -> list[Terms]:
    """Return the terms of promotions for somebody, each with what stands in the way.

    Asks nothing without ids; otherwise one to three queries.
    """
    return _as_terms(_read(promotion_ids), claimant, now)


def lock_terms_of(
    promotion_ids: Collection[int], *, claimant: Claimant, now: datetime
) -> list[Terms]:
    """Return the same, while those with limits are locked: nobody uses them meanwhile.

    Locks by primary key. Asks nothing without ids.
    """
    rows = _read(promotion_ids)
    limited = [row.pk for row in rows if row.is_limited]
    if limited:
        # Unlimited ones are shared by all orders of a day: a lock would line those up.
        promotions = Promotion.objects.filter(pk__in=limited).order_by("pk")
        list(promotions.select_for_update(no_key=True).values_list("pk"))
        # Who came before may have taken the last use.
        rows = _read(promotion_ids)
    return _as_terms(rows, claimant, now)


def _read(promotion_ids: Collection[int]) -> list[Promotion]:
    """Return promotions by key, each with `takers`: the partners who take part."""
    if not promotion_ids:
        return []
    accepted = PromotionSeller.objects.filter(
        promotion=OuterRef("pk"), answer=PromotionSeller.Answer.ACCEPTED
    )
    takers = ArraySubquery(accepted.values("partner_id"))
    rows = Promotion.objects.filter(pk__in=promotion_ids).annotate(takers=takers)
    return list(rows.order_by("pk"))


def terms_as_made(promotion_ids: Collection[int]) -> list[Terms]:
    """Return the terms of promotions, whatever stands in the way. One query."""
    return [_as_term(row) for row in _read(promotion_ids)]


def shelves_of(
    product_ids: Collection[int], terms: Collection[Terms]
) -> dict[int, frozenset[int]]:
    """Map products to the shelves named by terms that they lie on, at any depth.

    Asks nothing where no terms name a shelf.
    """
    named = sorted({one.category_id for one in terms if one.category_id is not None})
    if not named or not product_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SHELVES, [sorted(product_ids), named])
        found: dict[int, set[int]] = {}
        for product_id, category_id in cursor.fetchall():
            found.setdefault(product_id, set()).add(category_id)
    return {product_id: frozenset(ids) for product_id, ids in found.items()}


def obstacle_of(promotion: Promotion, *, now: datetime) -> Obstacle | None:
    """Return what stands in the way of a promotion for everybody."""
    if promotion.stopped_at is not None and promotion.stopped_at <= now:
        return Obstacle.ENDED
    if promotion.starts_at > now:
        return Obstacle.NOT_YET
    if promotion.ends_at is not None and promotion.ends_at <= now:
        return Obstacle.ENDED
    if promotion.uses_total is not None and promotion.uses >= promotion.uses_total:
        return Obstacle.USED_UP
    return None


def _as_terms(rows: list[Promotion], claimant: Claimant, now: datetime) -> list[Terms]:
    used = _used_by(claimant, [row.pk for row in rows if row.uses_per_buyer])
    is_new = not any(row.is_first_order for row in rows) or _is_new(claimant)
    return [
        _as_term(
            row,
            obstacle=obstacle_of(row, now=now)
            or _personal(row, used.get(row.pk, 0), claimant, is_new=is_new),
        )
        for row in rows
    ]


def _as_term(row: Any, *, obstacle: Obstacle | None = None) -> Terms:
    if row.owner_id is not None:
        scope: Collection[int] | None = frozenset({row.owner_id})
    else:
        scope = None if row.is_for_all else frozenset(row.takers)
    return Terms(
        id=row.pk,
        public_id=row.public_id,
        code=row.code,
        name=row.name,
        benefit=Benefit(row.benefit),
        currency=row.currency,
        bps=row.bps,
        amount_minor=row.amount_minor,
        most_minor=row.most_minor,
        min_spend_minor=row.min_spend_minor,
        platform_bps=row.platform_bps,
        owner_id=row.owner_id,
        sellers=scope,
        category_id=row.category_id,
        starts_at=row.starts_at,
        obstacle=obstacle,
    )


def _personal(
    row: Promotion, used: int, claimant: Claimant, *, is_new: bool
) -> Obstacle | None:
    # A guest is known only at the end: what counts by itself must not vanish there.
    is_for_accounts = row.is_first_order or row.uses_per_buyer is not None
    if is_for_accounts and not row.code and claimant.user_id is None:
        return Obstacle.NOT_FIRST_ORDER
    if row.uses_per_buyer is not None and used >= row.uses_per_buyer:
        return Obstacle.USED_BEFORE
    if row.is_first_order and not is_new:
        return Obstacle.NOT_FIRST_ORDER
    return None


def _used_by(claimant: Claimant, promotion_ids: list[int]) -> dict[int, int]:
    """Return how often somebody's living orders have promotions."""
    own = _orders_of(claimant, prefix="order__")
    if not promotion_ids or own is None:
        return {}
    rows = Redemption.objects.filter(
        own, promotion_id__in=promotion_ids, released_at__isnull=True
    )
    counted = rows.values("promotion_id").annotate(many=Count("pk")).order_by()
    return dict(counted.values_list("promotion_id", "many"))


def _is_new(claimant: Claimant) -> bool:
    """Say whether somebody has no order, paid or still to be paid."""
    own = _orders_of(claimant)
    return (
        own is None or not Order.objects.filter(own).exclude(status__in=_DEAD).exists()
    )


def _orders_of(claimant: Claimant, prefix: str = "") -> Q | None:
    if claimant.user_id is None and not claimant.email:
        return None
    own = Q(pk__in=[])
    if claimant.user_id is not None:
        own |= Q(**{f"{prefix}user_id": claimant.user_id})
    if claimant.email:
        as_guest = Q(is_address(f"{prefix}guest_email", claimant.email))
        own |= as_guest & Q(**{f"{prefix}user_id__isnull": True})
    return own
