"""Load the whole demo market into an empty database."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from marketplace.accounts.models import User
from marketplace.core.errors import RefusedError
from marketplace.demo.content import Market
from marketplace.demo.load.catalogue import load_catalogue
from marketplace.demo.load.people import load_people
from marketplace.demo.load.reference import load_reference
from marketplace.demo.load.shops import load_shops
from marketplace.shop.catalogue.models import Product
from search import services as search

Say = Callable[[str], None]
# When the first people joined; nothing of the demo is older.
_HISTORY = timedelta(days=800)


class NotEmptyError(RefusedError):
    """Somebody has used this database."""

    code = "demo.not_empty"


def load_market(market: Market, *, now: datetime, say: Say) -> None:
    """Write the market as it stands at `now`.

    Raises NotEmptyError, and writes nothing, if the database has people or products.
    """
    if User.objects.exists() or Product.objects.exists():
        raise NotEmptyError(
            "This database is not empty. `make reset` starts anew; then the demo is"
            " loaded by itself."
        )
    began, currency = now - _HISTORY, settings.CURRENCY
    load_reference(country=settings.BUYER_COUNTRY, currency=currency, now=began)
    people = load_people(market, joined_at=began)
    shops = load_shops(market, people, now=now)
    say(f"{len(people.by_email)} people, {len(shops)} shops")
    load_catalogue(market, shops, currency=currency, now=now)
    say(f"{len(market.products)} products, {len(market.offers)} offers")
    say(f"{search.rebuild(now)} products can be found")
