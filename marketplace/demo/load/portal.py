"""What sellers find in the portal beside orders: imports, keys, their shelves."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.demo.content import Market
from marketplace.demo.content.designs import slug
from marketplace.demo.content.specs import OfferSpec
from marketplace.demo.load.people import People, owner_email
from marketplace.demo.load.shops import Shops
from marketplace.flows.import_offers import run_import, run_undo, start_import
from marketplace.flows.steer_import import apply_import, match_columns, undo_import
from marketplace.shop.catalogue.models import Category
from vendors.models import Application, ImportJob, Vendor
from vendors.services import import_steps, imports, team
from vendors.services.answers import save_answer
from vendors.services.tokens import TokenTerms, issue_token, note_use, revoke_token

_SHOP, _ROWS = "brume", 24
# So many rows of the paused one are in.
_IN = 10
_FRESH = 7
_SIX_DAYS = timedelta(days=6)
# What a sheet typed by hand looks like: a price in words, a digit too few.
_WRONG = (
    ("BRU-0001", "forty-nine", "3", "", "2"),
    ("BRU-0002", "26.00", "4", "952400210001", "2"),
)
# The shop's own program speaks German, and somebody's finger slipped: on the first
# row a digit too many, on the second one too few.
_GERMAN = ("Artikelnr", "VK_brutto", "Lager", "Bezeichnung", "EAN-Code")
_GERMAN_WRONG = (
    ("BRU-0905", "", "24", "Egg cup ‘Galet’, sand", ""),
    ("BRU-0911", "38,00", "12", "Butter dish ‘Dune’", "952400210002"),
    ("BRU-0977", "9,50", "-4", "Saucer, celadon", ""),
)
_GERMAN_NEW = (
    ("BRU-0981", "22,00", "8", "Salt cellar ‘Embrun’, chalk", ""),
    ("BRU-0982", "34,00", "5", "Oil cruet ‘Embrun’, chalk", ""),
)

# Days ago, whom, for what: nobody has answered, one has let it run out.
_ASKED = (
    (11, "compta@tanguy.example", "finance"),
    (2, "yann@atelier-brume.example", "orders"),
)
# Each key: its name, what it may, and how many days older than the newest it is.
_KEYS = (
    ("Till in the workshop", ["offers:read", "offers:write", "orders:read"], 0, None),
    ("Stock counter, reads alone", ["offers:read"], 30, 90),
    ("The old till", ["offers:read", "offers:write"], 200, None),
)
_ANSWERS = {
    "When it ships": (
        "Hello {name}, your order {order} leaves with the next collection; the mail"
        " with its number follows the same evening."
    ),
    "Lid and spare parts": (
        "Hello {name}, we keep spare lids for most of our pots. Tell me which of them"
        " it is and I look for yours."
    ),
    "Breakage, sorry": (
        "Hello {name}, I am sorry that it broke on the way. A photo is all I need:"
        " please report it from your order {order} and you have the money back or a"
        " new one, as you like."
    ),
}


def write_portal(
    market: Market, shops: Shops, people: People, *, now: datetime
) -> None:
    """Let a shop have imports of every state, and give its till a key."""
    vendor, owner = shops[_SHOP], people.by_email[owner_email(_SHOP)]
    moment = now - timedelta(days=6)
    _write_imports(market, vendor, owner.pk, now=now)
    _give_keys(vendor, owner, now=moment)
    _gather_team(vendor, owner, now=now)
    for title, text in _ANSWERS.items():
        save_answer(vendor=vendor, title=title, text=text, now=moment)
    _name_shelves(market)


def _name_shelves(market: Market) -> None:
    """Let every shop have said that it belongs where its offers are."""
    shelves = dict(Category.objects.filter(depth=1).values_list("full_slug", "pk"))
    applied = dict(Application.objects.values_list("vendor__handle", "pk"))
    root = {spec.key: slug(spec.category[0]) for spec in market.products}
    chosen = {(offer.seller, root[offer.product]) for offer in market.offers}
    links = Application.categories.through.objects
    links.bulk_create(
        links.model(application_id=applied[handle], category_id=shelves[name])
        for handle, name in sorted(chosen)
    )


def _give_keys(vendor: Vendor, owner: User, *, now: datetime) -> None:
    """Let one key be in use, one only read, and one be taken back."""
    till, _stock, old = (
        issue_token(
            vendor=vendor,
            terms=TokenTerms(
                name=name,
                scopes=scopes,
                ends_on=timezone.localdate(now + timedelta(days=last))
                if last
                else None,
            ),
            user_id=owner.pk,
            now=now - timedelta(days=days),
        )[0]
        for name, scopes, days, last in _KEYS
    )
    note_use(token=till, now=now + timedelta(days=5))
    revoke_token(token=old, now=now)


def _gather_team(vendor: Vendor, owner: User, *, now: datetime) -> None:
    """Let two people be asked, one of them too long ago."""
    for days, email, role in _ASKED:
        asked_at = now - timedelta(days=days)
        team.invite(
            vendor=vendor, email=email, role=role, user_id=owner.pk, now=asked_at
        )


def _write_imports(
    market: Market, vendor: Vendor, user_id: int, *, now: datetime
) -> None:
    every = [offer for offer in market.offers if offer.seller == _SHOP]
    offers, counted = every[:_ROWS], every[_ROWS:]
    sent = Sender(vendor, user_id)

    undone = sent.plan("autumn-table.csv", _dearer(offers), now - timedelta(days=20))
    sent.apply(undone, now - timedelta(days=20))
    sent.undo(undone, now - timedelta(days=19))

    finished = sent.plan("prices-november.csv", _sheet(market, offers), now - _SIX_DAYS)
    sent.apply(finished, now - _SIX_DAYS)

    paused = sent.plan("stock-count.csv", _counted(counted), now - timedelta(hours=2))
    sent.apply(paused, now - timedelta(hours=2), rows=_IN)

    sent.plan("winter-programme.csv", _german(offers), now - timedelta(minutes=25))


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody of a shop, with sheets in different moods."""

    vendor: Vendor
    user_id: int

    def plan(self, name: str, sheet: str, moment: datetime) -> ImportJob:
        """Send a sheet, and say that its columns are what they seem."""
        job = start_import(
            vendor=self.vendor,
            file=ContentFile(sheet.encode(), name=name),
            name=name,
            user_id=self.user_id,
            now=moment,
        )
        if job.state == ImportJob.State.UPLOADED:
            job = match_columns(job=job, places=job.places, now=moment)
        run_import(job=job, now=moment)
        job.refresh_from_db()
        return job

    def apply(self, job: ImportJob, moment: datetime, *, rows: int = 0) -> None:
        """Say yes; after so many `rows`, if any are named, somebody pauses it."""
        job = apply_import(job=job, user_id=self.user_id, now=moment)
        if not rows:
            run_import(job=job, now=moment + timedelta(seconds=3))
            return
        imports.begin(job=job, rows_total=job.rows_total)
        first = next(imports.chunks(imports.open_rows(job), size=rows))
        imports.import_chunk(job=job, chunk=first, now=moment)
        import_steps.pause(job=job)

    def undo(self, job: ImportJob, moment: datetime) -> None:
        """Take it all back."""
        job.refresh_from_db()
        run_undo(
            undo=undo_import(job=job, user_id=self.user_id, now=moment), now=moment
        )


def _sheet(market: Market, offers: list[OfferSpec]) -> str:
    """Write a sheet of offers, some with a piece more, and two wrong rows."""
    eans = {product.key: product.ean for product in market.products}
    return _written(
        ("sku", "price", "stock", "ean", "handling_days"),
        (
            *(
                (
                    offer.sku,
                    _price(offer.price_minor),
                    # Some came out of the kiln since.
                    offer.stock + (place < _FRESH),
                    eans[offer.product],
                    offer.handling_days,
                )
                for place, offer in enumerate(offers)
            ),
            *_WRONG,
        ),
    )


def _dearer(offers: list[OfferSpec]) -> str:
    return _written(
        ("sku", "price", "stock", "handling_days"),
        (
            (
                offer.sku,
                _price(offer.price_minor + 100),
                offer.stock + 2,
                offer.handling_days,
            )
            for offer in offers[:12]
        ),
    )


def _counted(offers: list[OfferSpec]) -> str:
    """Write what a count found: of some things a piece or two more."""
    return _written(
        ("sku", "price", "stock", "handling_days"),
        (
            (
                offer.sku,
                _price(offer.price_minor),
                offer.stock + place % 3 if offer.stock else 0,
                offer.handling_days,
            )
            for place, offer in enumerate(offers)
        ),
    )


def _german(offers: list[OfferSpec]) -> str:
    """Write prices of a winter: most move a little, two by a slip, some rows wrong."""
    prices = [
        offer.price_minor + (150 if place % 3 else -100)
        for place, offer in enumerate(offers)
    ]
    prices[0], prices[1] = offers[0].price_minor * 10, offers[1].price_minor * 38 // 100
    rows = (
        (offer.sku, _price(price).replace(".", ","), offer.stock, "", "")
        for offer, price in zip(offers, prices, strict=True)
    )
    return _written(_GERMAN, (*rows, *_GERMAN_WRONG, *_GERMAN_NEW), delimiter=";")


def _written(
    head: Sequence[str], rows: Iterable[Sequence[object]], *, delimiter: str = ","
) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=delimiter)
    writer.writerow(head)
    writer.writerows(rows)
    return sheet.getvalue()


def _price(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"
