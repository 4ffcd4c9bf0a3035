"""Vouchers in baskets. Whoever calls has locked the basket."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.shop.promotions.models import BasketVoucher, Promotion
from marketplace.shop.promotions.reckoning import Refusal
from marketplace.shop.promotions.terms import CODE_PATTERN, LONGEST_CODE, plain_code


class VoucherRefusedError(RefusedError):
    """A voucher cannot be used here and now; the text says why."""

    code = "voucher.refused"
    field = "code"

    def __init__(self, message: str, *, refusal: Refusal | None = None) -> None:
        super().__init__(message)
        # With which a page may say it with its own amounts.
        self.refusal = refusal


def add(*, basket_id: int, typed: str, now: datetime) -> Promotion:
    """Note the voucher with a typed code for a basket.

    Whether it counts is not looked at. Raises VoucherRefusedError if no voucher has the
    code, or the basket has this one or another of who gives it.
    """
    promotion = _with_code(typed)
    entered = BasketVoucher.objects.filter(basket_id=basket_id)
    others = [one.promotion for one in entered.select_related("promotion")]
    for other in others:
        if other.pk == promotion.pk:
            raise VoucherRefusedError(
                _("Voucher %(code)s is in your basket already.")
                % {"code": promotion.code}
            )
        if other.owner_id == promotion.owner_id:
            raise VoucherRefusedError(
                _(
                    "An order takes one voucher of whoever gives it. Remove %(other)s "
                    "to use %(code)s."
                )
                % {"other": other.code, "code": promotion.code}
            )
    BasketVoucher.objects.create(
        basket_id=basket_id, promotion=promotion, entered_at=now
    )
    return promotion


def remove(*, basket_id: int, promotion_public_id: str) -> None:
    """Forget a voucher; one that is gone is left gone."""
    BasketVoucher.objects.filter(
        basket_id=basket_id, promotion__public_id=promotion_public_id
    ).delete()


def carry_over(*, from_basket_id: int, to_basket_id: int) -> None:
    """Enter the vouchers of a basket into another; what is there already wins."""
    kept = BasketVoucher.objects.filter(basket_id=to_basket_id)
    givers = set(kept.values_list("promotion__owner_id", flat=True))
    old = BasketVoucher.objects.filter(basket_id=from_basket_id)
    BasketVoucher.objects.bulk_create(
        [
            BasketVoucher(
                basket_id=to_basket_id,
                promotion_id=one.promotion_id,
                entered_at=one.entered_at,
            )
            for one in old.select_related("promotion").order_by("pk")
            if one.promotion.owner_id not in givers
        ],
        ignore_conflicts=True,
    )


def _with_code(typed: str) -> Promotion:
    code = plain_code(typed)
    if not code:
        raise VoucherRefusedError(_("Enter the code of your voucher."))
    known = Promotion.objects.filter(code=code).first() if _can_be(code) else None
    if known is None:
        raise VoucherRefusedError(
            _("There is no voucher with this code. Check the letters and digits.")
        )
    return known


def _can_be(code: str) -> bool:
    return len(code) <= LONGEST_CODE and re.fullmatch(CODE_PATTERN, code) is not None
