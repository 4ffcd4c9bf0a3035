"""What a seller finds in the portal beside orders: an import, a key for a system."""

import csv
import io
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from marketplace.demo.content import Market
from marketplace.demo.load.people import People, owner_email
from marketplace.demo.load.shops import Shops
from marketplace.flows.import_offers import run_import, start_import
from vendors.services.tokens import issue_token

_SHOP, _ROWS = "brume", 24
# What a sheet typed by hand looks like: a price in words, a digit too few.
_WRONG = (
    ("BRU-0001", "forty-nine", "3", "", "2"),
    ("BRU-0002", "26.00", "4", "952400210001", "2"),
)


def write_portal(
    market: Market, shops: Shops, people: People, *, now: datetime
) -> None:
    """Let a shop upload its prices once, and give its till a key."""
    vendor, owner = shops[_SHOP], people.by_email[owner_email(_SHOP)]
    moment = now - timedelta(days=6)
    job = start_import(
        vendor=vendor,
        file=ContentFile(_sheet(market).encode(), name="prices-november.csv"),
        name="prices-november.csv",
        user_id=owner.pk,
        now=moment,
    )
    run_import(job=job, now=moment)
    issue_token(
        vendor=vendor,
        name="Till in the workshop",
        scopes=["offers:read", "offers:write", "orders:read"],
        user_id=owner.pk,
        now=moment,
    )


def _sheet(market: Market) -> str:
    """Write a sheet of the shop's first offers, as they are, and two wrong rows."""
    eans = {product.key: product.ean for product in market.products}
    offers = [offer for offer in market.offers if offer.seller == _SHOP][:_ROWS]
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(("sku", "price", "stock", "ean", "handling_days"))
    writer.writerows(
        (
            offer.sku,
            f"{offer.price_minor // 100}.{offer.price_minor % 100:02}",
            offer.stock,
            eans[offer.product],
            offer.handling_days,
        )
        for offer in offers
    )
    writer.writerows(_WRONG)
    return sheet.getvalue()
