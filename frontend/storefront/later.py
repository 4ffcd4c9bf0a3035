"""Saved for later: beside the basket, named by a signed cookie until one signs in."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from frontend.storefront.requests import ShopRequest
from marketplace.shop.basket import later
from marketplace.shop.basket.contents import Line
from marketplace.shop.basket.models import Basket
from marketplace.shop.basket.selectors import later_lines

_COOKIE, _SALT = "later", "frontend.later"
_SECONDS = 180 * 24 * 3600
_LONGEST = 18


def lines_here(request: ShopRequest, now: datetime) -> list[Line]:
    """Return what whoever looks has saved, the newest first; one query, or none."""
    user_id, key = request.viewer.user_id, _key(request)
    if user_id is None and key is None:
        return []
    return later_lines(user_id=user_id, basket_id=key, now=now)


def put_aside(request: ShopRequest, line_id: int, response: HttpResponse) -> None:
    """Save a line of the basket for later. Raises RefusedError."""
    into = later.put_aside(
        basket=request.basket,
        line_id=line_id,
        user_id=request.viewer.user_id,
        basket_id=_key(request),
    )
    if into is not None and request.viewer.user_id is None:
        response.set_signed_cookie(
            _COOKIE,
            str(into.pk),
            salt=_SALT,
            max_age=_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def take_back(request: ShopRequest, line_id: int) -> None:
    """Put a saved line into the basket. Raises RefusedError; then it stays saved."""
    saved = _basket(request)
    if saved is not None:
        later.take_back(basket=request.basket, line_id=line_id, later=saved)


def forget(request: ShopRequest, line_id: int) -> None:
    """Remove a saved line."""
    saved = _basket(request)
    if saved is not None:
        later.forget(line_id=line_id, later=saved)


def carry_over(request: HttpRequest, user_id: int, response: HttpResponse) -> None:
    """Give what a visitor has saved to whoever has signed in."""
    key = _key(request)
    if key is None:
        return
    saved = later.later_of(user_id=None, basket_id=key)
    if saved is not None:
        later.join(later=saved, user_id=user_id)
    response.delete_cookie(_COOKIE, samesite="Lax")


def _basket(request: ShopRequest) -> Basket | None:
    return later.later_of(user_id=request.viewer.user_id, basket_id=_key(request))


def _key(request: HttpRequest) -> int | None:
    written = (
        request.get_signed_cookie(_COOKIE, default="", salt=_SALT, max_age=_SECONDS)
        or ""
    )
    is_number = written.isdecimal() and len(written) <= _LONGEST
    return int(written) if is_number else None
