"""What a basket is given, as its pages show it: by whom, on which line, and why not."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.utils.translation import gettext as _

from frontend import formats
from frontend.storefront.requests import ShopRequest
from marketplace.core.errors import RefusedError
from marketplace.core.money import Money
from marketplace.db import clock
from marketplace.db.limits import Limit, take
from marketplace.shop.basket.contents import Contents
from marketplace.shop.basket.services import enter_voucher, leave_out_vouchers
from marketplace.shop.promotions.reckoning import Discount, Refusal
from marketplace.shop.promotions.selectors.applying import Claimant
from marketplace.shop.promotions.services.vouchers import VoucherRefusedError
from marketplace.shop.promotions.terms import LONGEST_CODE, Terms
from marketplace.shop.promotions.words import giver_of, name_of, why_not


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A promotion in a basket; a voucher can be removed by its `public_id`."""

    title: str
    giver: str
    amount: Money
    note: str = ""
    public_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A voucher in a basket that gives nothing, and why."""

    code: str
    why: str
    public_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenToBasket:
    """Everything that a basket is given; `on_lines` maps lines to their shares."""

    given: tuple[Given, ...] = ()
    refused: tuple[Refused, ...] = ()
    on_lines: dict[int, list[Given]] = field(default_factory=dict)


def claimant_of(request: ShopRequest) -> Claimant:
    """Return whose earlier orders count; a guest is known when ordering."""
    viewer = request.viewer
    email = viewer.email if viewer.user_id is not None else ""
    return Claimant(user_id=viewer.user_id, email=email)


def given_to(contents: Contents) -> GivenToBasket:
    """Return what promotions give to a basket, in words."""
    sellers = {group.seller.id: group.seller.name for group in contents.groups}
    return GivenToBasket(
        given=tuple(_given(one, contents, sellers) for one in contents.discounts),
        refused=tuple(_refused(one) for one in contents.refusals),
        on_lines=_on_lines(contents, sellers),
    )


def enter(request: ShopRequest, typed: str, *, country: str) -> str:
    """Enter a voucher and say so; return why not, if it was refused."""
    now = clock.now()
    if not _may_try(request):
        return _("Those were many codes. Please go on in a few minutes.")
    try:
        code = enter_voucher(
            basket=request.basket,
            typed=typed,
            country=country,
            claimant=claimant_of(request),
            now=now,
        )
    except VoucherRefusedError as refused:
        if refused.refusal is None:
            return refused.message
        return _refused(refused.refusal).why
    except RefusedError as refusal:
        messages.error(request, refusal.message)
        return ""
    if not request.htmx:
        messages.success(request, _("Voucher %s counts.") % code)
    return ""


def leave_out(request: ShopRequest, *public_ids: str) -> None:
    """Take vouchers out of the basket; those that are gone are left gone."""
    if request.basket.pk is None:
        return
    try:
        leave_out_vouchers(basket_id=request.basket.pk, public_ids=public_ids)
    except RefusedError as refusal:
        messages.error(request, refusal.message)


def typed_code(request: ShopRequest) -> str:
    """Return the code that was typed, no longer than any code."""
    return request.POST.get("code", "").replace("\0", "")[: 2 * LONGEST_CODE]


def _may_try(request: ShopRequest) -> bool:
    """Count a try: codes are not to be guessed."""
    most = settings.VOUCHER_CODES_IN_TEN_MINUTES
    limit = Limit(most=most, seconds=600, is_strict=True)
    who = request.META.get("REMOTE_ADDR", "")
    return take(name="voucher", who=who, limit=limit, now=clock.now()).is_allowed


def _given(discount: Discount, contents: Contents, sellers: dict[int, str]) -> Given:
    terms = discount.terms
    note = ""
    if discount.is_cut:
        note = _("Less than it could be: the smallest payment is left.")
    return Given(
        title=_title(terms),
        giver=_giver(terms, sellers),
        amount=Money(-discount.minor, contents.currency),
        note=note,
        public_id="" if terms.is_campaign else terms.public_id,
    )


def _refused(refusal: Refusal) -> Refused:
    missing = formats.amount(Money(refusal.missing_minor, refusal.terms.currency))
    return Refused(
        code=refusal.terms.code,
        why=why_not(refusal, missing=missing),
        public_id=refusal.terms.public_id,
    )


def _on_lines(contents: Contents, sellers: dict[int, str]) -> dict[int, list[Given]]:
    """Map lines to what they are given; pieces are each seller's lines and delivery."""
    pieces: list[int | None] = []
    for group in contents.groups:
        pieces += [line.id for line in group.lines] + [None]
    found: dict[int, list[Given]] = {}
    for discount in contents.discounts:
        for share in discount.shares:
            line_id = pieces[share.index]
            if line_id is not None:
                found.setdefault(line_id, []).append(
                    Given(
                        title=_title(discount.terms),
                        giver=_giver(discount.terms, sellers),
                        amount=Money(-share.minor, contents.currency),
                    )
                )
    return found


def _title(terms: Terms) -> str:
    return name_of(code=terms.code, name=terms.name)


def _giver(terms: Terms, sellers: dict[int, str]) -> str:
    seller = sellers.get(terms.owner_id, "") if terms.owner_id is not None else ""
    return giver_of(platform_bps=terms.platform_bps, seller=seller)
