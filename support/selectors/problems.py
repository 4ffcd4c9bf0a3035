"""Reads of problems and returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    When,
)

from marketplace.accounts.addresses import is_address
from marketplace.core.viewer import OperatorPermission, SellerRole, Viewer
from marketplace.shop.order.models import Order
from support.models import Problem, ProblemLine, ProblemPhoto, Proposal, Side
from vendors.score import Counters

_OPEN = Problem.State.OPEN
_DECIDED = (
    Problem.State.REFUNDED,
    Problem.State.RELEASED,
    Problem.State.AGREED,
)
# Fewer say nothing of what is usual.
_FEWEST_TOLD = 5
_GAVE_BACK = (Problem.State.REFUNDED, Problem.State.AGREED)


def problems_about(vendor_order_ids: Iterable[int]) -> QuerySet[Problem]:
    """Return the problems of vendor orders that the caller may see, newest first."""
    return _complete().filter(vendor_order__in=list(vendor_order_ids))


def problems_of_shop(viewer: Viewer, partner_id: int) -> QuerySet[Problem]:
    """Return the problems with a shop's orders; none for who may not read them."""
    if not viewer.works_on(partner_id, SellerRole.ORDERS):
        return Problem.objects.none()
    return _complete().filter(vendor_order__vendor__partner_id=partner_id)


def problems_to_answer(viewer: Viewer, partner_id: int) -> QuerySet[Problem]:
    """Return a shop's open problems where it had not the last word.

    Nor has it had where the buyer declined what it offered.
    """
    declined = Proposal.objects.filter(
        problem=OuterRef("pk"), state=Proposal.State.DECLINED
    )
    has_spoken = Q(vendor_order__conversation__last_side=Side.SELLER)
    return (
        problems_of_shop(viewer, partner_id)
        .filter(Exists(declined) | ~has_spoken, state=_OPEN)
        .order_by("answer_by")
    )


def problems_to_decide(viewer: Viewer) -> QuerySet[Problem]:
    """Return every problem for operators who decide them, the most urgent first."""
    if not viewer.may(OperatorPermission.SUPPORT):
        return Problem.objects.none()
    return _complete().order_by("answer_by", "pk")


def problems_with(viewer: Viewer, vendor_id: int) -> QuerySet[Problem]:
    """Return a seller's problems for operators who decide them.

    Open ones come first, the most urgent on top; then those that ended, newest first.
    """
    found = problems_to_decide(viewer).filter(vendor_order__vendor=vendor_id)
    due = Case(When(state=_OPEN, then="answer_by"))
    return found.order_by(due.asc(nulls_last=True), "-opened_at", "-pk")


def open_with(vendor_id: int) -> int:
    """Count a seller's open problems: a number alone, for who decides on the shop."""
    return Problem.objects.filter(vendor_order__vendor=vendor_id, state=_OPEN).count()


def photo_of(problem: Problem, number: int) -> ProblemPhoto | None:
    """Return the picture of a problem with this number, counted from 1."""
    photos = list(problem.photos.all())
    return photos[number - 1] if 0 < number <= len(photos) else None


def standing_proposal(problem: Problem) -> Proposal | None:
    """Return what the seller of an open problem proposes; None if nothing stands."""
    if problem.state != _OPEN:
        return None
    return next((each for each in problem.proposals.all() if each.is_standing), None)


def proposal_about(vendor_order_id: int, public_id: str) -> Proposal | None:
    """Return what was offered about a vendor order that the caller may see."""
    offers = Proposal.objects.filter(problem__vendor_order_id=vendor_order_id)
    return offers.select_related("problem").filter(public_id=public_id).first()


def history_of_buyer(problem: Problem) -> tuple[int, int, int]:
    """Return how often its buyer has bought, reported, and was given money back."""
    order = problem.vendor_order.order
    if order.user_id is None:
        email = order.guest_email
        same = Q(is_address("vendor_order__order__guest_email", email))
        orders = Order.objects.filter(is_address("guest_email", email))
    else:
        same = Q(vendor_order__order__user_id=order.user_id)
        orders = Order.objects.filter(user_id=order.user_id)
    told = Problem.objects.filter(same).aggregate(
        all_of_them=Count("pk"),
        refunded=Count("pk", filter=Q(state__in=_GAVE_BACK)),
    )
    paid = orders.exclude(status__in=(Order.PENDING, Order.EXPIRED)).count()
    return paid, told["all_of_them"], told["refunded"]


def ended_alike(viewer: Viewer, problem: Problem) -> QuerySet[Problem]:
    """Return problems of the same kind that were decided or agreed on, the last first.

    Not those withdrawn, nor those with nothing left to decide about.
    """
    return (
        problems_to_decide(viewer)
        .filter(kind=problem.kind, state__in=_DECIDED)
        .exclude(pk=problem.pk)
        .order_by("-decided_at", "-pk")
    )


def outcomes_alike(
    viewer: Viewer, problem: Problem, *, now: datetime
) -> list[tuple[str, int]]:
    """Count how problems of the same kind ended in a year, the most frequent first."""
    since = now - timedelta(days=365)
    counted = (
        ended_alike(viewer, problem)
        .filter(decided_at__gte=since)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    return sorted(counted, key=lambda each: (-each[1], each[0]))


@dataclass(frozen=True, slots=True)
class UsualEnd:
    """How a shop's reports of a year ended: in how many the buyer got money back."""

    ended: int
    gave_back: int
    usual_time: timedelta


def usual_end(vendor_id: int, *, now: datetime) -> UsualEnd | None:
    """Return how a shop's reports usually end; None where too few did to tell.

    Not returns, which are the buyer's wish. The time is the median.
    """
    rows = Problem.objects.filter(
        vendor_order__vendor_id=vendor_id,
        state__in=_DECIDED,
        decided_at__gte=now - timedelta(days=365),
    ).exclude(kind=Problem.Kind.RETURN)
    took = F("decided_at") - F("opened_at")
    ended = list(rows.order_by().values_list("state", took))
    if len(ended) < _FEWEST_TOLD:
        return None
    return UsualEnd(
        ended=len(ended),
        gave_back=sum(state in _GAVE_BACK for state, _time in ended),
        usual_time=timedelta(
            seconds=median(time.total_seconds() for _state, time in ended)
        ),
    )


def orders_of_problems(public_ids: Iterable[str]) -> dict[str, str]:
    """Map problems to the numbers of their vendor orders, for whoever may read both."""
    problems = Problem.objects.filter(public_id__in=list(public_ids)).order_by()
    return dict(problems.values_list("public_id", "vendor_order__number"))


def problems_of_orders(number: str) -> QuerySet[Problem, str]:
    """Return the ids of problems with orders whose number has this in it."""
    found = Problem.objects.filter(vendor_order__number__icontains=number).order_by()
    return found.values_list("public_id", flat=True)


def problems_of_shops(vendor_ids: Iterable[int]) -> QuerySet[Problem, str]:
    """Return the ids of problems with orders of shops."""
    found = Problem.objects.filter(vendor_order__vendor__in=vendor_ids).order_by()
    return found.values_list("public_id", flat=True)


def counted_problems(vendor_id: int) -> Counters:
    """Return the problems and returns of a seller as counters."""
    problems = Problem.objects.filter(vendor_order__vendor_id=vendor_id)
    is_return = Q(kind=Problem.Kind.RETURN)
    withdrawn = Q(state=Problem.State.WITHDRAWN)
    return Counters(
        problems=problems.exclude(is_return | withdrawn).count(),
        returned=problems.filter(is_return, state=Problem.State.REFUNDED).count(),
    )


def _complete() -> QuerySet[Problem]:
    lines = ProblemLine.objects.select_related("line__order_line__product")
    return (
        Problem.objects.select_related("vendor_order__vendor__partner")
        .select_related("vendor_order__order__shipping_address", "decided_by")
        .prefetch_related(
            Prefetch("lines", lines.order_by("pk")),
            Prefetch("photos", ProblemPhoto.objects.order_by("pk")),
            "answers",
            Prefetch("proposals", Proposal.objects.select_related("message")),
        )
    )
