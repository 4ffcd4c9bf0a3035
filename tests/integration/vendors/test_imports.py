"""A seller's sheet becomes offers, every row accounted for."""

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from marketplace.accounts.models import User
from marketplace.db.models import AuditEvent
from marketplace.flows import import_offers
from marketplace.shop.catalogue.models import Product, ProductIdentifier
from marketplace.shop.partner.models import StockRecord
from tests.benchmarks.icecat_sheet import write_sheet
from tests.integration.beside import Beside
from vendors.models import ImportJob, ImportRow, Vendor
from vendors.selectors.imports import imports_in_review
from vendors.services import imports
from vendors.services.application import begin_application
from vendors.services.products import decide_product

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ICECAT = Path(__file__).parents[4] / "shared" / "data" / "icecat"
HEAD = "sku,ean,title,price,stock,condition\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def bakery() -> Vendor:
    user = User.objects.create_user("bakery@example.com")
    return begin_application(user=user, name="Bakery", country="BE", now=NOW)


def run(vendor: Vendor, sheet: str) -> ImportJob:
    job = imports.start_import(
        vendor=vendor,
        file=ContentFile(sheet.encode(), name="offers.csv"),
        name="offers.csv",
        user_id=vendor.members.get().user_id,
        now=NOW,
    )
    import_offers.run_import(job=job, now=NOW)
    job.refresh_from_db()
    return job


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


def test_a_run_that_stopped_goes_on_where_it_was(bakery: Vendor) -> None:
    sheet = HEAD + "".join(f"S{n},,Thing {n},1.00,1,\n" for n in range(10))
    job = imports.start_import(
        vendor=bakery,
        file=ContentFile(sheet.encode(), name="offers.csv"),
        name="offers.csv",
        user_id=bakery.members.get().user_id,
        now=NOW,
    )
    first = next(imports.chunks(imports.open_rows(job), size=4))
    imports.import_chunk(job=job, chunk=first, now=NOW)
    job.refresh_from_db()

    import_offers.run_import(job=job, now=NOW)

    job.refresh_from_db()
    assert (job.rows_done, job.products_created) == (10, 10)
    assert ImportRow.objects.filter(job=job).count() == 10


def test_approving_an_import_publishes_its_products_at_once(bakery: Vendor) -> None:
    job = run(bakery, HEAD + "A,,One,1.00,1,\nB,,Two,1.00,1,\n")
    operator = User.objects.create_user("operator@example.com")

    count = import_offers.approve_import(job=job, operator_id=operator.pk, now=NOW)

    assert count == 2
    assert Product.objects.filter(is_public=True).count() == 2


def test_a_second_click_on_approve_changes_nothing(bakery: Vendor) -> None:
    job = run(bakery, HEAD + "A,,One,1.00,1,\nB,,Two,1.00,1,\n")
    operator = User.objects.create_user("operator@example.com")
    import_offers.approve_import(job=job, operator_id=operator.pk, now=NOW)

    count = import_offers.approve_import(
        job=job, operator_id=operator.pk, now=NOW + timedelta(seconds=1)
    )

    job.refresh_from_db()
    assert (count, job.approved_at) == (0, NOW)
    assert AuditEvent.objects.filter(action="import.approved").count() == 1


def test_of_two_who_approve_at_once_one_publishes(committing_db: None) -> None:
    user = User.objects.create_user("bakery@example.com")
    bakery = begin_application(user=user, name="Bakery", country="BE", now=NOW)
    job = run(bakery, HEAD + "A,,One,1.00,1,\nB,,Two,1.00,1,\n")

    def approve() -> int:
        return import_offers.approve_import(job=job, operator_id=user.pk, now=NOW)

    with transaction.atomic():
        first = approve()
        second = Beside(approve)
        second_waits = second.waits()

    assert (second_waits, first, second.result()) == (True, 2, 0)
    assert AuditEvent.objects.filter(action="import.approved").count() == 1


def test_a_product_that_is_sent_back_meanwhile_is_not_published(
    committing_db: None,
) -> None:
    user = User.objects.create_user("bakery@example.com")
    bakery = begin_application(user=user, name="Bakery", country="BE", now=NOW)
    job = run(bakery, HEAD + "A,,One,1.00,1,\nB,,Two,1.00,1,\n")

    with transaction.atomic():
        decide_product(
            product=Product.objects.get(title="One"), is_approved=False, reason="No."
        )
        second = Beside(
            lambda: import_offers.approve_import(job=job, operator_id=user.pk, now=NOW)
        )
        second_waits = second.waits()

    assert (second_waits, second.result()) == (True, 1)
    assert Product.objects.get(title="One").review_state == Product.Review.REFUSED


def test_the_error_file_lists_line_column_and_problem(bakery: Vendor) -> None:
    job = run(bakery, HEAD + "A,,One,free,1,\n")
    file = io.StringIO()

    imports.write_errors(job=job, file=file)

    assert file.getvalue().splitlines() == [
        "line,sku,column,problem",
        '2,A,price,"Enter a price above zero with two decimals, such as 24.90."',
    ]


def test_a_number_in_the_error_file_is_no_formula(bakery: Vendor) -> None:
    job = run(bakery, HEAD + "=1+1,,One,free,1,\n")
    file = io.StringIO()

    imports.write_errors(job=job, file=file)

    assert file.getvalue().splitlines()[1].startswith("2,'=1+1,price,")


@pytest.mark.parametrize("price", ["NaN", "sNaN", "-Infinity", "1e999999", "9" * 40])
def test_a_price_that_is_no_amount_is_refused(bakery: Vendor, price: str) -> None:
    job = run(bakery, HEAD + f"A,4006381333931,Rye bread,{price},1,\n")

    assert outcomes(job) == {2: ("refused", "price")}


def test_a_sheet_that_fails_keeps_no_other_waiting(
    bakery: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("broken.csv", "right.csv"):
        imports.start_import(
            vendor=bakery,
            file=ContentFile(
                (HEAD + f"{name},,Rye bread,4.90,1,\n").encode(), name=name
            ),
            name=name,
            user_id=bakery.members.get().user_id,
            now=NOW,
        )
    begin = imports.begin

    def fail(*, job: ImportJob, rows_total: int) -> None:
        if job.file_name == "broken.csv":
            raise ZeroDivisionError
        begin(job=job, rows_total=rows_total)

    monkeypatch.setattr(imports, "begin", fail)

    with pytest.raises(ExceptionGroup, match="left undone"):
        import_offers.run_waiting_imports(now=NOW)

    assert ImportJob.objects.get(file_name="right.csv").state == "finished"


def waiting(vendor: Vendor, name: str, sheet: str) -> ImportJob:
    return imports.start_import(
        vendor=vendor,
        file=ContentFile(sheet.encode(), name=name),
        name=name,
        user_id=vendor.members.get().user_id,
        now=NOW,
    )


def try_again() -> None:
    with pytest.raises(ExceptionGroup, match="left undone"):
        import_offers.run_waiting_imports(now=NOW)


@pytest.fixture
def broken(bakery: Vendor, monkeypatch: pytest.MonkeyPatch) -> ImportJob:
    """An import of four rows, of two a chunk, whose second chunk is our fault."""
    rows = "".join(f"S{n},,Thing {n},1.00,1,\n" for n in range(4))
    job = waiting(bakery, "broken.csv", HEAD + rows)
    take = imports.import_chunk

    def fail(**given: Any) -> list[int]:
        if given["job"].pk == job.pk and "S2" in given["chunk"].staged[0]:
            raise ZeroDivisionError
        return take(**given)

    monkeypatch.setattr(imports, "import_chunk", fail)
    cut = imports.chunks
    monkeypatch.setattr(imports, "chunks", lambda rows: cut(rows, size=2))
    return job


def test_an_import_that_fails_by_our_fault_stops_and_says_so(
    broken: ImportJob, caplog: pytest.LogCaptureFixture
) -> None:
    other = waiting(broken.vendor, "right.csv", HEAD + "R,,Rye,1.00,1,\n")
    # Rows go in at the first, and at none of the next.
    for _attempt in range(1 + imports.MOST_ATTEMPTS):
        try_again()

    import_offers.run_waiting_imports(now=NOW)

    broken.refresh_from_db()
    other.refresh_from_db()
    assert (broken.state, broken.rows_done, broken.finished_at) == ("stopped", 2, NOW)
    assert broken.error == (
        "Something went wrong on our side, and we know of it. 2 of 4 rows are in; "
        "nothing was changed by the others. Send the sheet once more, or write to us."
    )
    assert other.state == ImportJob.State.FINISHED
    assert AuditEvent.objects.get(action="import.stopped").subject_id == (
        broken.public_id
    )
    assert f"Import {broken.public_id} was given up" in caplog.text
    assert import_offers.run_waiting_imports(now=NOW) == 0


def test_an_import_that_moves_on_is_given_new_attempts(
    broken: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    ImportJob.objects.update(attempts=imports.MOST_ATTEMPTS - 1)

    try_again()

    broken.refresh_from_db()
    assert (broken.state, broken.rows_done, broken.attempts) == ("running", 2, 0)


def test_what_a_stopped_import_brought_can_be_published(broken: ImportJob) -> None:
    ImportJob.objects.update(attempts=imports.MOST_ATTEMPTS - 1)
    try_again()
    ImportJob.objects.update(attempts=imports.MOST_ATTEMPTS)

    import_offers.run_waiting_imports(now=NOW)

    assert [(job.pk, job.waiting) for job in imports_in_review()] == [(broken.pk, 2)]


@pytest.mark.skipif(not ICECAT.exists(), reason="the icecat data is not here")
def test_real_products_go_in_and_every_row_is_accounted_for(bakery: Vendor) -> None:
    sheet = io.StringIO()
    rows = write_sheet(ICECAT, sheet, limit=3000)

    job = run(bakery, sheet.getvalue())

    assert (job.rows_done, job.rows.count()) == (rows, rows)
    assert job.products_created + job.rows_refused == rows
    assert job.products_created == Product.objects.count()
    assert ProductIdentifier.objects.count() > 0.9 * job.products_created
