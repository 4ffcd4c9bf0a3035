"""The steps of an import that a person takes: match, decide, mend, apply, pause, stop.

Each locks the job, and is refused when the import is past it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TYPE_CHECKING, cast

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from vendors.matching import LONGEST_NAME, Match, guess, is_ours, remembered, shape_of
from vendors.models import ImportJob, ImportShape
from vendors.services.imports import FileRefusedError, lock_import
from vendors.services.kind_book import attribute_names
from vendors.sheet import COLUMNS, FACT, REQUIRED
from vendors.tables import UnreadableSheetError, encoding_of, first_lines

if TYPE_CHECKING:
    from django.core.files import File

State = ImportJob.State
APPLYING = (State.WAITING, State.RUNNING, State.PAUSED)
BEFORE_YES = (State.UPLOADED, State.PLANNING, State.PLANNED)
# So many lines tell what a column is; so many of their cells are shown.
_LOOKED_AT, _SHOWN, _LONGEST_SHOWN = 50, 3, 40
MOST_MENDED = 200
_LONGEST_CELL = 2000


class ImportStepError(RefusedError):
    """The import is past this step, or the step lacks something; `field` says what."""

    code = "import.step"

    def __init__(self, message: object, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Head:
    """What a file calls its columns, and its first lines."""

    names: list[str]
    lines: list[list[str]]


def look_at(file: "File[bytes]") -> Head:
    """Return the head of a new file, before it is kept. Raises FileRefusedError."""
    try:
        names, lines = first_lines(
            cast("IO[bytes]", file.file), encoding=encoding_of(file), count=_LOOKED_AT
        )
    except UnreadableSheetError as error:
        raise FileRefusedError(str(error)) from error
    finally:
        file.seek(0)
    return Head(names, lines)


def guess_columns(*, job: ImportJob, head: Head) -> None:
    """Match the columns of a new file as well as can be.

    One that names them as we do, or as the shop's last file of this shape, is planned
    at once; of any other a person says whether we are right.
    """
    known = ImportShape.objects.filter(
        vendor_id=job.vendor_id, shape=shape_of(head.names)
    ).first()
    attributes = attribute_names()
    match = (
        remembered(known.places) if known else guess(head.names, head.lines, attributes)
    )
    job.columns = [
        {
            "name": name.replace("\0", "")[:LONGEST_NAME],
            "cells": _first_cells(place, head.lines),
        }
        for place, name in enumerate(head.names)
    ]
    is_sure = known is not None or is_ours(head.names, attributes)
    _keep(job, match, State.PLANNING if is_sure else State.UPLOADED)


@transaction.atomic
def match_columns(
    *, job: ImportJob, places: Mapping[str, int], now: datetime
) -> ImportJob:
    """Say where each of our columns stands, remember it, and let the job be planned.

    Raises ImportStepError.
    """
    job = _at(job, State.UPLOADED, State.PLANNED)
    _check_places(job, places)
    shape = shape_of([column["name"] for column in job.columns])
    ImportShape.objects.update_or_create(
        vendor_id=job.vendor_id,
        shape=shape,
        defaults={"places": dict(places), "matched_at": now},
    )
    how = {column: job.matched.get(column, "") for column in places}
    same = {column for column in places if job.places.get(column) == places[column]}
    _keep(
        job,
        Match(
            dict(places),
            {column: how[column] if column in same else "" for column in places},
        ),
        State.PLANNING,
    )
    return job


@transaction.atomic
def decide_prices(*, job: ImportJob, taken: bool, rows: Iterable[int] | None) -> None:
    """Take prices in doubt, or keep those that are: of these rows, or of all.

    Raises ImportStepError.
    """
    job = _at(job, State.PLANNED)
    doubts = job.plan.exclude(doubt="")
    if rows is not None:
        doubts = doubts.filter(number__in=list(rows))
    doubts.update(taken=taken)


@transaction.atomic
def mend_rows(*, job: ImportJob, cells: Mapping[int, Mapping[str, str]]) -> ImportJob:
    """Write cells of rows anew, for this import alone, and let it be planned again.

    Raises ImportStepError.
    """
    job = _at(job, State.PLANNED)
    mended = dict(job.mended)
    for number, written in cells.items():
        known = {
            name: text.replace("\0", "")[:_LONGEST_CELL]
            for name, text in written.items()
            if name in COLUMNS
        }
        mended[str(number)] = {**mended.get(str(number), {}), **known}
    if len(mended) > MOST_MENDED:
        raise ImportStepError(
            _("So many rows are mended faster in your own sheet: send it again.")
        )
    job.mended, job.state = mended, State.PLANNING
    job.save(update_fields=["mended", "state"])
    return job


@transaction.atomic
def apply(*, job: ImportJob, now: datetime) -> ImportJob:
    """Say yes to a plan. Raises ImportStepError."""
    job = _at(job, State.PLANNED)
    job.state, job.applied_at = State.WAITING, now
    job.save(update_fields=["state", "applied_at"])
    return job


@transaction.atomic
def pause(*, job: ImportJob) -> None:
    """Let no more rows go in until somebody goes on. Raises ImportStepError."""
    _move(_at(job, State.WAITING, State.RUNNING), State.PAUSED)


@transaction.atomic
def go_on(*, job: ImportJob) -> None:
    """Let a paused import go on where it was. Raises ImportStepError."""
    _move(_at(job, State.PAUSED), State.WAITING)


@transaction.atomic
def cancel(*, job: ImportJob, now: datetime) -> ImportJob:
    """End an import before its last row; what is in stays in, until it is undone.

    Raises ImportStepError.
    """
    job = _at(job, *BEFORE_YES, *APPLYING)
    job.state, job.finished_at = State.CANCELLED, now
    job.save(update_fields=["state", "finished_at"])
    return job


def _at(job: ImportJob, *states: ImportJob.State) -> ImportJob:
    locked = lock_import(job)
    if locked.state not in states:
        raise ImportStepError(
            _("This import has moved on meanwhile. This is how it stands now.")
        )
    return locked


def _move(job: ImportJob, state: ImportJob.State) -> None:
    job.state = state
    job.save(update_fields=["state"])


def _check_places(job: ImportJob, places: Mapping[str, int]) -> None:
    missing = [column for column in REQUIRED if column not in places]
    if missing:
        raise ImportStepError(
            _("Say which column it is: without it no row can go in."), field=missing[0]
        )
    taken: dict[int, str] = {}
    for column, place in places.items():
        is_known = column in COLUMNS or column.startswith(FACT)
        if not is_known or not 0 <= place < len(job.columns):
            raise ImportStepError(_("This column is not in your file."), field=column)
        if place in taken:
            raise ImportStepError(
                _("You have given this column of your file to two of ours."),
                field=column,
            )
        taken[place] = column


def _keep(job: ImportJob, match: Match, state: ImportJob.State) -> None:
    job.places, job.matched, job.state = match.places, match.how, state
    job.save(update_fields=["columns", "places", "matched", "state"])


def _first_cells(place: int, lines: list[list[str]]) -> list[str]:
    cells = (line[place].strip() for line in lines if place < len(line))
    return [cell.replace("\0", "")[:_LONGEST_SHOWN] for cell in cells if cell][:_SHOWN]
