from typing import Any

from django.db import models
from django.db.models import Q, Sum
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine


class Basket(AbstractBasket):
    """What a buyer means to buy, from any number of sellers in one currency.

    `later` is what a visitor has saved beside it, once something is.
    """

    later = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="later_of",
    )

    class Meta(AbstractBasket.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(status="Saved"),
                name="one_saved_basket_each",
            ),
        ]

    def add_product(
        self,
        product: Any,
        quantity: int = 1,
        options: Any = None,
        *,
        stockrecord: Any = None,
    ) -> Any:
        """Add a product from the seller of `stockrecord`, or from the buy box."""
        self._chosen = stockrecord
        try:
            return super().add_product(product, quantity, options)
        finally:
            self._chosen = None

    add_product.alters_data = True  # type: ignore[attr-defined] # Django's mark for templates
    add = add_product

    def get_stock_info(self, product: Any, _options: Any) -> Any:
        """Price the chosen offer."""
        chosen = getattr(self, "_chosen", None)
        return self.strategy.fetch_for_product(product, chosen)

    @property
    def num_items(self) -> int:
        """Return how many things lie in the basket, without reading its lines."""
        if self.pk is None:
            return 0
        if self._lines is not None:
            return sum(line.quantity for line in self._lines)
        return self.lines.aggregate(all=Sum("quantity"))["all"] or 0


class Line(AbstractLine):
    """Pieces of one offer; the price is that of the moment when it was added."""

    class Meta(AbstractLine.Meta):
        abstract = False


from oscar.apps.basket.models import *  # noqa: E402 (Oscar's fork idiom)
