"""`make bench-imports DATA=folder`: rows of a real catalogue a second, as a seller.

Measures the whole way of a file: reading and checking each row, COPY, upserts, and the
account of each row. A second pass changes nothing and a third changes every price. The
seconds of CPU are Python's and PostgreSQL's: they move less than the clock when the
machine has other work.
"""

import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from tests.benchmarks.scratch import scratch_database  # isort: skip (sets Django up)

import psutil
from django.core.files.base import ContentFile
from django.db import connection

from marketplace.accounts.models import User
from marketplace.flows.import_offers import run_import
from tests.benchmarks.icecat_sheet import write_sheet
from vendors.models import ImportJob, Vendor
from vendors.services import imports
from vendors.services.application import begin_application

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def main(folder: Path) -> None:
    """Import the folder three times and print rows per second of each."""
    sheet = io.StringIO()
    rows = write_sheet(folder, sheet)
    first = sheet.getvalue()
    with scratch_database():
        vendor = _seller()
        _report("new products", rows, lambda: _run(vendor, first))
        _report("nothing changed", rows, lambda: _run(vendor, first))
        dearer = first.replace(".95,", ".99,").replace(".00,", ".49,")
        _report("prices changed", rows, lambda: _run(vendor, dearer))


def _seller() -> Vendor:
    user = User.objects.create_user("bench@example.com")
    return begin_application(user=user, name="Bench", country="BE", now=NOW)


def _run(vendor: Vendor, sheet: str) -> ImportJob:
    job = imports.start_import(
        vendor=vendor,
        file=ContentFile(sheet.encode(), name="offers.csv"),
        name="offers.csv",
        user_id=vendor.members.get().user_id,
        now=NOW,
    )
    job.state = ImportJob.State.WAITING
    job.save(update_fields=["state"])
    run_import(job=job, now=NOW)
    job.refresh_from_db()
    return job


def _report(title: str, rows: int, run: Callable[[], Any]) -> None:
    server = _server()
    started, ours, theirs = perf_counter(), process_time(), _cpu_seconds(server)
    job = run()
    seconds = perf_counter() - started
    ours, theirs = process_time() - ours, _cpu_seconds(server) - theirs
    sys.stdout.write(
        f"{title:16} {rows} rows in {seconds:5.1f} s = {rows / seconds:6.0f} rows/s "
        f"(CPU {ours:.1f} + {theirs:.1f} s): "
        f"{job.products_created} products, {job.offers_created} offers, "
        f"{job.offers_updated} changed, {job.offers_unchanged} unchanged, "
        f"{job.rows_refused} refused\n"
    )


def _server() -> psutil.Process:
    """Return the process of PostgreSQL that works for our connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return psutil.Process(pid)


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
