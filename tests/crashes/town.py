"""Where it happens: servers of its own, three shops, their owners and an operator."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.test import Client, override_settings

from marketplace.config.embedded.valkey import Valkey
from marketplace.config.run import programs
from marketplace.db import clock
from marketplace.shop.partner.models import StockRecord
from tests import servers, services
from tests.crashes.mortals import Forgetful, Mortal
from tests.integration.buying.market import add_rates, open_market
from tests.integration.documents.papers import complete
from tests.integration.sale import (
    confirm_address,
    make_carrier,
    make_offer,
    make_seller,
    make_user,
)
from tests.journeys.people import make_operator
from tests.journeys.world import opens_account
from tests.servers import Sandbox
from vendors.models import Member, Vendor

STOCK = 100_000
WEB_LIFE, WORKER_LIFE, VALKEY_LIFE = 5, 4, (20, 60)


@dataclass(frozen=True)
class Town:
    """The servers, the offers that are bought, and cookies of those who sign in."""

    address: str
    sandbox: Sandbox
    web: Mortal
    worker: Mortal
    valkey: Forgetful
    redis_url: str
    offers: tuple[StockRecord, ...]
    keys: dict[str, str]


@contextmanager
def open_town(folder: Path) -> Iterator[Town]:
    """Start Stripe and Valkey, describe the programs that will die, open the shops."""
    site, stripe = services.free_ports(2)
    addresses = {
        "PUBLIC_URL": f"http://127.0.0.1:{site}",
        "STRIPE_API_BASE": f"http://127.0.0.1:{stripe}",
    }
    with ExitStack() as stack:
        stack.enter_context(override_settings(**addresses))
        sandbox = stack.enter_context(servers.running_sandbox(folder))
        valkey = Forgetful(Valkey(folder / "queue", durable=False), VALKEY_LIFE)
        stack.callback(valkey.kill)
        valkey.start()
        redis_url = f"unix://{quote(str(valkey.server.socket))}?db=0"
        # Ours is the address of all buyers; the limit is for one.
        told = {
            **addresses,
            "REDIS_URL": redis_url,
            "CHECKOUTS_IN_TEN_MINUTES": "1000000",
            "ELASTICSEARCH_URL": "",
        }
        web = Mortal(programs.web(site, told), folder / "web.log", WEB_LIFE)
        worker = Mortal(
            programs.worker(folder, told), folder / "worker.log", WORKER_LIFE
        )
        offers, keys = _open_shops(sandbox)
        yield Town(
            address=addresses["PUBLIC_URL"],
            sandbox=sandbox,
            web=web,
            worker=worker,
            valkey=valkey,
            redis_url=redis_url,
            offers=offers,
            keys=keys,
        )


def _open_shops(sandbox: Sandbox) -> tuple[tuple[StockRecord, ...], dict[str, str]]:
    market = open_market()
    make_carrier()
    pottery = make_seller("Pottery")
    add_rates(pottery, home=590)
    mug = make_offer(pottery, "Mug", cents=1999)
    offers = (market.loaf, market.jam, market.notebook, mug)
    for offer in offers:
        offer.num_in_stock = STOCK
        offer.save()
    keys = {"operator": _session_of(make_operator("operator@example.org"))}
    for vendor in (market.bakery, market.bindery, pottery):
        # Without it nobody could write their invoices.
        complete(vendor)
        opens_account(vendor, sandbox)
        keys[vendor.handle] = _sign_in_owner(vendor)
    return offers, keys


def _sign_in_owner(vendor: Vendor) -> str:
    owner = make_user(f"owner-of-{vendor.handle}")
    confirm_address(owner)
    Member.objects.create(
        user=owner, vendor=vendor, role=Member.Role.OWNER, since=clock.now()
    )
    return _session_of(owner)


def _session_of(user: object) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
