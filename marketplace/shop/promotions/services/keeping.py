"""Make, change, stop promotions; ask sellers to share one, and take their answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import BASIS_POINTS
from marketplace.shop.promotions.models import Promotion, PromotionSeller
from marketplace.shop.promotions.terms import (
    CODE_PATTERN,
    LONGEST_CODE,
    SHORTEST_CODE,
    plain_code,
)

Answer = PromotionSeller.Answer
Benefit = Promotion.Benefit


class PromotionRefusedError(RefusedError):
    """A promotion cannot be like this; `field` names what is wrong with it."""

    code = "promotion.refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class PromotionFixedError(RefusedError):
    """It is too late to change that."""

    code = "promotion.fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A promotion as somebody wants it; see `models.Promotion` for the units.

    `owner_id` is the partner of a seller's own, None for the market's. `seller_ids` are
    the partners that the market wants to take part; none of them means all, which only
    the platform may pay.
    """

    name: str
    code: str = ""
    owner_id: int | None = None
    benefit: str
    bps: int = 0
    amount_minor: int = 0
    most_minor: int | None = None
    currency: str
    min_spend_minor: int = 0
    category_id: int | None = None
    platform_bps: int = BASIS_POINTS
    seller_ids: tuple[int, ...] = ()
    is_first_order: bool = False
    uses_total: int | None = None
    uses_per_buyer: int | None = None
    starts_at: datetime
    ends_at: datetime | None = None
    press: UUID | None = None


@transaction.atomic
def make(*, draft: Draft, now: datetime) -> Promotion:
    """Write a promotion; sellers who would share it are asked.

    The same `press` makes it once and is then answered with what it made. Raises
    PromotionRefusedError with the field that is wrong; then nothing is written.
    """
    if (known := _made_before(draft)) is not None:
        return known
    _check(draft, now)
    _check_code(draft, but=None)
    made = Promotion(**_columns(draft), press=draft.press, created_at=now)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        # Somebody was faster: the other click of the same form, or with the same code.
        if (known := _made_before(draft)) is not None:
            return known
        _check_code(draft, but=None)
        raise PromotionRefusedError(
            _("This form was sent before. Load the page anew and fill it in again.")
        ) from error
    _write_sellers(made, draft, now)
    return made


def _made_before(draft: Draft) -> Promotion | None:
    if draft.press is None:
        return None
    known = Promotion.objects.filter(press=draft.press, owner_id=draft.owner_id)
    return known.first()


@transaction.atomic
def change(*, promotion_id: int, draft: Draft, now: datetime) -> Promotion:
    """Give other terms to a promotion that has not begun; sellers are asked anew.

    Locks the promotion. Raises PromotionFixedError once it has begun or was stopped,
    PromotionRefusedError with the field that is wrong.
    """
    row = _lock(promotion_id)
    if row.starts_at <= now or row.stopped_at is not None:
        raise PromotionFixedError(
            _("It has begun, so its terms are final. Stop it and make another.")
        )
    _check(draft, now)
    _check_code(draft, but=row)
    for name, value in _columns(draft).items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _code_is_taken() from error
    row.sellers.all().delete()
    _write_sellers(row, draft, now)
    return row


@transaction.atomic
def stop(*, promotion_id: int, now: datetime) -> bool:
    """Let a promotion count for no further order; say whether that was news.

    Orders that have it keep it. Locks the promotion.
    """
    row = _lock(promotion_id)
    if row.stopped_at is not None or (row.ends_at is not None and row.ends_at <= now):
        return False
    row.stopped_at = now
    row.save(update_fields=["stopped_at"])
    return True


@transaction.atomic
def answer(
    *,
    promotion_id: int,
    partner_id: int,
    accepts: bool,
    user_id: int,
    seen: str,
    now: datetime,
) -> bool:
    """Note whether a seller shares a promotion; say whether that was news.

    `seen` is the `terms_mark` of the terms that the seller was shown: consent is to
    these and no others. Locks the promotion, then the seller's answer.

    Raises PromotionFixedError if it is over, if the terms are others by now, or if the
    seller was not asked.
    """
    row = _lock(promotion_id)
    answers = PromotionSeller.objects.select_for_update(no_key=True)
    asked = answers.filter(promotion=row, partner_id=partner_id).first()
    if asked is None or row.platform_bps == BASIS_POINTS:
        raise PromotionFixedError(_("You were not asked to share this."))
    if row.stopped_at is not None or (row.ends_at is not None and row.ends_at <= now):
        raise PromotionFixedError(_("It is over."))
    if terms_mark(row) != seen:
        raise PromotionFixedError(
            _("The terms have changed since you looked. Please read them again.")
        )
    given = Answer.ACCEPTED if accepts else Answer.DECLINED
    if asked.answer == given:
        return False
    asked.answer, asked.answered_at, asked.answered_by_id = given, now, user_id
    asked.save(update_fields=["answer", "answered_at", "answered_by"])
    return True


def terms_mark(row: Promotion) -> str:
    """Return what changes whenever the terms of a promotion change."""
    facts = [row.benefit, row.bps, row.amount_minor, row.most_minor, row.currency]
    facts += [row.min_spend_minor, row.category_id, row.platform_bps, row.code]
    facts += [row.is_first_order, row.uses_total, row.uses_per_buyer]
    facts += [row.starts_at.timestamp(), row.ends_at and row.ends_at.timestamp()]
    return "|".join("" if fact is None else str(fact) for fact in facts)


def _lock(promotion_id: int) -> Promotion:
    return Promotion.objects.select_for_update(no_key=True).get(pk=promotion_id)


def _columns(draft: Draft) -> dict[str, object]:
    is_for_all = draft.owner_id is None and not draft.seller_ids
    return {
        "name": draft.name.strip(),
        "code": plain_code(draft.code),
        "owner_id": draft.owner_id,
        "benefit": draft.benefit,
        "bps": draft.bps if draft.benefit == Benefit.PERCENT else 0,
        "amount_minor": draft.amount_minor if draft.benefit == Benefit.AMOUNT else 0,
        "most_minor": draft.most_minor,
        "currency": draft.currency,
        "min_spend_minor": draft.min_spend_minor,
        "category_id": draft.category_id,
        "platform_bps": 0 if draft.owner_id is not None else draft.platform_bps,
        "is_for_all": is_for_all,
        "is_first_order": draft.is_first_order,
        "uses_total": draft.uses_total,
        "uses_per_buyer": draft.uses_per_buyer,
        "starts_at": draft.starts_at,
        "ends_at": draft.ends_at,
    }


def _write_sellers(row: Promotion, draft: Draft, now: datetime) -> None:
    if draft.owner_id is not None:
        return
    is_free = row.platform_bps == BASIS_POINTS
    PromotionSeller.objects.bulk_create(
        PromotionSeller(
            promotion=row,
            partner_id=partner_id,
            # Who pays nothing is not asked.
            answer=Answer.ACCEPTED if is_free else Answer.ASKED,
            answered_at=now if is_free else None,
        )
        for partner_id in sorted(set(draft.seller_ids))
    )


def _check(draft: Draft, now: datetime) -> None:
    for is_wrong, field, words in _faults(draft, now):
        if is_wrong:
            raise PromotionRefusedError(words, field=field)


def _faults(draft: Draft, now: datetime) -> Iterator[tuple[bool, str, str]]:
    is_percent = draft.benefit == Benefit.PERCENT
    is_amount = draft.benefit == Benefit.AMOUNT
    yield not draft.name.strip(), "name", _("Give it a name that buyers read.")
    yield (
        is_percent and not 0 < draft.bps <= BASIS_POINTS,
        "percent",
        _("Enter a percentage above 0, and at most 100."),
    )
    yield is_amount and draft.amount_minor <= 0, "amount", _("Enter an amount above 0.")
    yield (
        draft.most_minor is not None and draft.most_minor <= 0,
        "most",
        _("Enter an amount above 0, or leave it empty."),
    )
    yield draft.min_spend_minor < 0, "min_spend", _("Enter 0 or more.")
    yield (
        not 0 <= draft.platform_bps <= BASIS_POINTS,
        "platform_percent",
        _("Enter a percentage from 0 to 100."),
    )
    yield (
        draft.owner_id is None
        and draft.platform_bps < BASIS_POINTS
        and not draft.seller_ids,
        "sellers",
        _("Choose the sellers who are asked to pay their part."),
    )
    yield draft.uses_total == 0, "uses_total", _("Enter 1 or more, or leave it empty.")
    yield (
        draft.uses_per_buyer == 0,
        "uses_per_buyer",
        _("Enter 1 or more, or leave it empty."),
    )
    yield (
        draft.ends_at is not None and draft.ends_at <= max(draft.starts_at, now),
        "ends_at",
        _("Let it end after it starts, and later than now."),
    )


def _check_code(draft: Draft, *, but: Promotion | None) -> None:
    code = plain_code(draft.code)
    if not code:
        return
    is_plain = re.fullmatch(CODE_PATTERN, code) is not None
    if not is_plain or not SHORTEST_CODE <= len(code) <= LONGEST_CODE:
        raise PromotionRefusedError(
            _("Take %(least)d to %(most)d letters and digits without accents.")
            % {"least": SHORTEST_CODE, "most": LONGEST_CODE},
            field="code",
        )
    # What the same form has just made is no other promotion.
    taken = Promotion.objects.filter(code=code)
    if draft.press is not None:
        taken = taken.exclude(press=draft.press)
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    if taken.exists():
        raise _code_is_taken()


def _code_is_taken() -> PromotionRefusedError:
    return PromotionRefusedError(
        _("This code is taken already. Choose another."), field="code"
    )
