"""Vouchers and campaigns are made, changed, stopped and shared; it is remembered."""

from datetime import datetime

from django.db import transaction

from marketplace.core.money import BASIS_POINTS
from marketplace.db import audit
from marketplace.flows.mail import Mail, post
from marketplace.shop.promotions.models import Promotion
from marketplace.shop.promotions.services import keeping
from marketplace.shop.promotions.services.keeping import (
    Draft,
    PromotionFixedError,
    PromotionRefusedError,
)

__all__ = [
    "Draft",
    "PromotionFixedError",
    "PromotionRefusedError",
    "answer_proposal",
    "change_promotion",
    "make_promotion",
    "stop_promotion",
]


@transaction.atomic
def make_promotion(*, draft: Draft, actor_id: int, now: datetime) -> Promotion:
    """Write a promotion; sellers who would pay a part of it get a mail.

    A form sent twice makes one. Raises PromotionRefusedError with the wrong field.
    """
    made = keeping.make(draft=draft, now=now)
    if made.created_at != now:
        return made
    audit.record("promotion.made", subject=made, actor_id=actor_id, now=now)
    _ask(made, now)
    return made


@transaction.atomic
def change_promotion(
    *, promotion: Promotion, draft: Draft, actor_id: int, now: datetime
) -> Promotion:
    """Give a promotion that has not begun other terms; sellers are asked anew.

    Raises PromotionFixedError once it has begun, PromotionRefusedError with the field
    that is wrong.
    """
    changed = keeping.change(promotion_id=promotion.pk, draft=draft, now=now)
    audit.record("promotion.changed", subject=changed, actor_id=actor_id, now=now)
    _ask(changed, now)
    return changed


@transaction.atomic
def stop_promotion(*, promotion: Promotion, actor_id: int, now: datetime) -> bool:
    """Let a promotion count for no further order; say whether that was news."""
    is_news = keeping.stop(promotion_id=promotion.pk, now=now)
    if is_news:
        audit.record("promotion.stopped", subject=promotion, actor_id=actor_id, now=now)
    return is_news


@transaction.atomic
def answer_proposal(
    *,
    promotion: Promotion,
    partner_id: int,
    accepts: bool,
    seen: str,
    actor_id: int,
    now: datetime,
) -> bool:
    """Note whether a seller shares a promotion of the market; say if that was news.

    Raises PromotionFixedError if it is over, or its terms are not those that were seen.
    """
    is_news = keeping.answer(
        promotion_id=promotion.pk,
        partner_id=partner_id,
        accepts=accepts,
        user_id=actor_id,
        seen=seen,
        now=now,
    )
    if is_news:
        audit.record(
            "promotion.accepted" if accepts else "promotion.declined",
            subject=promotion,
            actor_id=actor_id,
            details={"partner": partner_id},
            now=now,
        )
    return is_news


def _ask(promotion: Promotion, now: datetime) -> None:
    if promotion.owner_id is not None or promotion.platform_bps == BASIS_POINTS:
        return
    asked = promotion.sellers.order_by("pk").values_list("pk", flat=True)
    for answer_id in asked:
        post(Mail.PROMOTION_PROPOSED, answer=answer_id, now=now)
