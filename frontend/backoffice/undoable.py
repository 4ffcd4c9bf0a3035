"""What the viewer decided last, while it can be taken back."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext_lazy

from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db import decisions
from marketplace.db.models import Decision

# What each place of the side bar decides.
_KINDS = {
    "office-applications": "application",
    "office-products": "product",
    "office-reviews": "review",
    "office-reports": "report",
    "office-sellers": "shop",
}
_DONE: dict[tuple[str, str], Promise] = {
    ("product", "approved"): gettext_lazy("“%(name)s” is published."),
    ("product", "refused"): gettext_lazy("“%(name)s” was sent back."),
    ("application", "approved"): gettext_lazy("%(name)s is open."),
    ("application", "more_wanted"): gettext_lazy("%(name)s is asked for more."),
    ("shop", "suspended"): gettext_lazy("%(name)s is suspended."),
    ("shop", "reinstated"): gettext_lazy("%(name)s is open again."),
    ("application", "refused"): gettext_lazy("%(name)s is refused."),
    ("review", "hidden"): gettext_lazy("“%(name)s” is hidden."),
    ("review", "kept"): gettext_lazy("“%(name)s” stays."),
    ("report", "founded"): gettext_lazy("“%(name)s”: something was done."),
    ("report", "unfounded"): gettext_lazy("“%(name)s”: nothing was wrong."),
}
_MANY: dict[tuple[str, str], Any] = {
    ("product", "approved"): ngettext_lazy(
        "%(n)d is published.", "%(n)d are published.", "n"
    ),
    ("product", "refused"): ngettext_lazy(
        "%(n)d was sent back.", "%(n)d were sent back.", "n"
    ),
    ("application", "approved"): ngettext_lazy(
        "%(n)d shop is open.", "%(n)d shops are open.", "n"
    ),
    ("application", "more_wanted"): ngettext_lazy(
        "%(n)d shop is asked for more.", "%(n)d shops are asked for more.", "n"
    ),
    ("application", "refused"): ngettext_lazy(
        "%(n)d shop is refused.", "%(n)d shops are refused.", "n"
    ),
    ("review", "hidden"): ngettext_lazy("%(n)d is hidden.", "%(n)d are hidden.", "n"),
    ("review", "kept"): ngettext_lazy("%(n)d stays.", "%(n)d stay.", "n"),
    ("report", "founded"): ngettext_lazy(
        "%(n)d report: something was done.", "%(n)d reports: something was done.", "n"
    ),
    ("report", "unfounded"): ngettext_lazy(
        "%(n)d report: nothing was wrong.", "%(n)d reports: nothing was wrong.", "n"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """What the viewer decided last, and how many seconds it can be taken back."""

    batch: UUID
    words: str
    seconds: int


def undoable(viewer: Viewer, *, place: str, now: datetime) -> Undoable | None:
    """Return what of a place of the office the viewer may still take back.

    Elsewhere it is not offered: a key would undo what is not on the page. One query.
    """
    kind = _KINDS.get(place)
    is_allowed = viewer.may(OperatorPermission.MODERATE)
    if viewer.user_id is None or kind is None or not is_allowed:
        return None
    found = decisions.undoable_by(viewer.user_id, kind=kind, now=now)
    if not found:
        return None
    left = (found[0].undo_until - now).total_seconds()
    return Undoable(batch=found[0].batch, words=_words(found), seconds=math.ceil(left))


def _words(found: list[Decision]) -> str:
    if len(found) == 1:
        done = _DONE.get((found[0].kind, found[0].outcome), gettext_lazy("%(name)s"))
        return str(done) % {"name": found[0].subject_label}
    words: str = _MANY[found[0].kind, found[0].outcome] % {"n": len(found)}
    return words
