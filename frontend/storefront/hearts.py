"""What visitors keep: on their lists, or in their browser until they sign in.

Who is not signed in keeps things all the same, with the price of the moment, in a
signed cookie; signing in puts them on the oldest list.
"""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.middleware import ViewerRequest
from frontend.storefront.destination import country_of
from frontend.storefront.tokens import Jar
from marketplace.core.money import Money
from marketplace.core.viewer import ANONYMOUS
from marketplace.db import clock
from marketplace.shop.wishlists import services
from marketplace.shop.wishlists.selectors import kept_by, products_numbered

JAR = Jar(name="kept", most=30, seconds=180 * 24 * 3600)


class TooManyKeptError(services.ListFullError):
    """A browser keeps as much as it may."""

    code = "wishlist.browser_full"


def kept_here(request: HttpRequest) -> frozenset[str]:
    """Return the public ids of what whoever looks keeps; one query, none for guests."""
    viewer = getattr(request, "viewer", ANONYMOUS)
    here = frozenset(JAR.read(request))
    return here if viewer.user_id is None else here | kept_by(viewer.user_id)


def keep(request: ViewerRequest, product_id: str, response: HttpResponse) -> str:
    """Keep a product and return the words that say where.

    Raises ThingGoneError or ListFullError.
    """
    user_id = request.viewer.user_id
    if user_id is None:
        _keep_here(request, product_id, response)
        return _("Kept in this browser. Sign in, and it is on your list everywhere.")
    wishlist = services.keep(
        user_id=user_id,
        product_id=product_id,
        country=country_of(request),
        now=clock.now(),
    )
    return _("Kept on “%(name)s”.") % {"name": wishlist.name}


def drop(request: ViewerRequest, product_id: str, response: HttpResponse) -> str:
    """Keep a product no longer, wherever it was, and return words that say so."""
    here = JAR.read(request)
    if here.pop(product_id, 0) != 0:
        JAR.write(response, here.items())
    if request.viewer.user_id is not None:
        services.drop(user_id=request.viewer.user_id, product_id=product_id)
    return _("Not kept any more.")


def carry_over(request: HttpRequest, user_id: int, response: HttpResponse) -> int:
    """Put what the browser keeps on the lists of whoever has signed in; say how much.

    The browser forgets it then.
    """
    here = JAR.read(request)
    if not here:
        return 0
    things = [(key, _money(price)) for key, price in here.items()]
    count = services.merge(user_id=user_id, things=things, now=clock.now())
    JAR.write(response, ())
    if count:
        messages.success(
            request,
            ngettext(
                "%(n)d thing that you kept here is on your list now.",
                "%(n)d things that you kept here are on your list now.",
                count,
            )
            % {"n": count},
        )
    return count


def _keep_here(request: ViewerRequest, product_id: str, response: HttpResponse) -> None:
    here = JAR.read(request)
    now = clock.now()
    found = products_numbered([product_id], country=country_of(request), now=now)
    if not found:
        raise services.ThingGoneError(_("This is not sold here any more."))
    if product_id in here:
        return
    if len(here) >= JAR.most:
        raise TooManyKeptError(
            _("This browser keeps %(most)d things at most. Sign in to keep more.")
            % {"most": JAR.most}
        )
    price = found[0].price
    JAR.write(response, [(product_id, price.minor if price else None), *here.items()])


def _money(price: int | None) -> Money | None:
    return None if price is None else Money(price, settings.CURRENCY)
