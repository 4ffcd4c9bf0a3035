"""How much waits in each queue, and since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from frontend.backoffice.decided import start_of_day
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db import clock, outbox
from payouts.selectors.disputes import disputes_open, disputes_to_do
from payouts.selectors.holds import long_holds
from payouts.selectors.operators import failed_commands
from payouts.selectors.refunds import made_at_stripe, owed_to_buyers
from payouts.selectors.replays import PlanList, draft_that_waits_for
from reviews.selectors.moderation import cases_open
from support.selectors.listings import reports_waiting
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
    permission: str
    count: int
    oldest: datetime | None
    limit: timedelta
    # Of what waits, how much came today.
    today: int = 0
    query: str = ""
    warns_at_once: bool = False

    def tone(self, now: datetime) -> str:
        """Return bad past the limit, warn from half of it on, good otherwise."""
        if self.oldest is None:
            return "good"
        age = now - self.oldest
        if age > self.limit:
            return "bad"
        return "warn" if self.warns_at_once or age > self.limit / 2 else "good"


def queue_counts() -> dict[str, int]:
    """Return the numbers of the side bar, by name."""
    return {
        "applications": applications_waiting().count(),
        "products": products_in_review().count(),
        "reviews": cases_open(_PLATFORM).count(),
        "failures": outbox.failed().count(),
        "reports": reports_waiting().count(),
        "problems": problems_to_decide(_PLATFORM).filter(state="open").count(),
        "commands": failed_commands(_PLATFORM).count(),
        "disputes": disputes_to_do(_PLATFORM).count(),
        "refunds": owed_to_buyers(_PLATFORM).count()
        + made_at_stripe(_PLATFORM).count(),
        "holds": long_holds(_PLATFORM, now=clock.now()).count(),
    }


def waiting_drafts(viewer: Viewer) -> int:
    """Return 1 if a draft of the commission plans waits for this person."""
    return int(_draft_for(viewer) is not None)


def _draft_for(viewer: Viewer) -> PlanList | None:
    if viewer.user_id is None or not viewer.may(OperatorPermission.FINANCE):
        return None
    return draft_that_waits_for(user_id=viewer.user_id, now=clock.now())


# How long an entry may wait.
LIMITS = {
    "office-applications": timedelta(hours=settings.APPLICATION_LIMIT_HOURS),
    "office-products": timedelta(hours=settings.LISTING_LIMIT_HOURS),
    "office-reviews": timedelta(hours=settings.REVIEW_LIMIT_HOURS),
    "office-problems": timedelta(hours=settings.PROBLEM_ANSWER_HOURS),
    "office-commands": timedelta(hours=settings.COMMAND_LIMIT_HOURS),
    # Counted from the payment, as the hold itself.
    "office-holds": timedelta(days=settings.MAX_HOLD_DAYS),
    "office-disputes": timedelta(hours=settings.DISPUTE_LIMIT_HOURS),
    # Money that a buyer waits for.
    "office-refunds": timedelta(hours=settings.OWED_REFUND_LIMIT_HOURS),
    "office-failures": timedelta(hours=settings.MESSAGE_LIMIT_HOURS),
    "office-draft": timedelta(hours=settings.DRAFT_LIMIT_HOURS),
}

# Not work that comes in, but something that went wrong.
_FAULTS = frozenset({"office-commands", "office-failures"})


def queues(viewer: Viewer) -> list[Queue]:
    """Return every queue that the viewer decides, with its count and oldest entry."""
    found = [_queue(*queue) for queue in _always_shown() if viewer.may(queue[2])]
    for rare in (_draft(viewer), _long_holds(), _disputes()):
        if rare.count and viewer.may(rare.permission):
            found.insert(0, rare)
    return found


def _always_shown() -> tuple[tuple[str, str, str, Any, str], ...]:
    return (
        (
            _("Problems"),
            "office-problems",
            OperatorPermission.SUPPORT,
            problems_to_decide(_PLATFORM).filter(state="open"),
            "opened_at",
        ),
        (
            _("Moderation"),
            "office-products",
            OperatorPermission.MODERATE,
            products_in_review(),
            "submitted_at",
        ),
        (
            _("Reviews"),
            "office-reviews",
            OperatorPermission.MODERATE,
            cases_open(_PLATFORM),
            "opened_at",
        ),
        (
            _("Applications"),
            "office-applications",
            OperatorPermission.MODERATE,
            applications_waiting(),
            "submitted_at",
        ),
        (
            _("Failed commands"),
            "office-commands",
            OperatorPermission.FINANCE,
            failed_commands(_PLATFORM),
            "finished_at",
        ),
        (
            _("Refunds owed to buyers"),
            "office-refunds",
            OperatorPermission.FINANCE,
            owed_to_buyers(_PLATFORM),
            "finished_at",
        ),
        (
            _("Mail and jobs that failed"),
            "office-failures",
            OperatorPermission.SUPPORT,
            outbox.failed(),
            "created_at",
        ),
    )


def _draft(viewer: Viewer) -> Queue:
    found = _draft_for(viewer)
    return Queue(
        title=_("Commission draft"),
        route="office-draft",
        permission=OperatorPermission.FINANCE,
        count=int(found is not None),
        oldest=found.asked_at if found else None,
        limit=LIMITS["office-draft"],
        warns_at_once=True,
    )


def _long_holds() -> Queue:
    return _queue(
        _("Held for too long"),
        "office-holds",
        OperatorPermission.FINANCE,
        long_holds(_PLATFORM, now=clock.now()),
        "paid_at",
    )


def _disputes() -> Queue:
    """Return the payments that banks call into question: they are rare, but urgent."""
    told = disputes_open(_PLATFORM).order_by()
    return Queue(
        title=_("Disputed payments"),
        route="office-disputes",
        permission=OperatorPermission.FINANCE,
        limit=LIMITS["office-disputes"],
        warns_at_once=True,
        **told.aggregate(
            count=Count("settlement__order", distinct=True), oldest=Min("placed_at")
        ),
    )


def _queue(
    title: str, route: str, permission: str, rows: QuerySet[Any], since: str
) -> Queue:
    came_today = Q(**{f"{since}__gte": start_of_day(clock.now())})
    told = rows.order_by().aggregate(
        count=Count("pk"), oldest=Min(since), today=Count("pk", filter=came_today)
    )
    return Queue(
        title=title,
        route=route,
        permission=permission,
        count=told["count"],
        oldest=told["oldest"],
        today=told["today"],
        limit=LIMITS[route],
        warns_at_once=route in _FAULTS,
    )
