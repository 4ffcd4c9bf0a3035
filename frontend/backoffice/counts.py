"""How much waits in each queue, and since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _

from marketplace.core.viewer import OperatorPermission, Viewer
from payouts.selectors.operators import failed_commands
from support.selectors.problems import problems_to_decide
from vendors.selectors.offers import products_in_review
from vendors.selectors.shops import applications_waiting

# The platform itself counts: what an operator may open is decided page by page.
_PLATFORM = Viewer(operator_permissions=frozenset({OperatorPermission.ADMINISTER}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue on the office's first page."""

    title: str
    route: str
    count: int
    oldest: datetime | None
    limit: timedelta

    def tone(self, now: datetime) -> str:
        """Return bad past the limit, warn from half of it on, good otherwise."""
        if self.oldest is None:
            return "good"
        age = now - self.oldest
        if age > self.limit:
            return "bad"
        return "warn" if age > self.limit / 2 else "good"


def queue_counts() -> dict[str, int]:
    """Return the numbers of the side bar, by name."""
    return {
        "applications": applications_waiting().count(),
        "products": products_in_review().count(),
        "problems": problems_to_decide(_PLATFORM).filter(state="open").count(),
        "commands": failed_commands(_PLATFORM).count(),
    }


def queues() -> list[Queue]:
    """Return every queue with its count and oldest entry."""
    return [
        _queue(
            _("Applications"),
            "office-applications",
            applications_waiting(),
            "submitted_at",
            timedelta(days=2),
        ),
        _queue(
            _("Moderation"),
            "office-products",
            products_in_review(),
            "submitted_at",
            timedelta(days=1),
        ),
        _queue(
            _("Problems"),
            "office-problems",
            problems_to_decide(_PLATFORM).filter(state="open"),
            "opened_at",
            timedelta(days=3),
        ),
        _queue(
            _("Failed commands"),
            "office-commands",
            failed_commands(_PLATFORM),
            "finished_at",
            timedelta(hours=8),
        ),
    ]


def _queue(
    title: str, route: str, rows: QuerySet[Any], since: str, limit: timedelta
) -> Queue:
    told = rows.order_by().aggregate(count=Count("pk"), oldest=Min(since))
    return Queue(
        title=title,
        route=route,
        count=told["count"],
        oldest=told["oldest"],
        limit=limit,
    )
