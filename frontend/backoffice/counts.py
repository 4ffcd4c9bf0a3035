"""How much waits in each queue, since when, and how late that is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frontend.backoffice.decided import start_of_day
from loyalty.selectors import rules_to_publish
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db import clock, outbox
from payouts.selectors.carrier_claims import open_carrier_claims
from payouts.selectors.disputes import disputes_to_do
from payouts.selectors.holds import long_holds
from payouts.selectors.operators import failed_commands
from payouts.selectors.refunds import made_at_stripe, owed_to_buyers
from payouts.selectors.replays import PlanList, draft_that_waits_for
from payouts.selectors.runs import (
    adjustments_to_decide,
    batches_to_confirm,
    runs_to_approve,
)
from reviews.selectors.moderation import cases_open
from support.selectors.listings import reports_waiting
from support.selectors.problems import problems_to_decide
from vendors.selectors.offers import products_in_review
from vendors.selectors.shops import applications_waiting

# The platform itself counts: what an operator may open is decided page by page.
_PLATFORM = Viewer(operator_permissions=frozenset({OperatorPermission.ADMINISTER}))
_MODERATE = (OperatorPermission.MODERATE,)
_SUPPORT = (OperatorPermission.SUPPORT,)
_FINANCE = (OperatorPermission.FINANCE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits in one place: the side bar and the first page say the same of it."""

    title: str | Promise
    route: str
    permissions: tuple[OperatorPermission, ...]
    # Shown on the first page only while something waits.
    is_rare: bool = False
    # Whose entry of the side bar counts it too.
    beside: str = ""
    count: int = 0
    oldest: datetime | None = None
    # By when the first has to be done, where each entry has a day of its own.
    due: datetime | None = None
    # Of what waits, how much came today.
    today: int = 0

    @property
    def limit(self) -> timedelta:
        """Return how long an entry may wait."""
        return LIMITS[self.route]

    def tone(self, now: datetime) -> str:
        """Return bad past the limit, warn from half of it on, good otherwise."""
        if self.oldest is None:
            return "good"
        age = now - (self.due - self.limit if self.due else self.oldest)
        if age > self.limit:
            return "bad"
        return "warn" if age > self.limit / 2 else "good"


# How long an entry may wait.
LIMITS = {
    "office-applications": timedelta(hours=settings.APPLICATION_LIMIT_HOURS),
    "office-products": timedelta(hours=settings.LISTING_LIMIT_HOURS),
    "office-reviews": timedelta(hours=settings.REVIEW_LIMIT_HOURS),
    "office-reports": timedelta(hours=settings.REVIEW_LIMIT_HOURS),
    "office-problems": timedelta(hours=settings.PROBLEM_ANSWER_HOURS),
    "office-commands": timedelta(hours=settings.COMMAND_LIMIT_HOURS),
    # Counted from the payment, as the hold itself.
    "office-holds": timedelta(days=settings.MAX_HOLD_DAYS),
    "office-disputes": timedelta(hours=settings.DISPUTE_LIMIT_HOURS),
    # Money that a buyer waits for.
    "office-refunds": timedelta(hours=settings.OWED_REFUND_LIMIT_HOURS),
    # Until the carrier has to answer.
    "office-carrier-claims": timedelta(days=settings.CARRIER_CLAIM_DAYS),
    "office-failures": timedelta(hours=settings.MESSAGE_LIMIT_HOURS),
    # What waits for a second person.
    **dict.fromkeys(
        (
            "office-draft",
            "office-payouts",
            "office-adjustments",
            "office-bank",
            "office-points",
        ),
        timedelta(hours=settings.DRAFT_LIMIT_HOURS),
    ),
}

_TONES = {"bad": 0, "warn": 1, "good": 2}
# By their names in the side bar, in its order.
_QUEUES = {
    "applications": Queue(
        title=_("Applications"), route="office-applications", permissions=_MODERATE
    ),
    "products": Queue(
        title=_("Moderation"), route="office-products", permissions=_MODERATE
    ),
    "reviews": Queue(title=_("Reviews"), route="office-reviews", permissions=_MODERATE),
    "problems": Queue(
        title=_("Problems"), route="office-problems", permissions=_SUPPORT
    ),
    "reports": Queue(
        title=_("Reported listings"), route="office-reports", permissions=_MODERATE
    ),
    "disputes": Queue(
        title=_("Disputed payments"),
        route="office-disputes",
        permissions=_FINANCE + _SUPPORT,
        is_rare=True,
    ),
    "refunds": Queue(
        title=_("Refunds to settle"), route="office-refunds", permissions=_FINANCE
    ),
    "claims": Queue(
        title=_("Carrier claims"),
        route="office-carrier-claims",
        permissions=_FINANCE,
        is_rare=True,
    ),
    "holds": Queue(
        title=_("Held for too long"),
        route="office-holds",
        permissions=_FINANCE,
        is_rare=True,
    ),
    "commands": Queue(
        title=_("Failed commands"), route="office-commands", permissions=_FINANCE
    ),
    "drafts": Queue(
        title=_("Commission draft"),
        route="office-draft",
        permissions=_FINANCE,
        is_rare=True,
    ),
    "runs": Queue(
        title=_("Payout run to approve"),
        route="office-payouts",
        permissions=_FINANCE,
        is_rare=True,
    ),
    "adjustments": Queue(
        title=_("Adjustments to decide"),
        route="office-adjustments",
        permissions=_FINANCE,
        is_rare=True,
        beside="runs",
    ),
    "batches": Queue(
        title=_("Payments at the bank to confirm"),
        route="office-bank",
        permissions=_FINANCE,
        is_rare=True,
        beside="runs",
    ),
    "points": Queue(
        title=_("Points rule to publish"),
        route="office-points",
        permissions=_FINANCE,
        is_rare=True,
    ),
    "failures": Queue(
        title=_("Failed mail and jobs"), route="office-failures", permissions=_SUPPORT
    ),
}


def every_queue(viewer: Viewer) -> dict[str, Queue]:
    """Return every queue by its name in the side bar, whoever may open it.

    What waits for a second person is the viewer's own. One query each.
    """
    now = clock.now()
    rows: dict[str, tuple[QuerySet[Any], str]] = {
        "applications": (applications_waiting(), "submitted_at"),
        "products": (products_in_review(), "submitted_at"),
        "reviews": (cases_open(_PLATFORM), "opened_at"),
        "problems": (problems_to_decide(_PLATFORM).filter(state="open"), "opened_at"),
        "reports": (reports_waiting(), "created_at"),
        "disputes": (disputes_to_do(_PLATFORM), "opened_at"),
        "holds": (long_holds(_PLATFORM, now=now), "paid_at"),
        "commands": (failed_commands(_PLATFORM), "finished_at"),
        "failures": (outbox.failed(), "created_at"),
    }
    found = {name: _counted(_QUEUES[name], *rows[name], now) for name in rows}
    found["refunds"] = _refunds(now)
    found["drafts"] = _drafts(viewer)
    found["claims"] = _claims(now)
    found |= _for_a_second_person(viewer, now)
    return {name: found[name] for name in _QUEUES}


def queues_for(viewer: Viewer, every: Mapping[str, Queue]) -> list[Queue]:
    """Return what the first page shows the viewer: what is latest comes first."""
    now = clock.now()
    shown = [
        queue
        for queue in every.values()
        if any(map(viewer.may, queue.permissions))
        and (queue.count or not queue.is_rare)
    ]
    return sorted(shown, key=lambda each: (_TONES[each.tone(now)], not each.count))


def in_side_bar(every: Mapping[str, Queue]) -> dict[str, dict[str, Any]]:
    """Return the queues, the numbers of the side bar and their colours, by name."""
    now = clock.now()
    places: dict[str, list[Queue]] = {name: [queue] for name, queue in every.items()}
    for queue in every.values():
        if queue.beside:
            places[queue.beside].append(queue)
    tones = {
        name: [queue.tone(now) for queue in queues] for name, queues in places.items()
    }
    return {
        "waits": dict(every),
        "counts": {
            name: sum(queue.count for queue in queues)
            for name, queues in places.items()
        },
        "tones": {
            name: min(each, key=_TONES.__getitem__) for name, each in tones.items()
        },
    }


def _counted(queue: Queue, rows: QuerySet[Any], since: str, now: datetime) -> Queue:
    came_today = Q(**{f"{since}__gte": start_of_day(now)})
    return replace(
        queue,
        **rows.order_by().aggregate(
            count=Count("pk"), oldest=Min(since), today=Count("pk", filter=came_today)
        ),
    )


def _claims(now: datetime) -> Queue:
    """Return what is claimed; the limit may have been another when it was opened."""
    came_today = Q(opened_at__gte=start_of_day(now))
    found = open_carrier_claims(_PLATFORM).order_by()
    return replace(
        _QUEUES["claims"],
        **found.aggregate(
            count=Count("pk"),
            oldest=Min("opened_at"),
            due=Min("due_at"),
            today=Count("pk", filter=came_today),
        ),
    )


def _refunds(now: datetime) -> Queue:
    """Return what buyers are owed, and what Stripe gave back without a decision."""
    owed = _counted(_QUEUES["refunds"], owed_to_buyers(_PLATFORM), "finished_at", now)
    made = _counted(_QUEUES["refunds"], made_at_stripe(_PLATFORM), "created_at", now)
    return replace(
        owed,
        count=owed.count + made.count,
        oldest=min(filter(None, (owed.oldest, made.oldest)), default=None),
        today=owed.today + made.today,
    )


def _for_a_second_person(viewer: Viewer, now: datetime) -> dict[str, Queue]:
    """Return what of the money somebody else began, for this viewer to decide."""
    names = ("runs", "adjustments", "batches", "points")
    by = viewer.user_id
    if by is None or not viewer.may(OperatorPermission.FINANCE):
        return {name: _QUEUES[name] for name in names}
    rows: tuple[tuple[QuerySet[Any], str], ...] = (
        (runs_to_approve(user_id=by), "first_at"),
        (adjustments_to_decide(user_id=by), "requested_at"),
        (batches_to_confirm(user_id=by), "prepared_at"),
        (rules_to_publish(user_id=by), "asked_at"),
    )
    return {
        name: _counted(_QUEUES[name], *found, now)
        for name, found in zip(names, rows, strict=True)
    }


def _drafts(viewer: Viewer) -> Queue:
    found = _draft_for(viewer)
    return replace(
        _QUEUES["drafts"],
        count=int(found is not None),
        oldest=found.asked_at if found else None,
    )


def _draft_for(viewer: Viewer) -> PlanList | None:
    if viewer.user_id is None or not viewer.may(OperatorPermission.FINANCE):
        return None
    return draft_that_waits_for(user_id=viewer.user_id, now=clock.now())
