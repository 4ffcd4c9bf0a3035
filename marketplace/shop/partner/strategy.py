"""Oscar's strategy: a basket line keeps the offer that the buyer chose.

Oscar re-selects the first stock record of the product for every line, so it would
charge one seller's price and credit another's sale.
"""

from typing import Any

from django.conf import settings
from oscar.apps.partner import strategy

from marketplace.core.money import from_decimal, to_decimal
from marketplace.db import clock
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.partner.selectors import buy_box
from marketplace.shop.shipping.dates import local_day
from marketplace.shop.tax.included import tax_in
from marketplace.shop.tax.selectors import TaxRates, rates_in


class Selector:
    """One strategy for everybody: the market has one buyer country."""

    def strategy(self, request: Any = None, **_user: Any) -> "Marketplace":
        """Return the strategy of a request."""
        return Marketplace(request)


class Marketplace(strategy.Structured):
    """The buy box where a product is asked for, the chosen offer where a line is."""

    def __init__(self, request: Any = None) -> None:
        # Oscar's asks for the user here, which costs every page two queries.
        self.request = request
        self._rates: TaxRates | None = None

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> Any:
        """Price a line by its own offer, read anew when it was not passed."""
        if stockrecord is None:
            stockrecord = StockRecord.objects.get(pk=line.stockrecord_id)
        return self.fetch_for_product(line.product, stockrecord)

    def select_stockrecord(self, product: Any) -> StockRecord | None:
        """Return the offer in the buy box."""
        box = buy_box(product.pk, country=settings.BUYER_COUNTRY, now=clock.now())
        if box.winner is None:
            return None
        return StockRecord.objects.get(pk=box.winner.id)

    def availability_policy(self, _product: Any, stockrecord: Any) -> Any:
        """Offer what is left of an active offer."""
        if stockrecord is None or not stockrecord.is_active:
            return strategy.Unavailable()
        return strategy.StockRequiredAvailability(stockrecord.net_stock_level)

    def parent_availability_policy(self, _product: Any, children_stock: Any) -> Any:
        """Offer a parent when a child can be bought."""
        policies = (
            self.availability_policy(child, record) for child, record in children_stock
        )
        if any(policy.is_available_to_buy for policy in policies):
            return strategy.Available()
        return strategy.Unavailable()

    def pricing_policy(self, product: Any, stockrecord: Any) -> Any:
        """Take the price with the tax that it includes."""
        if stockrecord is None or stockrecord.price is None:
            return strategy.UnavailablePrice()
        currency = stockrecord.price_currency
        gross = from_decimal(stockrecord.price, currency)
        tax = to_decimal(tax_in(gross, self._tax_rates()[product.tax_class]), currency)
        return strategy.FixedPrice(
            currency=currency, excl_tax=stockrecord.price - tax, tax=tax
        )

    def parent_pricing_policy(self, _product: Any, children_stock: Any) -> Any:
        """Price a parent by its first child on sale."""
        for child, record in children_stock:
            if record is not None:
                return self.pricing_policy(child, record)
        return strategy.UnavailablePrice()

    def _tax_rates(self) -> TaxRates:
        if self._rates is None:
            today = local_day(clock.now())
            self._rates = rates_in(settings.BUYER_COUNTRY, on=today)
        return self._rates
