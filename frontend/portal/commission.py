"""What commission a shop pays on each of its offers, and why, in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.plan_terms import terms_of
from frontend.portal.access import MONEY, OFFERS, shop_page
from frontend.portal.frame import asked_words, show
from marketplace.core.money import Money, from_decimal
from marketplace.db import clock
from marketplace.shop.partner.models import StockRecord
from payouts.selectors.commission import Trial, try_offers
from payouts.selectors.offer_news import OFFERS_NAMED, offers_with_new_terms
from payouts.selectors.replays import OwnChange, OwnNews, news_of_seller
from vendors.models import Vendor
from vendors.ranks import Rank
from vendors.selectors.offers import offers_of
from vendors.selectors.ranks import rank_of_shop

_A_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerms:
    """An offer and what one piece of it costs its seller, the VAT on it included."""

    offer: StockRecord
    price: Money
    terms: str
    plan: str
    why: str
    commission: Money
    vat: Money
    left: Money
    # What will hold from the day that the shop was told of, if it differs.
    then: str = ""


@require_safe
@shop_page(*OFFERS, *MONEY)
def commission(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show the terms of every offer, and what is about to change for this shop."""
    now, words = clock.now(), asked_words(request)
    found = offers_of(vendor).filter(is_active=True)
    for word in words.split():
        found = found.filter(product__title__icontains=word)
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    news = news_of_seller(vendor_id=vendor.pk, now=now)
    context = {
        "page": page,
        "rows": _with_news(vendor, list(page), news, now),
        "words": words,
        "rank": Rank(rank_of_shop(vendor)).label,
        "news": [
            {
                "of": each,
                "changes": [_change(own) for own in each.changes],
                "offers": offers_with_new_terms(
                    vendor=vendor, at=each.in_force_from, most=OFFERS_NAMED
                ),
            }
            for each in news
        ],
    }
    return show(request, "portal/commission.html", vendor, context, nav="portal-offers")


def _with_news(
    vendor: Vendor, offers: list[StockRecord], news: list[OwnNews], now: datetime
) -> list[OfferTerms]:
    """Return the terms of today beside those of the last list that is to come."""
    rows = terms_of_offers(vendor, offers, now)
    if not news:
        return rows
    day = news[-1].in_force_from
    then = {row.offer.pk: row.terms for row in terms_of_offers(vendor, offers, day)}
    return [
        replace(row, then=then[row.offer.pk])
        if then.get(row.offer.pk, row.terms) != row.terms
        else row
        for row in rows
    ]


def terms_of_offers(
    vendor: Vendor, offers: Iterable[StockRecord], now: datetime
) -> list[OfferTerms]:
    """Return what each offer would cost if a piece of it were sold now."""
    offers = list(offers)
    asked = [
        (
            offer.product_id,
            from_decimal(offer.price, offer.price_currency),
            offer.price_currency,
        )
        for offer in offers
    ]
    trials = try_offers(vendor=vendor, offers=asked, at=now)
    return [
        row
        for offer, (_product, minor, currency), trial in zip(
            offers, asked, trials, strict=True
        )
        if (row := _row(offer, Money(minor, currency), trial)) is not None
    ]


def _row(offer: StockRecord, price: Money, trial: Trial) -> OfferTerms | None:
    if trial.winner is None or trial.priced is None:
        return None
    fee = trial.priced.fee
    why = next(one.why for one in trial.verdicts if one.plan == trial.winner)
    left = price.minor - fee.commission_minor - fee.vat_minor
    return OfferTerms(
        offer=offer,
        price=price,
        terms=terms_of(trial.winner, price.currency),
        plan=trial.winner.name,
        why=why,
        commission=Money(fee.commission_minor, price.currency),
        vat=Money(fee.vat_minor, price.currency),
        left=Money(left, price.currency),
    )


def _change(own: OwnChange) -> dict[str, object]:
    return {
        "own": own,
        "before": Money(own.before_minor, own.currency),
        "after": Money(own.after_minor, own.currency),
        "change": Money(own.after_minor - own.before_minor, own.currency),
    }
