"""Which basket a request has: one query at most, and none where nobody asks."""

from typing import Any

from oscar.apps.basket import middleware

from marketplace.shop.basket.models import Basket
from marketplace.shop.promotions.services import vouchers


class BasketMiddleware(middleware.BasketMiddleware):
    """Oscar's, without a write on reading and without Oscar's offers."""

    def get_basket(self, request: Any) -> Basket:
        """Return the open basket, unsaved when there is none yet.

        A visitor who has just signed in keeps what was in the visitor's basket.
        """
        if request._basket_cache is None:  # noqa: SLF001 (Oscar's own cache)
            request._basket_cache = self._basket_of(request)  # noqa: SLF001 (as above)
        return request._basket_cache  # noqa: SLF001 (as above)

    def _basket_of(self, request: Any) -> Basket:
        key = self.get_cookie_key(request)
        from_cookie = self.get_cookie_basket(key, request, Basket.open)
        if not request.user.is_authenticated:
            return from_cookie or Basket()
        owned = Basket.open.filter(owner=request.user).order_by("id").first()
        basket = owned or Basket(owner=request.user)
        if from_cookie is not None:
            if basket.pk is None:
                basket.save()
            basket.merge(from_cookie, add_quantities=False)
            vouchers.carry_over(from_basket_id=from_cookie.pk, to_basket_id=basket.pk)
            request.cookies_to_delete.append(key)
        return basket

    def apply_offers_to_basket(self, request: Any, basket: Any) -> None:
        """Leave prices as sellers set them."""
