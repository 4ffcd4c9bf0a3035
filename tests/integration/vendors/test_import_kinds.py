"""A sheet says what kinds of product its rows are, and answers what those are asked."""

import csv
import io

import pytest

from marketplace.shop.catalogue.kinds import AttributeTerms, add_attribute, add_kind
from marketplace.shop.catalogue.models import (
    CategoryText,
    FactText,
    Product,
    ProductClass,
)
from tests.factories import CategoryFactory
from tests.integration.vendors.sheets import applied, planned
from vendors.models import Vendor
from vendors.services.import_sheets import write_template

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bowls(db: None) -> ProductClass:
    """A kind that is called like a shelf, and asked four things."""
    kitchen = CategoryFactory.create(name="Kitchen")
    shelf = CategoryFactory.create(name="Bowls", parent=kitchen)
    CategoryText.objects.create(category=shelf, language="fr", name="Bols")
    kind = add_kind(name="Kitchen / Bowls")
    for terms in (
        AttributeTerms(
            name="Colour",
            type="option",
            options=("Blue", "Red"),
            is_facet=True,
            is_required=True,
        ),
        AttributeTerms(name="Suits", type="multi_option", options=("Oven", "Freezer")),
        AttributeTerms(name="Width", type="float", unit="cm"),
        AttributeTerms(name="Handmade", type="boolean"),
    ):
        add_attribute(kind=kind, terms=terms)
    FactText.objects.create(language="fr", code="colour", value="", said="Couleur")
    FactText.objects.create(language="fr", code="colour", value="Blue", said="Bleu")
    return kind


def test_a_row_of_a_kind_answers_what_it_is_asked(
    bakery: Vendor, bowls: ProductClass
) -> None:
    job = planned(
        bakery,
        "sku;title;price;stock;kind;Couleur;Width;attributes\n"
        "A;Bowl;20,00;3;bols;bleu;12,5 cm;Handmade: oui | suits: oven, Freezer\n"
        "B;Dish;20,00;3;kitchen / BOWLS;;;"
        '"{""colour"": ""red"", ""Handmade"": false}"\n'
        "C;Thing;20,00;3;;;;Colour: Blue\n",
    )
    applied(job)

    bowl, dish, thing = Product.objects.order_by("pk")
    assert (bowl.product_class, dish.product_class) == (bowls, bowls)
    assert bowl.facts == {
        "colour": "Blue",
        "width": 12.5,
        "handmade": True,
        "suits": ["Oven", "Freezer"],
    }
    assert dish.facts == {"colour": "Red", "handmade": False}
    assert (thing.product_class.slug, thing.facts) == ("goods", {"Colour": "Blue"})


def test_choices_of_a_kind_differ_in_what_it_is_asked(
    bakery: Vendor, bowls: ProductClass
) -> None:
    head = "sku,title,price,stock,kind,variant_group,variant_axes,attributes\n"
    job = planned(
        bakery,
        head
        + "A,Bowl,20.00,3,Bowls,G,Couleur | Size,Colour: bleu | Size: S | Width: 9\n"
        + "B,Bowl,20.00,3,Kitchen > Bowls,G,Couleur | Size,Colour: red | Size: S\n"
        + "C,Jug,20.00,3,Bowls,H,Handmade,Colour: red | Handmade: yes\n"
        + "D,Jug,20.00,3,Bowls,H,Handmade,Colour: red | Handmade: no\n",
    )
    applied(job)

    family, jug = Product.objects.filter(structure=Product.PARENT).order_by("pk")
    assert [each.title for each in jug.children.order_by("pk")] == [
        "Jug, Yes",
        "Jug, No",
    ]
    assert (family.product_class, family.facts) == (bowls, {"width": 9.0})
    assert [each.choice for each in family.children.order_by("pk")] == [
        {"colour": "Blue", "Size": "S"},
        {"colour": "Red", "Size": "S"},
    ]


def test_a_plan_says_what_is_wrong_with_a_kind_and_its_answers(bakery: Vendor) -> None:
    job = planned(
        bakery,
        "sku,title,price,stock,kind,variant_group,variant_axes,attributes\n"
        "A,Bowl,20.00,3,Boats,,,Colour: Blue\n"
        "B,Bowl,20.00,3,Bowls,,,Colour: Grey | Width: wide | Handmade: maybe\n"
        "C,Bowl,free,3,Bowls,,,Weight: 3\n"
        "D,Bowl,20.00,3,Bowls,,,Width: 3\n"
        "E,Bowl,20.00,3,Bowls,G,Colour,Colour: Blue\n"
        "F,Bowl,20.00,3,,G,Colour,Colour: Red\n",
    )

    assert {each.sku: each.faults for each in job.plan.filter(outcome="refused")} == {
        "A": [
            (
                "kind",
                "We have no kind of product of this name, or several: the page of "
                "imports lists them.",
            )
        ],
        "B": [
            (
                "attributes",
                "“Colour” is one of: Blue, Red. “Width” is a number, such as 12.5. "
                "“Handmade” is yes or no.",
            )
        ],
        "C": [
            ("price", "Enter a price above zero with two decimals, such as 24.90."),
            (
                "attributes",
                "This kind has no “Weight”, but: Colour, Handmade, Suits, Width.",
            ),
        ],
        "D": [("attributes", "Say its “Colour”.")],
        "F": [("kind", "Give all rows of a group the same kind.")],
    }


def test_the_sheet_of_a_kind_has_a_column_for_each_thing_asked(
    bakery: Vendor, bowls: ProductClass
) -> None:
    file = io.StringIO()

    write_template(file=file, kind=bowls)

    columns = next(csv.reader(io.StringIO(file.getvalue())))
    assert columns[-4:] == ["Colour", "Handmade", "Suits", "Width"]
    row = dict.fromkeys(columns, "") | {"sku": "A", "title": "Bowl", "price": "2.50"}
    row |= {"stock": "1", "kind": bowls.name, "Colour": "Red"}
    sheet = io.StringIO()
    csv.writer(sheet).writerows([columns, row.values()])
    assert planned(bakery, sheet.getvalue()).summary["product_created"] == 1


def test_an_attribute_called_like_a_column_elsewhere_is_not_lost(
    bakery: Vendor, bowls: ProductClass
) -> None:
    long = "What the seller " + "really " * 6 + "means"
    for name in ("Reference", "Größe", "Genre", long):
        add_attribute(kind=bowls, terms=AttributeTerms(name=name, type="text"))

    job = planned(
        bakery,
        f"Reference,sku,title,price,stock,kind,Colour,Größe,Genre,{long}\n"
        "R7,A,Bowl,20.00,3,Bowls,Red,XL,Plain,Much\n",
    )
    applied(job)

    bowl = Product.objects.get()
    assert {"R7", "XL", "Plain", "Much"} <= set(bowl.facts.values())
