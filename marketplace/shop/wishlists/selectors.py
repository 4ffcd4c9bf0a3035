"""Reads of wish lists. Each takes whose they are: another's list is not there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from marketplace.core.money import Money
from marketplace.shop.catalogue.models import Product
from marketplace.shop.catalogue.selectors import main_pictures
from marketplace.shop.partner.families import family_boxes
from marketplace.shop.partner.offers import Offer
from marketplace.shop.wishlists.models import Line, WishList


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """A thing on a list as it stands now.

    `offer` is the best that can be bought, `price` that of the best there is, sold out
    or not. Of a thing that may not be shown any more only the title of then is left.
    """

    product_id: int
    public_id: str
    title: str
    slug: str
    added_at: datetime
    added_for: Money | None
    is_listed: bool
    has_variants: bool
    image: Any
    offer: Offer | None
    price: Money | None

    @property
    def saved(self) -> Money | None:
        """Return how much less it costs than when it was put there."""
        change = self._change
        return -change if change is not None and change.minor < 0 else None

    @property
    def more(self) -> Money | None:
        """Return how much more it costs than when it was put there."""
        change = self._change
        return change if change is not None and change.minor > 0 else None

    @property
    def can_be_added(self) -> bool:
        """Say whether it can go into the basket without a size or colour to choose."""
        return self.offer is not None and not self.has_variants

    @property
    def _change(self) -> Money | None:
        then, price = self.added_for, self.price
        if then is None or price is None or then.currency != price.currency:
            return None
        return price - then


def kept_by(user_id: int) -> frozenset[str]:
    """Return the public ids of all that is on somebody's lists. One query."""
    lines = Line.objects.filter(wishlist__owner_id=user_id, product__isnull=False)
    return frozenset(lines.values_list("product__public_id", flat=True))


def lists_of(user_id: int) -> list[WishList]:
    """Return somebody's lists, the oldest first, each with `many`, its things."""
    lists = WishList.objects.filter(owner_id=user_id)
    return list(lists.annotate(many=Count("lines")).order_by("pk"))


def list_of(user_id: int, key: str) -> WishList:
    """Return a list of somebody. Raises WishList.DoesNotExist for another's."""
    return WishList.objects.get(owner_id=user_id, key=key)


def shared_list(secret: str) -> WishList:
    """Return the list that a secret opens. Raises WishList.DoesNotExist for none."""
    return WishList.objects.get(share_secret=secret, share_secret__isnull=False)


def things_on(wishlist: WishList, *, country: str, now: datetime) -> list[Wished]:
    """Return what is on a list, the newest first. Five queries for any number."""
    lines = Line.objects.filter(wishlist=wishlist).select_related("product")
    return _as_they_stand(lines.order_by("-added_at", "-pk"), country=country, now=now)


def cheaper_of(user_id: int, *, country: str, now: datetime) -> tuple[int, int]:
    """Return how many things somebody keeps, and how many of them cost less now."""
    lines = Line.objects.filter(wishlist__owner_id=user_id).select_related("product")
    things = _as_they_stand(lines, country=country, now=now, with_pictures=False)
    return len(things), sum(thing.saved is not None for thing in things)


def products_numbered(
    public_ids: Iterable[str], *, country: str, now: datetime
) -> list[Wished]:
    """Return public products as things that are on no list yet, in the given order."""
    wanted = list(public_ids)
    found = Product.objects.filter(public_id__in=wanted, is_public=True)
    by_id = {product.public_id: product for product in found}
    lines = [
        Line(product=by_id[one], title=by_id[one].title, added_at=now)
        for one in wanted
        if one in by_id
    ]
    return _as_they_stand(lines, country=country, now=now)


def _as_they_stand(
    lines: QuerySet[Line] | Iterable[Line],
    *,
    country: str,
    now: datetime,
    with_pictures: bool = True,
) -> list[Wished]:
    rows = list(lines)
    listed = [row.product_id for row in rows if _is_listed(row)]
    boxes = family_boxes(listed, country=country, now=now) if listed else {}
    pictures = main_pictures(listed) if with_pictures and listed else {}
    return [
        _wished(row, box=boxes.get(row.product_id), image=pictures.get(row.product_id))
        for row in rows
    ]


def _is_listed(row: Line) -> bool:
    return row.product is not None and bool(row.product.is_public)


def _wished(row: Line, *, box: Any, image: Any) -> Wished:
    is_listed, product = _is_listed(row), row.product
    return Wished(
        product_id=product.pk if product else 0,
        public_id=product.public_id if product else "",
        title=product.title if is_listed else row.title,
        slug=product.slug if is_listed else "",
        added_at=row.added_at,
        added_for=row.added_for,
        is_listed=is_listed,
        has_variants=is_listed and product.structure == Product.PARENT,
        image=image,
        offer=box.winner if box else None,
        price=box.offers[0].price if box and box.offers else None,
    )
