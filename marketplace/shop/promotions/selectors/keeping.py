"""Promotions as those who keep them see them: the office, and the shops."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from marketplace.core.money import BASIS_POINTS
from marketplace.core.viewer import OperatorPermission, SellerRole, Viewer
from marketplace.shop.promotions.models import (
    Promotion,
    PromotionSeller,
    Redemption,
    RedemptionShare,
)
from marketplace.shop.promotions.selectors.applying import obstacle_of
from marketplace.shop.promotions.terms import Obstacle

Answer = PromotionSeller.Answer


class State(StrEnum):
    """Where a promotion stands."""

    WAITING = "waiting"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    USED_UP = "used_up"
    ENDED = "ended"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPromotion:
    """A promotion with its state, and the orders that have it.

    `orders` counts those of the shop that looks, where a shop does. `answer` is that
    shop's, if it was asked to share it.
    """

    promotion: Promotion
    state: State
    orders: int
    has_begun: bool
    answer: PromotionSeller | None = None

    @property
    def can_be_changed(self) -> bool:
        """Say whether other terms may still be given to it."""
        return not self.has_begun and self.state != State.STOPPED

    @property
    def can_be_stopped(self) -> bool:
        """Say whether it may still count for somebody."""
        return self.state not in {State.ENDED, State.STOPPED}


def is_keeper(viewer: Viewer) -> bool:
    """Say whether the viewer keeps the market's promotions."""
    return viewer.may(OperatorPermission.FINANCE)


def promotions_of_market(viewer: Viewer) -> QuerySet[Promotion]:
    """Return all promotions, sellers' own too, the newest first; none for others."""
    rows = Promotion.objects.select_related("owner", "category")
    rows = rows.annotate(
        orders_with_it=_living_orders(),
        taking_part=_counted(
            PromotionSeller.objects.filter(answer=Answer.ACCEPTED), "promotion", "pk"
        ),
    )
    found = rows.order_by("-starts_at", "-pk")
    return found if is_keeper(viewer) else found.none()


def promotions_of_shop(viewer: Viewer, partner_id: int) -> QuerySet[Promotion]:
    """Return a shop's own promotions and those it was asked to share, newest first."""
    if not viewer.works_on(partner_id, SellerRole.CATALOGUE, SellerRole.FINANCE):
        return Promotion.objects.none()
    asked = PromotionSeller.objects.filter(
        promotion=OuterRef("pk"), partner_id=partner_id
    )
    rows = Promotion.objects.filter(
        Q(owner_id=partner_id)
        | Q(Exists(asked), owner__isnull=True, platform_bps__lt=BASIS_POINTS)
    )
    rows = rows.select_related("owner", "category")
    return rows.annotate(
        orders_with_it=_living_orders(partner_id),
    ).order_by("-starts_at", "-pk")


def kept(
    row: Promotion, *, now: datetime, answer: PromotionSeller | None = None
) -> KeptPromotion:
    """Return a row of the two selectors above with its state."""
    return KeptPromotion(
        promotion=row,
        state=state_of(row, now=now, answer=answer),
        orders=getattr(row, "orders_with_it", 0),
        has_begun=row.starts_at <= now,
        answer=answer,
    )


def state_of(
    row: Promotion, *, now: datetime, answer: PromotionSeller | None = None
) -> State:
    """Return where a promotion stands; for the shop that gave `answer`, where it is."""
    obstacle = obstacle_of(row, now=now)
    if row.stopped_at is not None and row.stopped_at <= now:
        return State.STOPPED
    if obstacle == Obstacle.ENDED:
        return State.ENDED
    if obstacle == Obstacle.USED_UP:
        return State.USED_UP
    if row.owner_id is None and not row.is_for_all and _waits(row, answer):
        return State.WAITING
    return State.SCHEDULED if obstacle == Obstacle.NOT_YET else State.RUNNING


def answers_of_shop(
    partner_id: int, promotions: list[Promotion]
) -> dict[int, PromotionSeller]:
    """Map promotions to what a shop answered. One query."""
    rows = PromotionSeller.objects.filter(
        partner_id=partner_id, promotion__in=promotions
    )
    return {row.promotion_id: row for row in rows}


def orders_with(
    promotion: Promotion, *, partner_id: int | None
) -> QuerySet[Redemption]:
    """Return the orders that have a promotion, the newest first.

    With a shop, its orders alone, and what was given on its things: `ours_minor` by the
    platform, `theirs_minor` by the shop.
    """
    rows = Redemption.objects.filter(promotion=promotion)
    if partner_id is not None:
        is_theirs = Q(shares__partner_id=partner_id)
        rows = rows.filter(is_theirs).annotate(
            ours_minor=Sum("shares__platform_minor", filter=is_theirs),
            theirs_minor=Sum("shares__vendor_minor", filter=is_theirs),
        )
    return rows.select_related("order").order_by("-created_at", "-pk")


def _waits(row: Promotion, answer: PromotionSeller | None) -> bool:
    if answer is not None:
        return answer.answer != Answer.ACCEPTED
    return getattr(row, "taking_part", 0) == 0


def _living_orders(partner_id: int | None = None) -> Coalesce:
    if partner_id is None:
        living = Redemption.objects.filter(released_at__isnull=True)
        return _counted(living, "promotion", "pk")
    shares = RedemptionShare.objects.filter(
        redemption__released_at__isnull=True, partner_id=partner_id
    )
    return _counted(shares, "redemption__promotion", "redemption")


def _counted(rows: QuerySet[Any], of: str, what: str) -> Coalesce:
    """Count rows for each promotion in a question of its own: joins would multiply."""
    own = rows.filter(**{of: OuterRef("pk")}).order_by().values(of)
    counted = own.annotate(many=Count(what, distinct=True)).values("many")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
