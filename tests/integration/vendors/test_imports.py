"""A seller's sheet becomes offers, every row accounted for."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from marketplace.accounts.models import User
from marketplace.shop.catalogue.models import Product, ProductIdentifier, ProductText
from marketplace.shop.partner.models import StockRecord
from tests.benchmarks.icecat_sheet import write_sheet
from tests.integration.vendors.sheets import HEAD, NOW, run
from vendors.models import ImportJob, Vendor
from vendors.services import import_sheets
from vendors.services.application import begin_application
from vendors.services.import_sheets import write_template

ICECAT = Path(__file__).parents[4] / "shared" / "data" / "icecat"

pytestmark = pytest.mark.django_db


def outcomes(job: ImportJob) -> dict[int, tuple[str, str]]:
    return {row.number: (row.outcome, row.field) for row in job.rows.all()}


def test_a_new_product_waits_for_moderation_with_its_offer(bakery: Vendor) -> None:
    job = run(bakery, HEAD + "R1,4006381333931,Rye bread,4.90,12,\n")

    product = Product.objects.get()
    offer = StockRecord.objects.get()
    assert outcomes(job) == {2: ("product_created", "")}
    assert (product.title, product.review_state, product.is_public) == (
        "Rye bread",
        "in_review",
        False,
    )
    assert product.submitted_by_id == bakery.partner_id
    assert list(product.identifiers.values_list("value", flat=True)) == [
        "4006381333931"
    ]
    assert (offer.partner_sku, offer.price, offer.num_in_stock) == (
        "R1",
        Decimal("4.90"),
        12,
    )
    assert offer.public_id.startswith("off_")


def test_a_second_import_changes_only_what_changed(bakery: Vendor) -> None:
    rows = "R1,4006381333931,Rye,4.90,12,\nR2,,Rolls,0.80,90,\n"
    run(bakery, HEAD + rows)
    StockRecord.objects.filter(partner_sku="R1").update(num_allocated=2)

    job = run(bakery, HEAD + "R1,,,5.10,7,\nR2,,,0.80,90,\n")

    offer = StockRecord.objects.get(partner_sku="R1")
    assert outcomes(job) == {2: ("updated", ""), 3: ("unchanged", "")}
    assert (offer.price, offer.num_in_stock, offer.num_allocated) == (
        Decimal("5.10"),
        9,
        2,
    )
    assert Product.objects.count() == 2


def test_another_seller_offers_the_product_that_an_ean_names(bakery: Vendor) -> None:
    run(bakery, HEAD + "R1,4006381333931,Rye,4.90,12,\n")
    user = User.objects.create_user("bindery@example.com")
    bindery = begin_application(user=user, name="Bindery", country="FR", now=NOW)

    job = run(bindery, HEAD + "X9,4006381333931,,6.00,1,good\n")

    assert outcomes(job) == {2: ("offer_created", "")}
    assert Product.objects.count() == 1
    assert StockRecord.objects.get(partner_sku="X9").condition == "good"


def test_each_bad_row_says_what_to_correct_and_the_others_go_in(bakery: Vendor) -> None:
    job = run(
        bakery,
        HEAD
        + ",,No number,1.00,1,\n"
        + "B,4006381333930,Wrong digit,1.00,1,\n"
        + "C,,Free,0,1,\n"
        + "D,,Negative,1.00,-1,\n"
        + "E,,,1.00,1,\n"
        + "F,,Odd,1.00,1,broken\n"
        + "G,,Twice,1.00,1,\n"
        + "G,,Twice,1.00,1,\n"
        + "H,4006381333931,One,1.00,1,\n"
        + "I,4006381333931,Two,1.00,1,\n",
    )

    assert outcomes(job) == {
        2: ("refused", "sku"),
        3: ("refused", "ean"),
        4: ("refused", "price"),
        5: ("refused", "stock"),
        6: ("refused", "title"),
        7: ("refused", "condition"),
        8: ("product_created", ""),
        9: ("refused", "sku"),
        10: ("product_created", ""),
        11: ("refused", "ean"),
    }
    assert not job.rows.filter(outcome="refused", message="").exists()
    assert (job.rows_total, job.rows_done, job.rows_refused) == (10, 10, 8)
    assert (job.products_created, StockRecord.objects.count()) == (2, 2)


def test_two_eans_of_two_products_are_refused(bakery: Vendor) -> None:
    run(bakery, HEAD + "A,4006381333931,One,1,1,\nB,96385074,Two,1,1,\n")

    job = run(bakery, HEAD + "C,4006381333931|96385074,Both,1.00,1,new\n")

    assert outcomes(job) == {2: ("refused", "ean")}


def test_a_file_that_is_no_sheet_fails_with_what_to_do(bakery: Vendor) -> None:
    job = run(bakery, "name;amount\nRye;3\n")

    assert (job.state, job.rows_done) == (ImportJob.State.FAILED, 0)
    assert job.error == (
        "The first line must name the columns; missing: sku, price, stock."
    )


def test_the_error_file_lists_line_column_and_problem(bakery: Vendor) -> None:
    job = run(bakery, HEAD + "A,,One,free,1,\n")
    file = io.StringIO()

    import_sheets.write_errors(job=job, file=file)

    assert file.getvalue().splitlines() == [
        "sku,ean,title,price,stock,condition,column,problem",
        "A,,One,free,1,,price,"
        '"Enter a price above zero with two decimals, such as 24.90."',
    ]


def test_a_number_in_the_error_file_is_no_formula(bakery: Vendor) -> None:
    job = run(bakery, HEAD + "=1+1,,One,free,1,\n")
    file = io.StringIO()

    import_sheets.write_errors(job=job, file=file)

    assert file.getvalue().splitlines()[1].startswith("'=1+1,,One,free")


@pytest.mark.parametrize("price", ["NaN", "sNaN", "-Infinity", "1e999999", "9" * 40])
def test_a_price_that_is_no_amount_is_refused(bakery: Vendor, price: str) -> None:
    job = run(bakery, HEAD + f"A,4006381333931,Rye bread,{price},1,\n")

    assert outcomes(job) == {2: ("refused", "price")}


@pytest.mark.skipif(not ICECAT.exists(), reason="the icecat data is not here")
def test_real_products_go_in_and_every_row_is_accounted_for(bakery: Vendor) -> None:
    sheet = io.StringIO()
    rows = write_sheet(ICECAT, sheet, limit=3000)

    job = run(bakery, sheet.getvalue())

    assert (job.rows_done, job.rows.count()) == (rows, rows)
    assert job.products_created + job.rows_refused == rows
    assert job.products_created == Product.objects.count()
    assert ProductIdentifier.objects.count() > 0.9 * job.products_created


def test_a_new_product_says_itself_in_the_languages_of_its_row(bakery: Vendor) -> None:
    head = "sku,title,price,stock,title_fr,description_fr,title_de,description_de\n"
    rows = "R1,Rye,4.90,12,Seigle,Au levain,,\nR2,Oat,2,3,,,,\nR3,Spelt,2,3,,x,,\n"

    job = run(bakery, head + rows)
    again = run(bakery, head + "R1,Rye,4.90,12,Autre,,Roggen,\n")

    assert outcomes(job) == {
        2: ("product_created", ""),
        3: ("product_created", ""),
        4: ("refused", "title_fr"),
    }
    assert outcomes(again) == {2: ("unchanged", "")}
    assert list(
        ProductText.objects.values_list("language", "title", "description")
    ) == [("fr", "Seigle", "Au levain")]


def test_the_template_names_the_columns_of_languages_and_fills_in_titles(
    bakery: Vendor,
) -> None:
    head = "sku,title,price,stock,title_fr\n"
    run(bakery, head + "R1,Rye,4.90,12,=Seigle\n")
    empty, full = io.StringIO(), io.StringIO()

    write_template(file=empty, vendor=None)
    write_template(file=full, vendor=bakery)

    (columns,) = csv.reader(io.StringIO(empty.getvalue()))
    (row,) = csv.DictReader(io.StringIO(full.getvalue()))
    assert columns[-4:] == ["title_fr", "description_fr", "title_de", "description_de"]
    assert (row["title"], row["title_fr"], row["title_de"]) == ("Rye", "'=Seigle", "")
    assert outcomes(run(bakery, full.getvalue())) == {2: ("unchanged", "")}
