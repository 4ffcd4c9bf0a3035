"""Read commission plans, and say which applies to a sale."""

from datetime import datetime

from django.conf import settings

from payouts.models import CommissionPlan
from payouts.plans import Plan, Subject, Verdict, explain
from payouts.selectors.plan_rows import read_plans
from payouts.selectors.products import NO_FACTS, facts_of_products
from vendors.models import Vendor
from vendors.selectors.ranks import rank_of_shop


def plans_in_order() -> list[Plan]:
    """Return every plan, in the order in which they are asked."""
    return read_plans(CommissionPlan.objects.all())


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
    return explain(plans=plans_in_order(), subject=subject, at=at)
