"""Vouchers and campaigns of a small market."""

from datetime import timedelta

from marketplace.shop.basket.contents import Contents
from marketplace.shop.basket.models import Basket
from marketplace.shop.basket.selectors import contents_of
from marketplace.shop.basket.services import enter_voucher
from marketplace.shop.promotions.models import Promotion, PromotionSeller
from marketplace.shop.promotions.selectors.applying import Claimant
from tests.integration.buying.market import NOW
from vendors.models import Vendor

STRANGER = Claimant(user_id=None)


def make_promotion(code: str = "", **changes: object) -> Promotion:
    """Make a promotion of the market that runs: five euros on everything."""
    facts = {
        "name": "Autumn",
        "benefit": Promotion.Benefit.AMOUNT,
        "amount_minor": 500,
        "currency": "EUR",
        "starts_at": NOW - timedelta(days=10),
        "created_at": NOW - timedelta(days=11),
    }
    return Promotion.objects.create(code=code, **{**facts, **changes})


def make_sellers_own(vendor: Vendor, code: str = "", **changes: object) -> Promotion:
    """Make a promotion that a seller gives and pays."""
    return make_promotion(
        code, owner=vendor.partner, platform_bps=0, is_for_all=False, **changes
    )


def make_shared(
    code: str = "", *, accepted: list[Vendor], asked: list[Vendor], **changes: object
) -> Promotion:
    """Make a promotion that the market and those who accepted pay half and half."""
    made = make_promotion(
        code, **{"platform_bps": 5000, "is_for_all": False, **changes}
    )
    answer = PromotionSeller.Answer
    for vendors, given in ((accepted, answer.ACCEPTED), (asked, answer.ASKED)):
        for vendor in vendors:
            made.sellers.create(partner=vendor.partner, answer=given)
    return made


def enter(basket: Basket, typed: str, *, claimant: Claimant = STRANGER) -> str:
    """Type a code into a basket."""
    return enter_voucher(
        basket=basket, typed=typed, country="BE", claimant=claimant, now=NOW
    )


def seen_in(basket: Basket) -> Contents:
    """Return what the page of a basket shows."""
    return contents_of(basket.pk, country="BE", now=NOW)
