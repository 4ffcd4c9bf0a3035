"""An import in words: where it stands, what it has done, what it would do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frontend import formats
from marketplace.shop.catalogue.models import ProductImage
from vendors.models import ImportJob, ImportPlanRow, ImportUndo
from vendors.services.import_undo import undo_until
from vendors.sheet import FACT, TEXTS

State = ImportJob.State
RUNNING = (State.PLANNING, State.WAITING, State.RUNNING)
_UNDOING = (ImportUndo.State.WAITING, ImportUndo.State.RUNNING)
COUNTERS = (
    ("product_created", gettext_lazy("New products"), "products_created"),
    ("offer_created", gettext_lazy("New offers"), "offers_created"),
    ("updated", gettext_lazy("Changed"), "offers_updated"),
    ("unchanged", gettext_lazy("Unchanged"), "offers_unchanged"),
    ("refused", gettext_lazy("Not taken"), "rows_refused"),
)
COLUMN_WORDS = {
    "sku": gettext_lazy("Your number"),
    "price": gettext_lazy("Price"),
    "stock": gettext_lazy("Stock"),
    "ean": gettext_lazy("EAN"),
    "title": gettext_lazy("Title"),
    "brand": gettext_lazy("Brand"),
    "category": gettext_lazy("Category"),
    "kind": gettext_lazy("Kind of product"),
    "description": gettext_lazy("Description"),
    "attributes": gettext_lazy("Attributes"),
    "variant_group": gettext_lazy("Group of choices"),
    "variant_axes": gettext_lazy("What they differ in"),
    "currency": gettext_lazy("Currency"),
    "condition": gettext_lazy("Condition"),
    "handling_days": gettext_lazy("Days until dispatch"),
}
FATES = {
    "back": gettext_lazy("Back as before"),
    "withdrawn": gettext_lazy("New offers taken off sale"),
    "deleted": gettext_lazy("New products withdrawn"),
    "short": gettext_lazy("As before, but sold out"),
    "left": gettext_lazy("Left: changed since"),
    "gone": gettext_lazy("Left: not there any more"),
}
_STEPS = {
    State.UPLOADED: 2,
    State.PLANNING: 3,
    State.PLANNED: 3,
    State.WAITING: 4,
    State.RUNNING: 4,
    State.PAUSED: 4,
}
_TONES = {
    State.FINISHED: "good",
    State.FAILED: "bad",
    State.STOPPED: "bad",
    State.CANCELLED: "",
    State.PAUSED: "warn",
    State.UPLOADED: "warn",
    State.PLANNED: "warn",
}
_HUNDRED, _TEN = 100, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulRow:
    """A price that waits for a yes, and why."""

    row: ImportPlanRow
    change: str
    why: str
    image: object


def column_words(column: str) -> str:
    """Return what people call a column of ours."""
    known = COLUMN_WORDS.get(column)
    if column.startswith(FACT):
        return _("Attribute: %(name)s") % {"name": column.removeprefix(FACT)}
    if known is None and column in TEXTS:
        own, code = column.rsplit("_", 1)
        return f"{COLUMN_WORDS[own]} ({dict(settings.LANGUAGES)[code]})"
    return str(known or column.replace("_", " "))


def told(job: ImportJob, now: datetime) -> dict[str, Any]:
    """Return what every page of an import says of it."""
    undo = undo_of(job)
    until = undo_until(job)
    return {
        "job": job,
        "undo": undo,
        "undo_until": until if undo is None and until and now <= until else None,
        "undo_left": _left(until, now) if undo is None and until else "",
        "is_running": job.state in RUNNING,
        "is_undoing": undo is not None and undo.state in _UNDOING,
        "state_words": _state_words(job, undo),
        "tone": "info" if undo and undo.finished_at is None else _tone(job, undo),
        "who": _who(job),
        "effect": effect(job),
        "percent": _percent(job.rows_done, job.rows_total),
        "counters": [
            {"key": key, "words": words, "count": getattr(job, field)}
            for key, words, field in COUNTERS
        ],
    }


def steps(job: ImportJob) -> dict[str, Any]:
    """Return the road of an import, and where this one is on it."""
    last = ngettext(
        "Done, undo for %(n)d day", "Done, undo for %(n)d days", _days()
    ) % {"n": _days()}
    words = [
        _("Upload"),
        _("Match columns"),
        _("Check the plan"),
        _("Apply"),
        last,
    ]
    return {"steps": words, "step": _STEPS.get(State(job.state), len(words))}


def undo_of(job: ImportJob) -> ImportUndo | None:
    """Return what takes an import back, if anything does."""
    try:
        return job.undo
    except ImportUndo.DoesNotExist:
        return None


def effect(job: ImportJob) -> str:
    """Say what a sheet has done, in a line."""
    made, new = job.products_created, job.offers_created
    changed, same = job.offers_updated, job.offers_unchanged
    refused = job.rows_refused
    said = (
        (made, ngettext("%(n)s new product", "%(n)s new products", made)),
        (new, ngettext("%(n)s new offer", "%(n)s new offers", new)),
        (changed, ngettext("%(n)s changed", "%(n)s changed", changed)),
        (same, ngettext("%(n)s unchanged", "%(n)s unchanged", same)),
        (refused, ngettext("%(n)s not taken", "%(n)s not taken", refused)),
    )
    return " · ".join(words % {"n": formats.number(n)} for n, words in said if n)


def time_left(job: ImportJob, now: datetime) -> str:
    """Say how long an import will take at the pace that it has had."""
    if not job.rows_done or job.applied_at is None:
        return ""
    pace = (now - job.applied_at) / job.rows_done
    seconds = round((pace * (job.rows_total - job.rows_done)).total_seconds())
    if seconds > _HUNDRED:
        minutes = round(seconds / 60)
        words = ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes)
        return words % {"n": minutes}
    words = ngettext("about %(n)d second left", "about %(n)d seconds left", seconds)
    return words % {"n": max(1, seconds)}


def doubtful(rows: Sequence[ImportPlanRow]) -> list[DoubtfulRow]:
    """Return the prices in doubt with why we ask, and a picture of each."""
    images = _pictures(row.product_pk for row in rows)
    return [
        DoubtfulRow(
            row=row,
            change=_change(row.price_now, row.price_new),
            why=_why(row),
            image=images.get(row.product_pk),
        )
        for row in rows
    ]


def _change(was: Decimal | None, will_be: Decimal | None) -> str:
    if was is None or will_be is None:
        return ""
    percent = round((will_be / was - 1) * _HUNDRED)
    return ("+" if percent >= 0 else "") + formats.percent(percent)


def _why(row: ImportPlanRow) -> str:
    was, will_be = row.price_now, row.price_new
    if was is not None and will_be is not None:
        if will_be == was * _TEN:
            return _("Exactly ten times as much")
        if will_be * _TEN == was:
            return _("Exactly a tenth")
        if sorted(str(was)) == sorted(str(will_be)):
            return _("The same digits in another order")
    if row.price_of_others is not None and (
        row.doubt == ImportPlanRow.Doubt.FLOOR
        or (will_be or 0) * _HUNDRED
        < row.price_of_others * settings.IMPORT_PRICE_FLOOR_PERCENT
    ):
        return _("Others ask %(price)s") % {
            "price": formats.amount(
                formats.as_money(row.price_of_others, settings.CURRENCY)
            )
        }
    return _("Moves by more than %(percent)d %%") % {
        "percent": settings.IMPORT_PRICE_MOVE_PERCENT
    }


def _pictures(keys: Iterable[int | None]) -> dict[int | None, object]:
    found = ProductImage.objects.filter(product__in=set(filter(None, keys)))
    return {
        image.product_id: image.original for image in found.order_by("-display_order")
    }


def _state_words(job: ImportJob, undo: ImportUndo | None) -> str:
    if undo is None:
        return str(job.get_state_display())
    if undo.state in _UNDOING:
        return _("Being undone")
    if undo.state == ImportUndo.State.STOPPED:
        return _("Undone in part")
    return _("Undone")


def _tone(job: ImportJob, undo: ImportUndo | None) -> str:
    return "" if undo else _TONES.get(State(job.state), "info")


def _who(job: ImportJob) -> str:
    person = job.created_by
    return (person.get_full_name() or person.email) if person else ""


def _left(until: datetime, now: datetime) -> str:
    left = until - now
    if left <= timedelta(0):
        return ""
    if left < timedelta(days=1):
        hours = max(1, left // timedelta(hours=1))
        return ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}
    days = left // timedelta(days=1)
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}


def _percent(done: int, total: int) -> int:
    return _HUNDRED * done // total if total else 0


def _days() -> int:
    return int(settings.IMPORT_UNDO_DAYS)
