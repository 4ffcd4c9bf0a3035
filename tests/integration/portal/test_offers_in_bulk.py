"""Many offers changed alike, the best price beside each, and how well it tells."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from frontend.portal import offers
from marketplace.shop.partner.models import StockRecord
from tests.factories import RateFactory, ZoneFactory
from tests.integration.portal.conftest import queries_of
from tests.integration.sale import make_offer, make_seller
from vendors.models import Vendor

TABLE = reverse("portal-offers", kwargs={"handle": "bindery"})
BULK = reverse("portal-offers-bulk", kwargs={"handle": "bindery"})


def typed(*offers: StockRecord, **cells: str) -> dict[str, object]:
    """Return the table with these offers as a browser sends it, all of them chosen."""
    sent: dict[str, object] = {
        "offer": [offer.public_id for offer in offers],
        "chosen": [offer.public_id for offer in offers],
    }
    for offer in offers:
        seen = f"{int(offer.price * 100)}|{offer.available}|{int(offer.is_active)}"
        sent |= {
            f"price-{offer.public_id}": str(offer.price),
            f"stock-{offer.public_id}": str(offer.available),
            f"seen-{offer.public_id}": seen,
            **({f"active-{offer.public_id}": "on"} if offer.is_active else {}),
        }
    return {**sent, **cells}


def plan_in(page: str) -> str:
    found = re.search(r'name="plan" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def look(owner: Client, *offers: StockRecord, action: str, value: str = "") -> str:
    sent = typed(*offers) | {"do": "look", "action": action, "value": value}
    return owner.post(TABLE, sent).content.decode()


@pytest.fixture
def pencil(bindery: Vendor) -> StockRecord:
    """A pencil for €2.00, ten on the shelf."""
    return make_offer(bindery, "Pencil", cents=200)


@pytest.mark.parametrize(
    ("action", "value", "field", "expected"),
    [
        ("percent", "-10", "price", Decimal("1.80")),
        ("percent", "+2,5 %", "price", Decimal("2.05")),
        ("amount", "0.50", "price", Decimal("2.50")),
        ("amount", "−1,25", "price", Decimal("0.75")),
        ("stock", "3", "num_in_stock", 3),
        ("days", "5", "handling_days", 5),
        ("off", "", "is_active", False),
    ],
)
def test_a_change_is_looked_at_done_and_undone(
    owner: Client,
    pencil: StockRecord,
    action: str,
    value: str,
    field: str,
    expected: object,
) -> None:
    was = getattr(pencil, field)

    page = look(owner, pencil, action=action, value=value)
    pencil.refresh_from_db()
    while_looking = getattr(pencil, field)
    owner.post(BULK, {"plan": plan_in(page)})
    pencil.refresh_from_db()
    changed = getattr(pencil, field)
    told = owner.get(TABLE).content.decode()
    owner.post(BULK, {"plan": plan_in(told), "do": "undo"})
    pencil.refresh_from_db()

    assert "1 offer would change" in page
    assert "1 offer changed." in told
    assert (while_looking, changed, getattr(pencil, field)) == (was, expected, was)


@pytest.mark.parametrize(
    ("action", "value", "words"),
    [
        ("percent", "some", "Say by how many percent"),
        ("percent", "-100", "Say by how many percent"),
        ("percent", "9999", "Say by how many percent"),
        ("amount", "", "Say by how much"),
        ("amount", "1.234", "Say by how much"),
        ("amount", "-2", "Its price would not be above zero."),
        ("amount", "999999", "Its price would be too high."),
        ("stock", "-1", "a whole number, 0 or more"),
        ("stock", "9999999", "a whole number, 0 or more"),
        ("days", "61", "from 0 to 60"),
        ("match", "", "Nobody can buy it now"),
    ],
)
def test_what_cannot_be_done_says_so_and_changes_nothing(
    owner: Client, pencil: StockRecord, action: str, value: str, words: str
) -> None:
    page = look(owner, pencil, action=action, value=value)

    assert words in page
    pencil.refresh_from_db()
    assert (pencil.price, pencil.edition) == (2, 0)


def test_all_are_changed_or_it_is_said_that_they_are_too_many(
    owner: Client, pencil: StockRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Pen", "Ink"):
        make_offer(Vendor.objects.get(handle="bindery"), name, cents=300)
    sent = typed(pencil) | {"do": "look", "action": "off", "all": "yes"}

    monkeypatch.setattr(offers, "MOST_ROWS", 3)
    every = owner.post(TABLE, sent).content.decode()
    monkeypatch.setattr(offers, "MOST_ROWS", 2)
    too_many = owner.post(TABLE, sent).content.decode()

    assert "3 offers would change" in every
    assert "Up to 2 offers change at once" in too_many


def test_rows_that_changed_since_the_look_are_told_one_by_one(
    owner: Client, pencil: StockRecord, notebook: StockRecord
) -> None:
    page = look(owner, pencil, notebook, action="amount", value="1")
    StockRecord.objects.filter(pk=pencil.pk).update(price=Decimal("2.20"))

    answer = owner.post(BULK, {"plan": plan_in(page)}).content.decode()

    pencil.refresh_from_db()
    notebook.refresh_from_db()
    assert "Somebody has changed this meanwhile." in answer
    assert "Pencil" in answer
    assert (pencil.price, notebook.price) == (Decimal("2.20"), Decimal("25.00"))


def test_what_was_typed_is_not_lost_to_a_change_of_many(
    owner: Client, pencil: StockRecord
) -> None:
    sent = typed(pencil, **{f"price-{pencil.public_id}": "2.75"})

    page = owner.post(TABLE, sent | {"do": "look", "action": "off"}).content.decode()

    assert "Save what you typed first" in page
    assert 'value="2.75"' in page
    assert 'data-unsaved-count="1"' in page


@pytest.mark.parametrize("plan", ["", "x", "x:y:z"])
def test_a_plan_of_nobody_is_not_there(
    owner: Client, pencil: StockRecord, plan: str
) -> None:
    assert owner.post(BULK, {"plan": plan}).status_code == 404


def test_the_best_offer_stands_beside_each_and_is_matched_before_it_is_saved(
    owner: Client, bindery: Vendor, pencil: StockRecord
) -> None:
    bakery = make_seller("bakery")
    for shop in (bindery, bakery):
        RateFactory.create(zone=ZoneFactory.create(partner=shop.partner))
    rival = make_offer(bakery, "Pencil of ours", cents=150)
    StockRecord.objects.filter(pk=rival.pk).update(product=pencil.product)

    listed = owner.get(TABLE).content.decode()
    sent = typed(pencil) | {"do": f"match-{pencil.public_id}"}
    matched = owner.post(TABLE, sent).content.decode()

    pencil.refresh_from_db()
    assert "too high" in listed
    assert "2 of 2" in listed
    assert 'value="1.50"' in matched
    assert 'data-unsaved-count="1"' in matched
    assert pencil.price == 2


def test_an_offer_says_how_well_it_tells_what_it_is(
    owner: Client, pencil: StockRecord
) -> None:
    where = reverse(
        "portal-offer", kwargs={"handle": "bindery", "public_id": pencil.public_id}
    )

    page = owner.get(where).content.decode()

    assert "How well it tells what it is" in page
    assert "Add pictures until there are three" in page
    few = queries_of(owner, TABLE)
    for number in range(5):
        make_offer(Vendor.objects.get(handle="bindery"), f"Pen {number}", cents=300)
    assert queries_of(owner, TABLE) == few
