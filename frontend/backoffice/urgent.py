"""What is past its limit or soon will be, out of all queues."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from frontend.backoffice.counts import LIMITS
from frontend.backoffice.problem_words import kind_in_words
from marketplace.core.viewer import OperatorPermission, Viewer
from support.selectors.problems import problems_to_decide
from vendors.selectors.offers import products_in_review
from vendors.selectors.shops import applications_waiting

_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An entry of a queue with the moment until which it may wait."""

    title: str
    kind: str
    seller: str
    href: str
    due: datetime


def most_urgent(viewer: Viewer) -> list[Due]:
    """Return the few entries that the viewer should decide first. Three queries."""
    found = [*_problems(viewer)]
    if viewer.may(OperatorPermission.MODERATE):
        found += [*_products(), *_applications()]
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
