"""What an import would change is shown first, and only what was said yes to happens."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from marketplace.accounts.models import User
from marketplace.flows import steer_import
from marketplace.flows.import_offers import (
    run_waiting_imports,
    start_import_once,
)
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from tests.integration.vendors.sheets import HEAD, NOW, applied, planned, run, sent
from tests.unit.vendors.workbooks import workbook
from vendors.models import ImportJob, ImportShape, Vendor
from vendors.services import import_keeping, import_steps, imports
from vendors.services.application import begin_application
from vendors.services.import_steps import ImportStepError

pytestmark = pytest.mark.django_db
GERMAN = "Artikelnr;VK_brutto;Lager;Bezeichnung\r\nA;4,50;6;Brot\r\n"


def test_a_sheet_is_one_import_by_what_it_says_not_by_its_name(bakery: Vendor) -> None:
    by = {
        "vendor": bakery,
        "name": "offers.csv",
        "user_id": bakery.members.get().user_id,
        "now": NOW,
    }
    sheets = [f"{HEAD}A,,Bread,{price},5,\n" for price in ("4.00", "4.00", "5.00")]

    jobs = [
        start_import_once(file=ContentFile(sheet.encode(), name="offers.csv"), **by)
        for sheet in sheets
    ]

    assert [is_new for _, is_new in jobs] == [True, False, True]
    assert jobs[0][0] == jobs[1][0] != jobs[2][0]


def test_a_plan_changes_nothing_and_says_what_each_row_would(bakery: Vendor) -> None:
    run(bakery, HEAD + "A,,One,4.00,5,\nB,,Two,4.00,5,\nC,,Three,40.00,5,\n")
    products = Product.objects.count()

    job = planned(
        bakery,
        HEAD
        + "A,,,4.50,5,\nB,,,4.00,5,\nC,,,4.00,5,\nN,,New,1,1,\nX,,,1,1,\nY,,,,1,\n",
    )

    assert job.state == ImportJob.State.PLANNED
    assert {row.sku: (row.outcome, row.doubt, row.field) for row in job.plan.all()} == {
        "A": ("updated", "", ""),
        "B": ("unchanged", "", ""),
        "C": ("updated", "moved", ""),
        "N": ("product_created", "", ""),
        "X": ("refused", "", "title"),
        "Y": ("refused", "", "price"),
    }
    assert (job.summary["up"], job.summary["down"], job.summary["lowest"]) == (
        1,
        1,
        -90,
    )
    assert Product.objects.count() == products
    assert StockRecord.objects.get(partner_sku="A").price == 4


@pytest.mark.parametrize(
    ("taken", "price"), [(None, "40.00"), (False, "40.00"), (True, "4.00")]
)
def test_a_price_in_doubt_is_written_only_after_a_yes(
    bakery: Vendor, taken: bool | None, price: str
) -> None:
    run(bakery, HEAD + "C,,Three,40.00,5,\n")
    job = planned(bakery, HEAD + "C,,,4.00,7,\n")
    if taken is not None:
        import_steps.decide_prices(job=job, taken=taken, rows=[2])

    applied(job)

    offer = StockRecord.objects.get()
    assert (offer.price, offer.num_in_stock) == (Decimal(price), 7)


def test_what_others_ask_is_told_of_published_products_alone(bakery: Vendor) -> None:
    owner = User.objects.create_user("mill@example.com")
    mill = begin_application(user=owner, name="Mill", country="BE", now=NOW)
    run(mill, HEAD + "M,4006381333931,Flour,12.00,5,\n")
    sheet = HEAD + "A,4006381333931,Flour,4.00,5,\n"

    told = []
    for state in (Product.Review.APPROVED, Product.Review.IN_REVIEW):
        is_public = state == Product.Review.APPROVED
        Product.objects.update(is_public=is_public, review_state=state)
        told.append(planned(bakery, sheet).plan.get().price_of_others)

    assert told == [Decimal(12), None]


def test_a_yes_to_a_price_outlives_a_new_plan(bakery: Vendor) -> None:
    run(bakery, HEAD + "C,,Three,40.00,5,\nD,,Four,40.00,5,\n")
    job = planned(bakery, HEAD + "C,,,4.00,7,\nD,,,4.00,7,\nE,,Five,,1,\n")
    import_steps.decide_prices(job=job, taken=True, rows=None)

    steer_import.mend_rows(job=job, cells={3: {"price": "5.00"}, 4: {"price": "9,90"}})
    run_waiting_imports(now=NOW)

    rows = {row.sku: (row.outcome, row.taken) for row in job.plan.all()}
    assert rows == {
        "C": ("updated", True),
        "D": ("updated", None),
        "E": ("product_created", None),
    }


def test_mended_rows_go_in_as_they_were_mended(bakery: Vendor) -> None:
    job = planned(bakery, HEAD + "A,400638133393,One,free,-4,\nB,,Two,2.00,1,\n")
    steer_import.mend_rows(
        job=job, cells={2: {"price": "4,90", "stock": "4", "ean": "4006381333931"}}
    )
    run_waiting_imports(now=NOW)
    job.refresh_from_db()

    job = applied(job)

    assert (job.products_created, job.rows_refused) == (2, 0)
    assert StockRecord.objects.get(partner_sku="A").price == Decimal("4.90")


def test_what_the_plan_left_out_stays_out(bakery: Vendor) -> None:
    job = planned(bakery, HEAD + "A,4006381333931,One,1,1,\nB,,,1,1,\n")
    run(bakery, HEAD + "B,,Two,5.00,5,\n")

    job = applied(job)

    assert StockRecord.objects.get(partner_sku="B").price == 5
    assert (job.products_created, job.rows_refused) == (1, 1)


@pytest.mark.parametrize(
    "content",
    [
        GERMAN,
        GERMAN.encode("cp1252"),
        GERMAN.replace(";", "\t"),
        workbook([["Artikelnr", "VK", "Lager", "Titel"], ["A", 4.5, 6, "Brot"]]),
    ],
)
def test_columns_of_another_name_are_asked_for_once(
    bakery: Vendor, content: str | bytes
) -> None:
    first = sent(bakery, content)
    matched = first.state
    steer_import.match_columns(job=first, places=first.places, now=NOW)
    run_waiting_imports(now=NOW)
    first.refresh_from_db()
    applied(first)

    second = sent(bakery, content)

    assert (matched, second.state) == (
        ImportJob.State.UPLOADED,
        ImportJob.State.PLANNING,
    )
    assert set(second.matched.values()) == {"before"}
    assert ImportShape.objects.count() == 1
    offer = StockRecord.objects.get()
    assert (offer.price, offer.num_in_stock) == (Decimal("4.50"), 6)


@pytest.mark.parametrize(
    ("places", "field"),
    [
        ({"sku": 0, "price": 1}, "stock"),
        ({"sku": 0, "price": 1, "stock": 1}, "stock"),
        ({"sku": 0, "price": 1, "stock": 9}, "stock"),
        ({"sku": 0, "price": 1, "stock": -1}, "stock"),
        ({"sku": 0, "price": 1, "stock": 2, "colour": 3}, "colour"),
        ({}, "sku"),
    ],
)
def test_columns_that_do_not_match_are_named(
    bakery: Vendor, places: dict[str, int], field: str
) -> None:
    job = sent(bakery, GERMAN)

    with pytest.raises(ImportStepError) as refusal:
        steer_import.match_columns(job=job, places=places, now=NOW)

    assert refusal.value.field == field


def test_a_paused_import_goes_on_where_it_was_and_a_stopped_one_ends(
    bakery: Vendor,
) -> None:
    job = planned(bakery, HEAD + "".join(f"S{n},,T{n},1.00,1,\n" for n in range(6)))
    steer_import.apply_import(job=job, user_id=job.created_by_id or 0, now=NOW)
    imports.begin(job=job, rows_total=6)
    first = next(imports.chunks(imports.open_rows(job), size=2))
    imports.import_chunk(job=job, chunk=first, now=NOW)
    import_steps.pause(job=job)

    while_paused = run_waiting_imports(now=NOW)
    done = ImportJob.objects.get().rows_done
    steer_import.go_on(job=job)
    run_waiting_imports(now=NOW)

    job.refresh_from_db()
    assert (while_paused, done) == (0, 2)
    assert (job.state, job.rows_done, job.products_created) == ("finished", 6, 6)
    for step in (
        lambda: import_steps.pause(job=job),
        lambda: import_steps.cancel(job=job, now=NOW),
        lambda: steer_import.go_on(job=job),
        lambda: import_steps.mend_rows(job=job, cells={}),
    ):
        with pytest.raises(ImportStepError, match="moved on"):
            step()


def test_imports_of_a_shop_go_one_after_the_other(bakery: Vendor) -> None:
    first, second = sent(bakery, HEAD + "A,,One,1,1,\n"), sent(bakery, HEAD, "b.csv")

    with imports.only_worker_on(first) as is_ours:
        assert is_ours

    assert run_waiting_imports(now=NOW) == 2
    second.refresh_from_db()
    assert second.state == ImportJob.State.PLANNED


def test_a_night_forgets_plans_that_are_done_and_what_nobody_said_yes_to(
    bakery: Vendor, django_capture_on_commit_callbacks
) -> None:
    done = applied(planned(bakery, HEAD + "A,,One,4.00,5,\n"))
    left = planned(bakery, HEAD + "B,,Two,4.00,5,\n")

    import_keeping.forget_old(NOW + timedelta(days=29))
    waits = left.plan.count()
    with django_capture_on_commit_callbacks(execute=True):
        import_keeping.forget_old(NOW + timedelta(days=31))

    assert (done.plan.count(), done.rows.count(), waits) == (0, 1, 1)
    assert list(ImportJob.objects.all()) == [done]
    assert not left.file.storage.exists(left.file.name)
    assert done.file.storage.exists(done.file.name)
