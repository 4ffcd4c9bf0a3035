"""What buyers keep and wait for: lists in every state, alerts, things for later."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from marketplace.accounts.models import User
from marketplace.core.money import Money, from_decimal
from marketplace.demo.load.people import BUYER, People
from marketplace.shop.alerts import services as alerts
from marketplace.shop.basket.models import Basket, Line
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.families import family_boxes
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.wishlists import services as wishlists
from marketplace.shop.wishlists.models import Line as WishLine

# What a thing cost when it was put there, in hundredths of its price of now.
_THEN = (118, 100, 100, 93, 125, 100, 100, 110)
_SOLD_OUT, _LATER, _OTHERS = 2, 3, 3
# How far above today's price she set the alert that came true.
_ABOVE = Decimal(1)


def write_keeping(people: People, *, country: str, now: datetime) -> int:
    """Let the buyer of the demo's login, and others, keep and wait; say how much.

    Some things got cheaper since, some dearer, some are sold out.
    """
    anna = people.by_email[BUYER]
    offers = _offers()
    gone = list(StockRecord.objects.on_sale().filter(num_in_stock=0)[:_SOLD_OUT])
    kept = [*offers[: len(_THEN)], *gone]
    first = _keep(anna, kept, country=country, now=now)
    gifts = wishlists.make_list(user_id=anna.pk, name="For the new kitchen")
    for offer in offers[len(_THEN) : len(_THEN) + _OTHERS]:
        wishlists.keep(
            user_id=anna.pk,
            product_id=offer.product.public_id,
            key=gifts.key,
            country=country,
            now=now - timedelta(days=3),
        )
    wishlists.share(user_id=anna.pk, key=gifts.key)
    waits = _wait(anna, offers, gone, country=country, now=now)
    _later(anna, offers[-_LATER:])
    return first + _OTHERS + waits


def _offers() -> list[StockRecord]:
    """Return offers in stock, one of a product and few of a seller."""
    rows = StockRecord.objects.on_sale().in_stock().select_related("product")
    by_seller: dict[int, list[StockRecord]] = {}
    for row in rows.filter(product__structure=Product.STANDALONE).order_by("pk"):
        by_seller.setdefault(row.partner_id, []).append(row)
    return [own[len(own) // 2] for own in by_seller.values()]


def _keep(
    anna: User, offers: Sequence[StockRecord], *, country: str, now: datetime
) -> int:
    for days, offer in enumerate(offers):
        wishlists.keep(
            user_id=anna.pk,
            product_id=offer.product.public_id,
            country=country,
            now=now - timedelta(days=4 * days + 1),
        )
    lines = list(WishLine.objects.filter(wishlist__owner=anna).order_by("pk"))
    for line, then in zip(lines, _THEN, strict=False):
        if line.price_minor is not None:
            line.price_minor = line.price_minor * then // 100
    WishLine.objects.bulk_update(lines, ["price_minor"])
    return len(lines)


def _wait(
    anna: User,
    offers: Sequence[StockRecord],
    gone: Sequence[StockRecord],
    *,
    country: str,
    now: datetime,
) -> int:
    """Let her wait for a price, for stock, for her own yes; one was told."""
    found = 0
    for days, offer in enumerate((*offers[:3], *gone), start=2):
        price = from_decimal(offer.price, offer.price_currency)
        is_back = offer in gone
        asked = alerts.Asked(
            product=offer.product,
            offer=offer if is_back else None,
            below=None if is_back else Money(price // 2, offer.price_currency),
            currency=offer.price_currency,
            country=country,
        )
        at = now - timedelta(days=days)
        is_own = days != len(gone) + len(offers[:3]) + 1
        alerts.save(asked, email=anna.email, is_confirmed=is_own, now=at)
        found += 1
    _tell(anna, country=country, now=now)
    return found


def _tell(anna: User, *, country: str, now: datetime) -> None:
    """Let the first price that she waits for have come, and her have been told."""
    waiting = alerts.theirs([anna.email]).filter(below__isnull=False).order_by("pk")
    for row in waiting.select_related("product", "offer"):
        box = family_boxes([row.product_id], country=country, now=now)
        offers = box[row.product_id].offers if row.product_id in box else ()
        if offers and offers[0].can_be_bought:
            # She asked for a little more than what it costs now.
            row.below = offers[0].price.amount + _ABOVE
            row.save(update_fields=["below"])
            alerts.mark_told(key=row.pk, now=now - timedelta(hours=5))
            return


def _later(anna: User, offers: Sequence[StockRecord]) -> None:
    """Leave some things beside her basket, one of them dearer then."""
    saved = Basket.objects.create(owner=anna, status=Basket.SAVED)
    for number, offer in enumerate(offers):
        Line.objects.create(
            basket=saved,
            product=offer.product,
            stockrecord=offer,
            line_reference=f"{offer.product_id}_{offer.pk}",
            quantity=1,
            price_currency=offer.price_currency,
            price_incl_tax=offer.price + (4 if number == 0 else 0),
        )
