"""Read the lists of commission plans, and say which plan applies to a sale."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from payouts.models import CommissionList, CommissionPlan
from payouts.plans import (
    NoPlanError,
    Plan,
    Subject,
    Verdict,
    explain,
    plans_for_things,
)
from payouts.pricing import Priced, Sold, price_by
from payouts.selectors.plan_rows import read_by_list, read_plans
from payouts.selectors.products import NO_FACTS, facts_of_products
from payouts.terms import Terms
from payouts.vat import commission_vat
from vendors.models import Vendor
from vendors.selectors.ranks import rank_of_shop


class PlanBook:
    """The lists of plans in the order of time; each holds until the next begins."""

    def __init__(self, lists: Iterable[tuple[datetime, list[Plan]]]) -> None:
        self._lists = list(lists)
        self._begins = [begin for begin, _ in self._lists]

    def at(self, moment: datetime) -> list[Plan]:
        """Return the list in force at a moment. Raises NoPlanError without one."""
        place = bisect_right(self._begins, moment)
        if not place:
            raise NoPlanError
        return self._lists[place - 1][1]


def published_lists() -> QuerySet[CommissionList]:
    """Return the lists that were ever published, the newest first."""
    return CommissionList.objects.filter(number__isnull=False).order_by("-number")


def newest_list() -> CommissionList:
    """Return the list published last; it may not be in force yet."""
    newest = published_lists().first()
    if newest is None:
        raise NoPlanError
    return newest


def list_in_force(at: datetime) -> CommissionList:
    """Return the list in force at a moment."""
    found = published_lists().filter(in_force_from__lte=at).first()
    if found is None:
        raise NoPlanError
    return found


def plan_book(moments: Sequence[datetime]) -> PlanBook:
    """Return the lists in force at some moments; three queries, however many."""
    if not moments:
        return PlanBook([])
    began = published_lists().filter(in_force_from__lte=min(moments))
    rows = CommissionPlan.objects.filter(
        list__number__gte=began.values("number")[:1],
        list__in_force_from__lte=max(moments),
    )
    return PlanBook(read_by_list(rows))


def plans_at(at: datetime) -> list[Plan]:
    """Return the plans in force at a moment, in the order in which they are asked."""
    return plan_book([at]).at(at)


def plans_of(plan_list: CommissionList) -> list[Plan]:
    """Return the plans of a list, in their order."""
    return read_plans(CommissionPlan.objects.filter(list=plan_list))


def subject_of(
    *,
    vendor: Vendor,
    product_id: int | None,
    unit_minor: int | None,
    currency: str,
) -> Subject:
    """Return what a sale of today would be asked about; one query at most.

    Without a product it is the seller's delivery charge.
    """
    products = [product_id] if product_id is not None else []
    facts = facts_of_products(products).get(product_id or 0, NO_FACTS)
    return Subject(
        vendor_id=vendor.pk,
        product_id=product_id,
        categories=facts.categories,
        brand=facts.brand,
        rank=rank_of_shop(vendor),
        country=vendor.country,
        currency=currency,
        unit_minor=None if product_id is None else unit_minor,
    )


def terms_for_shop(vendor: Vendor, *, at: datetime) -> list[Terms]:
    """Return what a thing of a shop may cost it, by the plans that it may fall under.

    In the shop's currency; what none else takes falls under the last one.
    """
    currency = settings.CURRENCY
    seller = subject_of(
        vendor=vendor, product_id=None, unit_minor=None, currency=currency
    )
    plans = plans_for_things(plans=plans_at(at), seller=seller, at=at)
    return [plan.terms_in(currency) for plan in plans]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a list of plans says of one sale; priced if its price is known."""

    verdicts: list[Verdict]
    winner: Plan | None
    priced: Priced | None


def try_sale(
    *,
    plans: Sequence[Plan],
    vendor: Vendor,
    subject: Subject,
    gross_minor: int | None,
    at: datetime,
) -> Trial:
    """Ask a list about the sale of one piece, or of a delivery, and price it.

    Where it goes is not asked, so the consumer's tax is not known: a plan on the price
    without it is reckoned on all of it here.
    """
    verdicts = explain(plans=plans, subject=subject, at=at)
    winner = next((one.plan for one in verdicts if one.applies), None)
    if winner is None or gross_minor is None:
        return Trial(verdicts, winner, None)
    vat = commission_vat(
        seller_country=vendor.country,
        seller_vat_number=vendor.vat_number,
        platform_country=settings.PLATFORM["country"],
    )
    sold = Sold(
        subject=subject,
        is_shipping=subject.unit_minor is None,
        gross_minor=gross_minor,
        tax_minor=0,
        quantity=1,
        vat=vat,
    )
    return Trial(verdicts, winner, price_by(sold=sold, plan=winner))


def try_offers(
    *, vendor: Vendor, offers: Sequence[tuple[int, int, str]], at: datetime
) -> list[Trial]:
    """Say what one piece of each of a seller's offers would cost; four queries.

    An offer is its product, its price in minor units, and the currency.
    """
    plans = plans_at(at)
    facts = facts_of_products(product for product, _, _ in offers)
    rank = rank_of_shop(vendor)
    return [
        try_sale(
            plans=plans,
            vendor=vendor,
            subject=Subject(
                vendor_id=vendor.pk,
                product_id=product,
                categories=facts.get(product, NO_FACTS).categories,
                brand=facts.get(product, NO_FACTS).brand,
                rank=rank,
                country=vendor.country,
                currency=currency,
                unit_minor=minor,
            ),
            gross_minor=minor,
            at=at,
        )
        for product, minor, currency in offers
    ]


def explain_sale(
    *,
    vendor_id: int,
    product_id: int | None,
    at: datetime,
    unit_minor: int | None = None,
    currency: str = "",
) -> list[Verdict]:
    """Say of each plan in order whether it applies to a sale, and why.

    The first that applies is the one that counts. Without a product it is about the
    seller's shipping charge; without a price no plan for prices fits.
    """
    vendor = Vendor.objects.select_related("partner", "standing").get(pk=vendor_id)
    subject = subject_of(
        vendor=vendor,
        product_id=product_id,
        unit_minor=unit_minor,
        currency=currency or settings.CURRENCY,
    )
    return explain(plans=plans_at(at), subject=subject, at=at)
