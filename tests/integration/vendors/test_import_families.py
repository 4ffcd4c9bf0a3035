"""A sheet brings products in several choices."""

from datetime import timedelta
from io import StringIO

import pytest

from frontend.portal.import_folds import folded, heads_of
from marketplace.accounts.models import User
from marketplace.flows import steer_import
from marketplace.flows.import_offers import approve_import, run_waiting_imports
from marketplace.flows.list_product import decide_product
from marketplace.shop.catalogue.models import Category, Product
from marketplace.shop.catalogue.texts import texts_of
from marketplace.shop.partner.models import StockRecord
from tests.factories import CategoryFactory, UserFactory
from tests.integration.vendors.sheets import NOW, planned, run
from vendors.models import Vendor
from vendors.selectors.offers import products_in_review
from vendors.services.import_sheets import write_errors

pytestmark = pytest.mark.django_db
HEAD = (
    "sku,ean,title,price,stock,category,variant_group,variant_axes,attributes,"
    "title_fr\n"
)
EANS = ("4006381333931", "5901234123457", "5400000000918")


def row(sku: str, colour: str, size: str, *, ean: str = "", axes: str = "") -> str:
    return (
        f"{sku},{ean},Shirt,20.00,3,shirts,SH1,{axes or 'Colour | size'},"
        f"Colour: {colour} | Size: {size} | Made of: linen,Chemise\n"
    )


SHIRTS = HEAD + (
    row("A", "Blue", "S", ean=EANS[0]) + row("B", "Blue", "M") + row("C", "Red", "S")
)


@pytest.fixture(autouse=True)
def shelf(db: None) -> Category:
    return CategoryFactory.create(name="Shirts")


@pytest.fixture
def moderator() -> User:
    return UserFactory.create()


def test_rows_of_a_group_are_one_product_in_choices(
    bakery: Vendor, moderator: User, shelf: Category
) -> None:
    job = run(bakery, SHIRTS)

    family = Product.objects.get(structure="parent")
    children = list(family.children.order_by("pk"))
    assert (family.title, family.facts, family.group_code) == (
        "Shirt",
        {"Made of": "linen"},
        "SH1",
    )
    assert [each.category for each in family.productcategory_set.all()] == [shelf]
    assert [each.title for each in children] == [
        "Shirt, Blue, S",
        "Shirt, Blue, M",
        "Shirt, Red, S",
    ]
    assert children[0].facts == {"Colour": "Blue", "Size": "S", "Made of": "linen"}
    assert children[2].choice == {"Colour": "Red", "Size": "S"}
    assert texts_of(children[1])["fr"]["title"] == "Chemise, Blue, M"
    assert texts_of(family)["fr"]["title"] == "Chemise"
    assert list(products_in_review()) == [family]
    assert approve_import(job=job, operator_id=moderator.pk, now=NOW) == 3
    assert Product.objects.filter(is_public=True).count() == 4


def test_later_rows_join_their_group_and_prices_hit_the_choice(
    bakery: Vendor, moderator: User
) -> None:
    run(bakery, SHIRTS)
    family = Product.objects.get(structure="parent")
    said = {"is_approved": True, "reason": "", "operator_id": moderator.pk, "now": NOW}
    decide_product(product=family, seen=family.version, **said)

    run(bakery, HEAD + row("D", "Red", "M") + row("E", "red", "s"))
    prices = run(bakery, f"sku,ean,price,stock\nA,{EANS[0]},21.00,3\n")

    (added,) = products_in_review()
    assert (added.title, added.parent) == ("Shirt, Red, M", family)
    assert prices.offers_updated == 1
    assert StockRecord.objects.get(partner_sku="A").price == 21
    assert not StockRecord.objects.filter(partner_sku="E").exists()


def test_a_plan_says_how_many_choices_and_all_that_is_wrong(bakery: Vendor) -> None:
    job = planned(
        bakery,
        SHIRTS
        + row("D", "Blue", "m")
        + row("E", "Green", "S", axes="Made of")
        + row("F", "Green", "S", axes="Cut")
        + row("I", "Green", "S", axes="x" * 61)
        + "G,123,,free,lots,,SH1,,Colour: Blue,\n"
        + "H,,Toy,9.00,1,Toys,,,,\n",
    )

    wrong = {each.sku: each.faults for each in job.plan.filter(outcome="refused")}
    lines = folded(job, heads_of(job.plan.all()))
    [shirt] = [line for line in lines if line.choices]
    assert (job.summary["groups"], job.summary["choices"]) == (1, 3)
    assert len(lines) == job.plan.count() - 2
    assert (shirt.title, shirt.stock, len(shirt.choices)) == ("Shirt", 9, 3)
    assert job.plan.get(sku="B").title == "Shirt, Blue, M"
    assert wrong["D"] == [
        ("attributes", "Another choice of this group has the same values.")
    ]
    assert [column for column, _message in wrong["H"]] == ["category"]
    assert wrong["E"] == [
        ("variant_axes", "Name the same attributes in all rows of a group.")
    ]
    assert wrong["F"] == [("attributes", "Give this choice a short “Cut” of its own.")]
    assert wrong["I"] == [("variant_axes", "Shorten this text to 60 characters.")]
    assert [column for column, _message in wrong["G"]] == [
        *("price", "stock", "ean", "variant_axes")
    ]
    file = StringIO()
    write_errors(job=job, file=file)
    assert '"price, stock, ean, variant_axes"' in file.getvalue()
    assert "price: Enter a price" in file.getvalue()


def test_a_group_has_no_more_choices_than_a_product_may(bakery: Vendor) -> None:
    colours = [row(f"A{n}", f"Blue {n}", "S") for n in range(99)]
    run(bakery, HEAD + "".join(colours))

    job = planned(
        bakery,
        HEAD + row("B", "Red", "S") + row("C", "Green", "S") + row("D", "Red", "S"),
    )

    assert {each.sku: each.faults for each in job.plan.filter(outcome="refused")} == {
        "C": [("variant_group", "A product has at most 100 choices.")],
        "D": [("attributes", "Another choice of this group has the same values.")],
    }


def test_an_undo_takes_the_whole_product_with_its_choices(
    bakery: Vendor, moderator: User
) -> None:
    job = run(bakery, SHIRTS)

    steer_import.undo_import(job=job, user_id=moderator.pk, now=NOW)
    run_waiting_imports(now=NOW + timedelta(minutes=1))

    assert not Product.objects.exists()
    assert not StockRecord.objects.exists()
