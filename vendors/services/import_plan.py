"""The plan of an import: what each row would change, before anything does."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from vendors.models import ImportJob, ImportPlanRow, ImportRow
from vendors.selectors.imports import has_plan
from vendors.services import import_sql, imports, plan_sql
from vendors.services.families import MOST_CHOICES
from vendors.services.imports import Decided
from vendors.sheet import RefusedRow, SheetRow

# Cells of a refused row are kept for whoever mends it there, this much of each.
_LONGEST_CELL = 300


@transaction.atomic
def write_plan(*, job: ImportJob, now: datetime) -> None:
    """Compare the file with the shop, and let the job wait for a yes.

    Nothing but the plan is written; the same statements that an import matches rows by
    find out what would become of them. Locks the job: one that is not being planned is
    left as it is. Raises UnreadableSheetError.
    """
    job = imports.lock_import(job)
    if job.state != ImportJob.State.PLANNING:
        return
    refused: list[RefusedRow] = []
    said = _said_before(job)
    job.plan.all().delete()
    given = _given(job)
    rows = imports.open_rows(job)
    with connection.cursor() as cursor:
        imports.stage(cursor, map(imports.staged_row, _sorted_out(rows, refused)))
        for statement in (*import_sql.MATCHING, plan_sql.PLAN):
            cursor.execute(statement, given)
        ImportPlanRow.objects.bulk_create(
            (_row_of(job, row) for row in refused), batch_size=1000
        )
        cursor.execute(plan_sql.TAKE_AGAIN, {**given, **said})
        cursor.execute(plan_sql.SUM_UP, given)
        (summary,) = cursor.fetchone()
    _is_planned(job, json.loads(summary), now)


def decided_of(job: ImportJob) -> Decided | None:
    """Return what the plan said of rows; None for a job that was never planned."""
    if not has_plan(job):
        return None
    refused = job.plan.filter(outcome=ImportRow.Outcome.REFUSED)
    left_out = {
        row.number: RefusedRow(
            number=row.number,
            sku=row.sku,
            column=row.field,
            message=row.message,
            more=tuple(row.faults[1:]),
        )
        for row in refused.iterator()
    }
    doubted = job.plan.exclude(doubt="").exclude(taken=True)
    return Decided(left_out, frozenset(doubted.values_list("number", flat=True)))


def _sorted_out(
    rows: Iterator[SheetRow | RefusedRow], refused: list[RefusedRow]
) -> Iterator[SheetRow]:
    for row in rows:
        if isinstance(row, RefusedRow):
            refused.append(row)
        else:
            yield row


def _given(job: ImportJob) -> dict[str, Any]:
    return {
        "job": job.pk,
        "partner": job.vendor.partner_id,
        "messages": json.dumps(imports.messages()),
        "columns": json.dumps(imports.COLUMNS_OF),
        "choices": MOST_CHOICES,
        "move": settings.IMPORT_PRICE_MOVE_PERCENT,
        "floor": settings.IMPORT_PRICE_FLOOR_PERCENT,
    }


def _said_before(job: ImportJob) -> dict[str, list[Any]]:
    said = list(
        job.plan.exclude(doubt="")
        .exclude(taken=None)
        .values_list("number", "price_new", "taken")
    )
    return {
        "numbers": [number for number, _price, _taken in said],
        "prices": [price for _number, price, _taken in said],
        "taken": [taken for _number, _price, taken in said],
    }


def _is_planned(job: ImportJob, summary: dict[str, int], now: datetime) -> None:
    job.summary, job.rows_total = summary, summary["rows"]
    job.state, job.planned_at = ImportJob.State.PLANNED, now
    job.attempts, job.retry_at = 0, None
    job.save(
        update_fields=[
            *("summary", "rows_total", "state", "planned_at", "attempts", "retry_at")
        ]
    )


def _row_of(job: ImportJob, row: RefusedRow) -> ImportPlanRow:
    # No database keeps a NUL.
    cells = {
        name: text.replace("\0", "")[:_LONGEST_CELL]
        for name, text in row.cells.items()
        if text
    }
    return ImportPlanRow(
        job=job,
        number=row.number,
        sku=row.sku,
        outcome=ImportRow.Outcome.REFUSED,
        field=row.column,
        message=row.message[:300],
        more=row.more or None,
        title=cells.get("title", "")[:255],
        cells=cells,
    )
