"""A bindery that sells, its people, and those who have no business there."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.shop.catalogue.models import (
    AttributeOption,
    AttributeOptionGroup,
    ProductAttribute,
    ProductClass,
)
from marketplace.shop.partner.models import StockRecord
from tests.integration.sale import (
    PLACED_AT,
    Sale,
    make_carrier,
    make_offer,
    make_seller,
    make_user,
    moment,
    pay_for,
)
from vendors.models import Application, Member, Vendor

NOW = moment("2026-11-23 12:00")
GOOD_NUMBER = "3232051288400117"
PEOPLE = (
    "owner",
    "orders",
    "catalogue",
    "finance",
    "other seller",
    "buyer",
    "anonymous",
)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Monday noon, an hour and a half after the order."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def mail_folder(settings: LazySettings, tmp_path: Path) -> Path:
    """Write mails into a folder of the test, as the demo does."""
    settings.EMAIL_BACKEND = "marketplace.config.mail_folder.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


@pytest.fixture
def anna(db: None) -> User:
    """A buyer with an account."""
    return make_user("anna", first_name="Anna", last_name="Peeters")


@pytest.fixture
def binder(db: None) -> User:
    """The owner of the bindery."""
    return make_user("binder", first_name="Bea")


@pytest.fixture
def bindery(binder: User) -> Vendor:
    """An open shop with an approved application."""
    vendor = make_seller("Bindery", owner=binder)
    Application.objects.create(vendor=vendor, state=Application.State.APPROVED)
    make_carrier()
    return vendor


@pytest.fixture
def notebook(bindery: Vendor) -> StockRecord:
    """A notebook for €24.00, ten on the shelf."""
    return make_offer(bindery, "Notebook", cents=2400)


@pytest.fixture
def sale(anna: User, bindery: Vendor, notebook: StockRecord) -> Sale:
    """Two notebooks and a box, paid by anna."""
    box = make_offer(bindery, "Slip case", cents=720)
    return pay_for({bindery: {notebook: 2, box: 1}}, user=anna)


@pytest.fixture
def owner(client: Client, binder: User, bindery: Vendor) -> Client:
    """A browser in which the owner is signed in."""
    client.force_login(binder)
    return client


@pytest.fixture
def browser_of(bindery: Vendor, binder: User, anna: User) -> Callable[[str], Client]:
    """Return a function that gives a browser of one of `PEOPLE`."""

    def browser(person: str) -> Client:
        client = Client()
        if person == "owner":
            client.force_login(binder)
        elif person == "buyer":
            client.force_login(anna)
        elif person == "other seller":
            baker = make_user("baker")
            make_seller("Bakery", owner=baker)
            client.force_login(baker)
        elif person != "anonymous":
            client.force_login(make_member(bindery, person))
        return client

    return browser


def queries_of(browser: Client, address: str) -> int:
    """Return how many queries a page takes; what is cached was cached before."""
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def make_member(vendor: Vendor, role: str) -> User:
    """Make somebody with a role in a shop."""
    user = make_user(f"{role}-hand")
    Member.objects.create(user=user, vendor=vendor, role=role, since=PLACED_AT)
    return user


def make_kind(name: str = "Books") -> ProductClass:
    """Make a kind of product."""
    kind: ProductClass = ProductClass.objects.create(name=name)
    return kind


def picture(
    name: str = "pot.png", *, side: int = 600, kind: str = "PNG"
) -> SimpleUploadedFile:
    """Return a square picture as a browser uploads it."""
    drawn = BytesIO()
    Image.new("RGB", (side, side), "teal").save(drawn, kind)
    return SimpleUploadedFile(name, drawn.getvalue(), f"image/{kind.lower()}")


@pytest.fixture
def kind(db: None) -> ProductClass:
    """Books: pages, weight, ruling, and whether they are signed."""
    books = make_kind()
    group = AttributeOptionGroup.objects.create(name="Ruling")
    for option in ("plain", "dotted"):
        AttributeOption.objects.create(group=group, option=option)
    rows = [
        ("pages", "integer", {}),
        ("weight", "float", {"unit": "g", "required": True}),
        ("ruling", "option", {"option_group": group}),
        ("signed", "boolean", {}),
        ("paper", "text", {}),
    ]
    for code, type_, more in rows:
        ProductAttribute.objects.create(
            product_class=books, name=code.title(), code=code, type=type_, **more
        )
    return books
