"""A seller's offers: the table that is typed into, one offer, and a new one."""

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from marketplace.shop.catalogue.models import (
    Product,
    ProductAttribute,
    ProductIdentifier,
)
from marketplace.shop.partner.models import StockRecord
from tests.integration.portal.conftest import queries_of
from tests.integration.sale import make_offer, make_seller
from vendors.models import Vendor
from vendors.selectors.offers import stated_facts

EAN = "4006381333931"
OFFER = {
    "price": "19,50",
    "stock": "4",
    "condition": "new",
    "condition_note": "",
    "handling_days": "2",
    "sku": "BK-1",
    "min_quantity": "1",
    "max_quantity": "",
    "is_active": "on",
}


def address(route: str, **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def told(answer: object) -> list[str]:
    return [str(each) for each in get_messages(answer.wsgi_request)]


def typed(offer: StockRecord, **cells: str) -> dict[str, str]:
    """Return a row of the table as a browser sends it."""
    row = {
        "price": str(offer.price),
        "stock": str(offer.available),
        "seen": f"{int(offer.price * 100)}|{offer.available}|{int(offer.is_active)}",
        **({"active": "on"} if offer.is_active else {}),
        **cells,
    }
    return {f"{name}-{offer.public_id}": value for name, value in row.items()}


def send(browser: Client, *rows: dict[str, str]) -> object:
    """Send the table with these rows."""
    together = {name: value for row in rows for name, value in row.items()}
    offers = [name.removeprefix("seen-") for name in together if name[:5] == "seen-"]
    return browser.post(address("portal-offers"), {**together, "offer": offers})


def test_what_an_open_shop_has_in_stock_is_live(owner: Client, notebook: StockRecord):
    page = owner.get(address("portal-offers")).content.decode()

    assert ">Live<" in page
    assert "Waits for your shop" not in page


def test_nothing_is_live_while_the_shop_is_not_open(
    owner: Client, bindery: Vendor, notebook: StockRecord
):
    bindery.partner.is_selling = False
    bindery.partner.save()

    page = owner.get(address("portal-offers")).content.decode()

    assert "Waits for your shop" in page
    assert ">Live<" not in page
    assert "0 on sale" in page


@pytest.fixture
def pencil(bindery: Vendor) -> StockRecord:
    """A pencil for €2.00, ten on the shelf."""
    return make_offer(bindery, "Pencil", cents=200)


def test_rows_are_saved_at_once(
    owner: Client, notebook: StockRecord, pencil: StockRecord
):
    answer = send(
        owner,
        typed(notebook, price="25,00", stock="7"),
        typed(pencil, price="2.10"),
    )

    notebook.refresh_from_db()
    pencil.refresh_from_db()
    assert told(answer) == ["2 offers saved."]
    assert (notebook.price, notebook.available) == (Decimal("25.00"), 7)
    assert (pencil.price, pencil.available) == (Decimal("2.10"), 10)


def test_a_wrong_row_keeps_what_was_typed_and_spoils_no_other(
    owner: Client, notebook: StockRecord, pencil: StockRecord
):
    answer = send(owner, typed(notebook, price="about 30"), typed(pencil, stock="3"))

    notebook.refresh_from_db()
    pencil.refresh_from_db()
    page = answer.content.decode()
    assert "One row could not be saved." in page
    assert 'value="about 30"' in page
    assert "Enter a price such as 24.90." in page
    assert (notebook.price, pencil.available) == (Decimal("24.00"), 3)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"price": "0"}, "Enter a price above zero"),
        ({"price": "9" * 16}, "Enter a price such as 24.90."),
        ({"price": "1.005"}, "Enter a price such as 24.90."),
        ({"stock": "-1"}, "Enter a whole number, 0 or more."),
        ({"stock": "9999999999"}, "Enter a whole number, 0 or more."),
        ({"stock": "999999999"}, "Enter how many you have."),
        ({"stock": "\u0663"}, "Enter a whole number, 0 or more."),
    ],
)
def test_what_cannot_be_says_why(
    owner: Client, notebook: StockRecord, cells: dict[str, str], words: str
):
    answer = send(owner, typed(notebook, **cells))

    notebook.refresh_from_db()
    assert words in answer.content.decode()
    assert (notebook.price, notebook.available) == (Decimal("24.00"), 10)


def test_a_stale_tab_puts_no_sold_stock_back(owner: Client, notebook: StockRecord):
    old = typed(notebook, price="26.00")
    StockRecord.objects.filter(pk=notebook.pk).update(num_allocated=4)

    send(owner, old)

    notebook.refresh_from_db()
    assert (notebook.price, notebook.available) == (Decimal("26.00"), 6)


def test_stock_that_was_typed_over_a_sale_is_asked_again(
    owner: Client, notebook: StockRecord
):
    old = typed(notebook, stock="12")
    StockRecord.objects.filter(pk=notebook.pk).update(num_allocated=4)

    answer = send(owner, old)

    notebook.refresh_from_db()
    page = answer.content.decode()
    assert "Meanwhile it has become 6. Check it and save again." in page
    assert 'value="2400|6|1"' in page
    assert notebook.available == 6


def test_a_row_can_be_taken_off_sale_and_a_second_click_changes_nothing(
    owner: Client, notebook: StockRecord
):
    row = typed(notebook)
    del row[f"active-{notebook.public_id}"]

    first = send(owner, row)
    second = send(owner, row)

    notebook.refresh_from_db()
    assert told(first)[-1] == "1 offer saved."
    assert second.status_code == 302
    assert notebook.is_active is False


def test_rows_of_another_shop_are_not_there(owner: Client, sale_of_bakery):
    send(owner, typed(sale_of_bakery, price="1.00"))

    sale_of_bakery.refresh_from_db()
    assert sale_of_bakery.price == Decimal("4.50")


@pytest.fixture
def sale_of_bakery(db: None) -> StockRecord:
    """An offer of somebody else."""
    return make_offer(make_seller("Bakery"), "Loaf", cents=450)


def test_tabs_and_words_find_offers(
    owner: Client, notebook: StockRecord, pencil: StockRecord
):
    StockRecord.objects.filter(pk=pencil.pk).update(num_in_stock=2)
    ProductIdentifier.objects.create(product=notebook.product, value=EAN)

    low = owner.get(address("portal-offers"), {"tab": "low"}).content.decode()
    by_ean = owner.get(address("portal-offers"), {"q": EAN}).content.decode()
    nothing = owner.get(address("portal-offers"), {"q": "zebra \0"}).content.decode()

    assert "Pencil" in low
    assert "Notebook" not in low
    assert "Notebook" in by_ean
    assert "Pencil" not in by_ean
    assert "Nothing matches" in nothing


def test_the_table_asks_as_often_for_many_offers_as_for_few(
    owner: Client, bindery: Vendor
):
    make_offer(bindery, "First", cents=100)
    few = queries_of(owner, address("portal-offers"))
    for number in range(15):
        make_offer(bindery, f"Thing {number}", cents=100)

    assert queries_of(owner, address("portal-offers")) == few


def test_the_table_writes_prices_as_its_reader_does(
    owner: Client, notebook: StockRecord
):
    where = address("portal-offers")
    german = owner.get(f"/de{where}").content.decode()
    sent = typed(notebook, price="24,50")

    owner.post(f"/de{where}", {**sent, "offer": [notebook.public_id]})

    notebook.refresh_from_db()
    assert 'value="24,00"' in german
    assert notebook.price == Decimal("24.50")


def test_a_fact_of_several_choices_is_one_that_is_told(
    owner: Client, notebook: StockRecord
):
    product = notebook.product
    kind = product.product_class
    ProductAttribute.objects.create(
        product_class=kind, name="Use", code="use", type="multi_option"
    )
    product.facts = {"use": ["a", "b"]}
    product.save()

    pages = [
        owner.get(address("portal-offers")),
        owner.get(address("portal-offer", public_id=notebook.public_id)),
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert dict(stated_facts(product))["Use"] == "a, b"


def test_an_offer_is_changed_with_all_its_terms(owner: Client, notebook: StockRecord):
    where = address("portal-offer", public_id=notebook.public_id)

    answer = owner.post(where, {**OFFER, "seen_stock": "10", "condition": "good"})

    notebook.refresh_from_db()
    assert answer.url == address("portal-offers")
    assert (notebook.price, notebook.available, notebook.condition) == (
        Decimal("19.50"),
        4,
        "good",
    )
    assert (notebook.partner_sku, notebook.handling_days) == ("BK-1", 2)


def test_a_stale_offer_page_leaves_stock_that_nobody_touched(
    owner: Client, notebook: StockRecord
):
    StockRecord.objects.filter(pk=notebook.pk).update(num_allocated=3)
    where = address("portal-offer", public_id=notebook.public_id)

    owner.post(where, {**OFFER, "stock": "10", "seen_stock": "10"})

    notebook.refresh_from_db()
    assert notebook.available == 7


def test_a_stale_offer_page_asks_again_before_it_overwrites_a_sale(
    owner: Client, notebook: StockRecord
):
    StockRecord.objects.filter(pk=notebook.pk).update(num_allocated=3)
    where = address("portal-offer", public_id=notebook.public_id)

    first = owner.post(where, {**OFFER, "stock": "20", "seen_stock": "10"})
    second = owner.post(where, {**OFFER, "stock": "20", "seen_stock": "7"})

    notebook.refresh_from_db()
    assert "Meanwhile it has become 7." in first.content.decode()
    assert second.status_code == 302
    assert notebook.available == 20


def test_a_product_is_found_by_its_ean_and_offered_in_one_page(
    owner: Client, bindery: Vendor
):
    product = Product.objects.create(title="Bone folder", is_public=True)
    ProductIdentifier.objects.create(product=product, value=EAN)
    where = address("portal-offer-new")

    found = owner.get(where, {"q": EAN}).content.decode()
    form = owner.get(where, {"product": product.public_id}).content.decode()
    answer = owner.post(f"{where}?product={product.public_id}", OFFER)

    offer = StockRecord.objects.get(product=product)
    assert "Bone folder" in found
    assert f'value="{EAN}"' in form
    assert answer.url == address("portal-offers")
    assert (offer.partner_sku, offer.price) == ("BK-1", Decimal("19.50"))
    assert (offer.available, offer.handling_days) == (4, 2)


def test_a_second_click_makes_no_second_offer(owner: Client, bindery: Vendor):
    product = Product.objects.create(title="Bone folder", is_public=True)
    where = f"{address('portal-offer-new')}?product={product.public_id}"

    owner.post(where, OFFER)
    second = owner.post(where, OFFER)

    assert "You already offer this product in this condition" in (
        second.content.decode()
    )
    assert StockRecord.objects.filter(product=product).count() == 1


def test_what_is_missing_is_named_at_its_field(owner: Client, bindery: Vendor):
    product = Product.objects.create(title="Bone folder", is_public=True)
    where = f"{address('portal-offer-new')}?product={product.public_id}"

    page = owner.post(where, {"stock": "many"}).content.decode()

    assert "Enter a price." in page
    assert "Enter a whole number." in page
    assert not StockRecord.objects.filter(product=product).exists()


def test_a_product_in_review_of_somebody_else_cannot_be_offered(
    owner: Client, bindery: Vendor
):
    product = Product.objects.create(
        title="Secret", is_public=False, review_state="in_review"
    )

    answer = owner.get(address("portal-offer-new"), {"product": product.public_id})

    assert answer.status_code == 404
