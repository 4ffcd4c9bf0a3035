"""Writes to wish lists. Each locks the owner: limits hold, no list comes twice."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.errors import RefusedError
from marketplace.core.money import Money
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.families import family_boxes
from marketplace.shop.wishlists.models import LONGEST_NAME, Line, WishList
from marketplace.shop.wishlists.selectors import list_of

MOST_LISTS = 20
MOST_THINGS = 500
_SECRET_BYTES = 24


class ThingGoneError(RefusedError):
    """There is no such product, or it may not be shown."""

    code = "wishlist.thing_gone"


class ListFullError(RefusedError):
    """Somebody has as many lists or things as are kept."""

    code = "wishlist.full"


class ListNameError(RefusedError):
    """A list without a name, or with that of another one."""

    code = "wishlist.name"


@transaction.atomic
def keep(
    *, user_id: int, product_id: str, country: str, now: datetime, key: str = ""
) -> WishList:
    """Put a product on a list, or on the oldest; return where it is now.

    A thing that is on the list already stays as it is. Its price of now, in `country`,
    is remembered. Locks the owner. Raises ThingGoneError, ListFullError, or
    WishList.DoesNotExist for a list of another.
    """
    _lock(user_id)
    product = Product.objects.filter(public_id=product_id, is_public=True).first()
    if product is None:
        raise ThingGoneError(_("This is not sold here any more."))
    wishlist = list_of(user_id, key) if key else _default(user_id)
    _put(wishlist, product, price=_price(product, country=country, now=now), now=now)
    return wishlist


@transaction.atomic
def drop(*, user_id: int, product_id: str) -> int:
    """Take a product off all lists of somebody; return off how many."""
    _lock(user_id)
    lines = Line.objects.filter(
        wishlist__owner_id=user_id, product__public_id=product_id
    )
    return lines.delete()[0]


@transaction.atomic
def merge(
    *, user_id: int, things: Iterable[tuple[str, Money | None]], now: datetime
) -> int:
    """Put on the oldest list what somebody kept before signing in; say how much is new.

    Things come with their price of then. What is gone meanwhile, kept already or beyond
    the limit is left out. Locks the owner.
    """
    _lock(user_id)
    prices = dict(things)
    products = Product.objects.filter(public_id__in=prices, is_public=True)
    room = MOST_THINGS - _kept(user_id)
    # A deleted product leaves its line: NOT IN with a NULL is never true.
    known = Line.objects.filter(
        wishlist__owner_id=user_id, product__isnull=False
    ).values("product_id")
    new = list(products.exclude(pk__in=known).order_by("pk")[: max(0, room)])
    if new:
        wishlist = _default(user_id)
        for product in new:
            _put(wishlist, product, price=prices[product.public_id], now=now)
    return len(new)


@transaction.atomic
def make_list(*, user_id: int, name: str) -> WishList:
    """Begin a list. Raises ListNameError or ListFullError."""
    _lock(user_id)
    lists = WishList.objects.filter(owner_id=user_id)
    if lists.count() >= MOST_LISTS:
        raise ListFullError(
            _("You have %(most)d lists, which is as many as we keep.")
            % {"most": MOST_LISTS}
        )
    named = _checked(user_id, name)
    return WishList.objects.create(owner_id=user_id, name=named)


@transaction.atomic
def rename(*, user_id: int, key: str, name: str) -> WishList:
    """Call a list something else. Raises ListNameError, WishList.DoesNotExist."""
    _lock(user_id)
    wishlist = list_of(user_id, key)
    wishlist.name = _checked(user_id, name, besides=wishlist.pk)
    wishlist.save(update_fields=["name"])
    return wishlist


@transaction.atomic
def remove_list(*, user_id: int, key: str) -> None:
    """Forget a list with its things; a second time changes nothing."""
    _lock(user_id)
    WishList.objects.filter(owner_id=user_id, key=key).delete()


@transaction.atomic
def move(*, user_id: int, product_id: str, key: str, to: str) -> WishList:
    """Put a thing on another list of its owner, with its price of then.

    One that is on the other list already leaves this one. Raises WishList.DoesNotExist
    for a list of another.
    """
    _lock(user_id)
    here, there = list_of(user_id, key), list_of(user_id, to)
    line = here.lines.filter(product__public_id=product_id).first()
    if line is None or here == there:
        return there
    if there.lines.filter(product_id=line.product_id).exists():
        line.delete()
        return there
    line.wishlist = there
    line.save(update_fields=["wishlist"])
    return there


@transaction.atomic
def remove(*, user_id: int, product_id: str, key: str) -> None:
    """Take a thing off one list; a second time changes nothing."""
    _lock(user_id)
    Line.objects.filter(
        wishlist__owner_id=user_id, wishlist__key=key, product__public_id=product_id
    ).delete()


@transaction.atomic
def share(*, user_id: int, key: str) -> WishList:
    """Give a list a secret by which anybody may read it; one that has one keeps it.

    Raises WishList.DoesNotExist for a list of another.
    """
    _lock(user_id)
    lists = WishList.objects.filter(owner_id=user_id, key=key)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    lists.filter(share_secret=None).update(share_secret=secret)
    return lists.get()


@transaction.atomic
def unshare(*, user_id: int, key: str) -> None:
    """Take the secret back: no link that was given away opens the list any more."""
    _lock(user_id)
    WishList.objects.filter(owner_id=user_id, key=key).update(share_secret=None)


def _lock(user_id: int) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user_id)


def _default(user_id: int) -> WishList:
    oldest = WishList.objects.filter(owner_id=user_id).order_by("pk").first()
    return oldest or WishList.objects.create(owner_id=user_id, name=_("Wish list"))


def _put(
    wishlist: WishList, product: Product, *, price: Money | None, now: datetime
) -> None:
    if wishlist.lines.filter(product=product).exists():
        return
    if _kept(wishlist.owner_id) >= MOST_THINGS:
        raise ListFullError(
            _("You keep %(most)d things, which is as many as we can. Remove one.")
            % {"most": MOST_THINGS}
        )
    Line.objects.create(
        wishlist=wishlist,
        product=product,
        title=product.title,
        added_at=now,
        price_minor=price.minor if price else None,
        price_currency=price.currency if price else "",
    )


def _kept(user_id: int) -> int:
    return Line.objects.filter(wishlist__owner_id=user_id).count()


def _price(product: Product, *, country: str, now: datetime) -> Money | None:
    box = family_boxes([product.pk], country=country, now=now).get(product.pk)
    return box.offers[0].price if box and box.offers else None


def _checked(user_id: int, name: str, *, besides: int = 0) -> str:
    named = " ".join(name.replace("\0", "").split())[:LONGEST_NAME]
    if not named:
        raise ListNameError(_("Give the list a name."))
    others = WishList.objects.filter(owner_id=user_id).exclude(pk=besides)
    if others.filter(name__iexact=named).exists():
        raise ListNameError(
            _("You have a list of this name already. Choose another name.")
        )
    return named
