"""An import that stops goes on where it was; one that never gets on is given up."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from marketplace.db.models import AuditEvent
from marketplace.flows import import_offers
from tests.integration.vendors.sheets import HEAD, NOW, waiting
from vendors.models import ImportJob, ImportRow, Vendor
from vendors.selectors.imports import imports_in_review
from vendors.services import imports

pytestmark = pytest.mark.django_db


DAY_AFTER = NOW + timedelta(days=1)


def try_again(now: datetime = NOW) -> None:
    with pytest.raises(ExceptionGroup, match="left undone"):
        import_offers.run_waiting_imports(now=now)


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


def test_a_run_that_stopped_goes_on_where_it_was(bakery: Vendor) -> None:
    sheet = HEAD + "".join(f"S{n},,Thing {n},1.00,1,\n" for n in range(10))
    job = waiting(bakery, "offers.csv", sheet)
    first = next(imports.chunks(imports.open_rows(job), size=4))
    imports.import_chunk(job=job, chunk=first, now=NOW)
    job.refresh_from_db()

    import_offers.run_import(job=job, now=NOW)

    job.refresh_from_db()
    assert (job.rows_done, job.products_created) == (10, 10)
    assert ImportRow.objects.filter(job=job).count() == 10


def test_a_sheet_that_fails_keeps_no_other_waiting(
    bakery: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("broken.csv", "right.csv"):
        waiting(bakery, name, HEAD + f"{name},,Rye bread,4.90,1,\n")
    begin = imports.begin

    def fail(*, job: ImportJob, rows_total: int) -> None:
        if job.file_name == "broken.csv":
            raise ZeroDivisionError
        begin(job=job, rows_total=rows_total)

    monkeypatch.setattr(imports, "begin", fail)

    try_again()

    assert ImportJob.objects.get(file_name="right.csv").state == "finished"


def test_an_import_that_fails_by_our_fault_stops_and_says_so(
    broken: ImportJob, caplog: pytest.LogCaptureFixture
) -> None:
    other = waiting(broken.vendor, "right.csv", HEAD + "R,,Rye,1.00,1,\n")
    # Rows go in at the first, and at none of the next.
    for attempt in range(1 + imports.MOST_ATTEMPTS):
        try_again(NOW + timedelta(hours=attempt))

    import_offers.run_waiting_imports(now=DAY_AFTER)

    broken.refresh_from_db()
    other.refresh_from_db()
    assert (broken.state, broken.rows_done, broken.finished_at) == (
        "stopped",
        2,
        DAY_AFTER,
    )
    assert broken.error == (
        "Something went wrong on our side, and we know of it. 2 of 4 rows are in; "
        "nothing was changed by the others. Send the sheet once more, or write to us."
    )
    assert other.state == ImportJob.State.FINISHED
    assert AuditEvent.objects.get(action="import.stopped").subject_id == (
        broken.public_id
    )
    assert f"Import {broken.public_id} was given up" in caplog.text
    assert import_offers.run_waiting_imports(now=DAY_AFTER) == 0


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


def test_attempts_are_spread_over_more_than_an_hour(
    bakery: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = waiting(bakery, "offers.csv", HEAD + "A,,Rye,1.00,1,\n")
    tried = []

    def fail(**_given: Any) -> None:
        tried.append(minute)
        raise ZeroDivisionError

    monkeypatch.setattr(imports, "begin", fail)
    for minute in range(120):
        with suppress(ExceptionGroup):
            import_offers.run_waiting_imports(now=NOW + timedelta(minutes=minute))

    job.refresh_from_db()
    assert tried == [0, 1, 6, 21, 81]
    assert (job.state, job.finished_at) == ("stopped", NOW + timedelta(minutes=82))
    assert job.error == (
        "Something went wrong on our side, and we know of it. None of the rows is in. "
        "Send the sheet once more, or write to us."
    )
