"""What is past its limit or soon will be, out of all queues."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from frontend.backoffice.counts import LIMITS
from frontend.backoffice.problem_words import kind_in_words
from frontend.backoffice.report_words import title_of
from marketplace.core.viewer import OperatorPermission, Viewer
from payouts.bank_words import reason_in_words
from payouts.selectors.disputes import disputes_to_do
from payouts.selectors.refunds import owed_to_buyers
from reviews.selectors.moderation import cases_open
from support.selectors.listings import reports_waiting
from support.selectors.problems import problems_to_decide
from vendors.selectors.offers import products_in_review
from vendors.selectors.shops import applications_waiting

_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An entry of a queue with the moment until which it may wait."""

    title: str
    kind: str
    seller: str
    href: str
    due: datetime


def most_urgent(viewer: Viewer) -> list[Due]:
    """Return the few entries that the viewer should decide first. Seven queries."""
    found = [*_problems(viewer)]
    if viewer.may(OperatorPermission.MODERATE):
        found += [*_products(), *_applications(), *_reviews(viewer), *_reports()]
    if viewer.may(OperatorPermission.FINANCE):
        found += _refunds(viewer)
    found += _disputes(viewer)
    return sorted(found, key=lambda entry: entry.due)[:_SHOWN]


def _problems(viewer: Viewer) -> Iterator[Due]:
    for problem in problems_to_decide(viewer).filter(state="open")[:_SHOWN]:
        yield Due(
            title=problem.vendor_order.number,
            kind=kind_in_words(problem.kind),
            seller=problem.vendor_order.vendor.name,
            href=reverse("office-problem", args=[problem.public_id]),
            due=problem.answer_by,
        )


def _products() -> Iterator[Due]:
    for product in products_in_review()[:_SHOWN]:
        if product.submitted_at is None:
            continue
        yield Due(
            title=product.title,
            kind=_("Proposed product"),
            seller=product.submitted_by.name if product.submitted_by else "",
            href=reverse("office-product", args=[product.public_id]),
            due=product.submitted_at + LIMITS["office-products"],
        )


def _applications() -> Iterator[Due]:
    for application in applications_waiting()[:_SHOWN]:
        vendor = application.vendor
        if application.submitted_at is None:
            continue
        yield Due(
            title=vendor.name,
            kind=_("Application"),
            seller=vendor.name,
            href=reverse("office-application", args=[vendor.public_id]),
            due=application.submitted_at + LIMITS["office-applications"],
        )


def _reviews(viewer: Viewer) -> Iterator[Due]:
    for case in cases_open(viewer)[:_SHOWN]:
        yield Due(
            title=str(case),
            kind=str(case.kind),
            seller=case.seller_name,
            href=reverse("office-review", args=[case.public_id]),
            due=case.opened_at + LIMITS["office-reviews"],
        )


def _reports() -> Iterator[Due]:
    for report in reports_waiting()[:_SHOWN]:
        thread = report.conversation
        seller = thread.vendor if thread else None
        yield Due(
            title=title_of(report),
            kind=report.get_kind_display(),
            seller=seller.name if seller else "",
            href=f"{reverse('office-reports')}#{report.public_id}",
            due=report.created_at + LIMITS["office-reports"],
        )


def _disputes(viewer: Viewer) -> Iterator[Due]:
    for dispute in disputes_to_do(viewer).order_by("opened_at", "pk")[:_SHOWN]:
        yield Due(
            title=dispute.payment.order.number,
            kind=_("Bank: %(why)s") % {"why": reason_in_words(dispute.reason)},
            seller="",
            href=reverse("office-dispute", args=[dispute.public_id]),
            due=dispute.opened_at + LIMITS["office-disputes"],
        )


def _refunds(viewer: Viewer) -> Iterator[Due]:
    for refund in owed_to_buyers(viewer)[:_SHOWN]:
        if refund.finished_at is None:
            continue
        yield Due(
            title=refund.order.number,
            kind=_("Owed to the buyer"),
            seller="",
            href=reverse("office-refunds"),
            due=refund.finished_at + LIMITS["office-refunds"],
        )
