"""What an admitted shop begins with: its commission, and when it is paid."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from frontend import formats
from marketplace.core.money import Money
from payouts.plans import NO_IDS, NoPlanError, Plan, Subject, resolve
from payouts.selectors.commission import plans_at
from payouts.selectors.products import ancestors_of
from vendors.models import Application
from vendors.selectors.ranks import rank_of_shop


class Opening(NamedTuple):
    """A plan, what it takes, and for which categories; without any it is for all."""

    plan: str
    takes: str
    categories: list[str]


def openings_of(application: Application, *, now: datetime) -> list[Opening]:
    """Return the plans of a new shop: that for all it sells, then those of its shelves.

    Of plans for products, brands or prices nothing is said: none is offered yet. Five
    queries.
    """
    try:
        plans = plans_at(now)
        usual = resolve(plans=plans, subject=_subject(application), at=now)
    except NoPlanError:
        return []
    found: dict[int, tuple[Plan, list[str]]] = {usual.id: (usual, [])}
    shelves = list(application.categories.order_by("path"))
    above = ancestors_of([each.pk for each in shelves])
    for shelf in shelves:
        subject = _subject(application, above.get(shelf.pk, NO_IDS))
        plan = resolve(plans=plans, subject=subject, at=now)
        if plan.id != usual.id:
            found.setdefault(plan.id, (plan, []))[1].append(shelf.name)
    return [Opening(plan.name, _takes(plan), names) for plan, names in found.values()]


def _subject(application: Application, categories: frozenset[int] = NO_IDS) -> Subject:
    vendor = application.vendor
    return Subject(
        vendor_id=vendor.pk,
        categories=categories,
        rank=rank_of_shop(vendor),
        country=vendor.country,
        currency=settings.CURRENCY,
    )


def _takes(plan: Plan) -> str:
    terms = plan.terms_in(settings.CURRENCY)
    share = formats.rate(terms.bps)
    if not terms.fixed_minor:
        return share
    fixed = formats.amount(Money(terms.fixed_minor, settings.CURRENCY))
    return _("%(share)s and %(fixed)s for each thing") % {
        "share": share,
        "fixed": fixed,
    }
