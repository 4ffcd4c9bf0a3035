"""Load the whole demo market into an empty database."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from marketplace.accounts.models import User
from marketplace.core.errors import RefusedError
from marketplace.db import outbox
from marketplace.demo.content import Market
from marketplace.demo.load.addresses import load_addresses
from marketplace.demo.load.catalogue import load_catalogue
from marketplace.demo.load.keeping import write_keeping
from marketplace.demo.load.mails import write_mails
from marketplace.demo.load.months import close_months
from marketplace.demo.load.office import write_office
from marketplace.demo.load.past.live import live_past
from marketplace.demo.load.past.plans import ORDERS
from marketplace.demo.load.past.stripe import SandboxRefusedError, takes_a_past
from marketplace.demo.load.past.talking import set_thanks_aside
from marketplace.demo.load.people import People, load_people
from marketplace.demo.load.plans import write_draft, write_plans
from marketplace.demo.load.portal import write_portal
from marketplace.demo.load.promotions import write_promotions
from marketplace.demo.load.reference import load_reference
from marketplace.demo.load.searches import write_searches
from marketplace.demo.load.security import write_security
from marketplace.demo.load.shops import Shops, ask_for_account, load_shops
from marketplace.demo.load.systems import write_systems
from marketplace.demo.load.visits import write_visits
from marketplace.flows.expire_points import accounts_to_tell, tell_of_lost_points
from marketplace.shop.catalogue.models import Product
from payouts.services import documents
from search import services as search

Say = Callable[[str], None]
# When the first people joined; nothing of the demo is older.
_HISTORY = timedelta(days=800)


class NotEmptyError(RefusedError):
    """Somebody has used this database."""

    code = "demo.not_empty"


@transaction.atomic
def load_market(
    market: Market, *, now: datetime, say: Say, orders: int = ORDERS
) -> None:
    """Write the market as it stands at `now`, with so many orders behind it.

    A server that speaks Stripe's API alone takes no past: then the shops are stocked
    and their accounts asked for, and nothing was sold yet.

    Raises NotEmptyError if the database has people or products, SandboxRefusedError
    without a sandbox; nothing is written then.
    """
    _check_place()
    has_past = takes_a_past(settings.STRIPE_API_BASE)
    began, currency = now - _HISTORY, settings.CURRENCY
    load_reference(country=settings.BUYER_COUNTRY, currency=currency, now=began)
    people = load_people(market, joined_at=began)
    shops = load_shops(market, people, now=now)
    say(f"{len(people.by_email)} people, {len(shops)} shops")
    load_catalogue(market, shops, currency=currency, now=now)
    say(f"{len(market.products)} products, {len(market.offers)} offers")
    load_addresses(market.buyers, people)
    with _in_one_piece(), outbox.muted("mail", "search.index"):
        write_plans(shops, people, currency=currency, now=began)
        write_office(shops, people, currency=currency, now=now)
        write_promotions(shops, people, currency=currency, now=now)
        write_portal(market, shops, people, now=now)
        told = _sell(
            market, people, shops, orders=orders if has_past else 0, now=now, say=say
        )
        write_draft(people, currency=currency, now=now)
        papers = documents.issue_past(now=now)
        months = close_months(now=now)
    say(told)
    say(f"{papers} invoices and credit notes")
    say(months)
    say(f"{search.rebuild(now)} products can be found")
    kept = _write_accounts(people, now=now)
    say(f"{kept} things are kept or waited for")
    _tell_of_points(now=now)
    say(f"{write_mails(now=now)} mails are on their way")
    asked = write_searches(market, people, currency=currency, now=now)
    say(f"{asked} searches were asked")


def _write_accounts(people: People, *, now: datetime) -> int:
    """Write what people keep, and what their accounts look like from within."""
    kept = write_keeping(people, country=settings.BUYER_COUNTRY, now=now)
    write_security(people, now=now)
    return kept


def _tell_of_points(*, now: datetime) -> None:
    """Write to whom points are lost soon, as the night would."""
    rule, accounts = accounts_to_tell(now=now)
    if rule is not None:
        for account_id in accounts:
            tell_of_lost_points(account_id=account_id, rule=rule, now=now)


def _check_place() -> None:
    """Refuse a database with something in it, and a site that moves real money."""
    if User.objects.exists() or Product.objects.exists():
        raise NotEmptyError(
            "This database is not empty. `make reset` starts anew; then the demo is"
            " loaded by itself."
        )
    if not settings.STRIPE_IS_SANDBOX:
        raise SandboxRefusedError(
            "The past of the demo goes into the Stripe sandbox, and this site speaks to"
            " Stripe itself. Unset STRIPE_SECRET_KEY for a demo."
        )


def _sell(
    market: Market,
    people: People,
    shops: Shops,
    *,
    orders: int,
    now: datetime,
    say: Say,
) -> str:
    """Live the past, or ask for the shops' accounts alone; return what to say of it."""
    if orders:
        world = live_past(market, people, shops, orders=orders, now=now, say=say)
        set_thanks_aside(now=now)
        write_visits(market, shops, now=now)
        write_systems(shops, people, now=now)
        return f"{orders} orders, {len(world.stripe.operations)} movements at Stripe"
    for vendor in shops.values():
        ask_for_account(vendor, now=now)
    return "No past orders: this server speaks Stripe's API alone"


@contextmanager
def _in_one_piece() -> Iterator[None]:
    """Do without the savepoints of the past: if anything fails, all of it goes.

    Python's cycle collector finds nothing in it either, and takes its time.
    """
    features = connection.features
    uses_savepoints, features.uses_savepoints = features.uses_savepoints, False
    gc.disable()
    try:
        yield
    finally:
        features.uses_savepoints = uses_savepoints
        gc.enable()
