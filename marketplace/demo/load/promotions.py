"""Vouchers and campaigns of every state, before anybody uses them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from marketplace.core.money import BASIS_POINTS
from marketplace.demo.content.reading import read
from marketplace.demo.load.people import People, owner_email
from marketplace.demo.load.shops import Shops
from marketplace.flows.keep_promotions import (
    Draft,
    answer_proposal,
    make_promotion,
    stop_promotion,
)
from marketplace.shop.catalogue.models import Category
from marketplace.shop.promotions.models import Promotion, PromotionSeller
from marketplace.shop.promotions.services.keeping import terms_mark

_DAYS_TO_THINK = 3


def write_promotions(
    shops: Shops, people: People, *, currency: str, now: datetime
) -> None:
    """Make each as its giver did, and let the shops that were asked answer."""
    shelves = dict(Category.objects.values_list("full_slug", "pk"))
    for text in read("promotions")["promotion"]:
        asked, shop = text.get("asked", {}), text.get("shop", "")
        starts_at = now + timedelta(days=text["starts"])
        made_at = min(now, starts_at) - timedelta(days=2 * _DAYS_TO_THINK)
        made = make_promotion(
            draft=Draft(
                owner_id=shops[shop].partner_id if shop else None,
                platform_bps=text.get("platform_bps", BASIS_POINTS),
                seller_ids=tuple(shops[handle].partner_id for handle in asked),
                category_id=shelves[text["category"]] if "category" in text else None,
                currency=currency,
                starts_at=starts_at,
                ends_at=_end(text, now),
                **_terms(text),
            ),
            actor_id=_maker(people, shop),
            now=made_at,
        )
        _answer(made, asked, shops, people, made_at + timedelta(days=_DAYS_TO_THINK))


def stop_promotions(people: People, *, now: datetime) -> None:
    """Stop those that were stopped, once the orders before are there."""
    for text in read("promotions")["promotion"]:
        if "stopped" in text:
            stop_promotion(
                promotion=Promotion.objects.get(code=text["code"]),
                actor_id=people.operator.pk,
                now=now + timedelta(days=text["stopped"]),
            )


def stops_at(code: str, *, now: datetime) -> datetime | None:
    """Return when a voucher was stopped, before it is."""
    for text in read("promotions")["promotion"]:
        if text.get("code") == code and "stopped" in text:
            return now + timedelta(days=text["stopped"])
    return None


def _maker(people: People, shop: str) -> int:
    maker = people.by_email[owner_email(shop)] if shop else people.operator
    return int(maker.pk)


def _terms(text: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": text["name"],
        "code": text.get("code", ""),
        "benefit": text["benefit"],
        "bps": text.get("bps", 0),
        "amount_minor": text.get("amount", 0),
        "most_minor": text.get("most"),
        "min_spend_minor": text.get("min_spend", 0),
        "is_first_order": text.get("is_first_order", False),
        "uses_total": text.get("uses_total"),
        "uses_per_buyer": text.get("uses_per_buyer"),
    }


def _end(text: Mapping[str, Any], now: datetime) -> datetime | None:
    return now + timedelta(days=text["ends"]) if "ends" in text else None


def _answer(
    made: Promotion,
    asked: Mapping[str, str],
    shops: Shops,
    people: People,
    moment: datetime,
) -> None:
    for handle, answer in asked.items():
        if answer == PromotionSeller.Answer.ASKED:
            continue
        answer_proposal(
            promotion=made,
            partner_id=shops[handle].partner_id,
            accepts=answer == PromotionSeller.Answer.ACCEPTED,
            seen=terms_mark(made),
            actor_id=people.by_email[owner_email(handle)].pk,
            now=moment,
        )
