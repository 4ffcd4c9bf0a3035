"""Read commission plans, and the categories they look at."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from payouts.models import (
    CommissionBase,
    CommissionPlan,
    CommissionTerm,
    ConditionKind,
)
from payouts.plans import Plan, Subject, Verdict, explain
from payouts.terms import Terms

# Oscar's tree keeps a path for each category; a prefix of it is an ancestor.
_CATEGORIES = """
SELECT product.id, ancestor.id
FROM catalogue_product AS product
JOIN catalogue_productcategory AS placed
    ON placed.product_id = COALESCE(product.parent_id, product.id)
JOIN catalogue_category AS category ON category.id = placed.category_id
JOIN catalogue_category AS ancestor
    ON starts_with(category.path, ancestor.path)
WHERE product.id = ANY(%s) AND ancestor.id = ANY(%s)
"""
_ANCESTORS = """
SELECT category.id, ancestor.id
FROM catalogue_category AS category
JOIN catalogue_category AS ancestor
    ON starts_with(category.path, ancestor.path)
WHERE category.id = ANY(%s)
"""


def plans_in_order() -> list[Plan]:
    """Return every plan, in the order in which they are asked."""
    rows = CommissionPlan.objects.prefetch_related("conditions", "terms")
    return [_plan(row) for row in rows.order_by("position")]


def categories_of(
    *, product_ids: Collection[int], among: Collection[int]
) -> dict[int, frozenset[int]]:
    """Map products to those of `among` that they lie in, at whatever depth.

    A variant lies where its parent lies. Without anything to ask, asks nothing.
    """
    if not product_ids or not among:
        return {}
    return _grouped(_CATEGORIES, sorted(product_ids), sorted(among))


def ancestors_of(category_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Map categories to themselves and all above them."""
    if not category_ids:
        return {}
    return _grouped(_ANCESTORS, sorted(category_ids))


def explain_sale(
    *, vendor_id: int, product_id: int | None, at: datetime
) -> list[Verdict]:
    """Say of each plan in order whether it applies to a sale, and why.

    The first that applies is the one that counts. Without a product it is about the
    seller's shipping charge.
    """
    plans = plans_in_order()
    named = frozenset[int]().union(*(plan.categories for plan in plans))
    products = [product_id] if product_id is not None else []
    categories = categories_of(product_ids=products, among=named)
    subject = Subject(
        vendor_id=vendor_id,
        product_id=product_id,
        categories=categories.get(product_id or 0, frozenset()),
    )
    return explain(plans=plans, subject=subject, at=at)


def _grouped(query: str, *params: list[int]) -> dict[int, frozenset[int]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        pairs = cursor.fetchall()
    grouped: dict[int, set[int]] = {}
    for key, value in pairs:
        grouped.setdefault(key, set()).add(value)
    return {key: frozenset(values) for key, values in grouped.items()}


def _plan(row: CommissionPlan) -> Plan:
    ids: dict[str, set[int]] = {kind: set() for kind in ConditionKind.values}
    for condition in row.conditions.all():
        named = condition.vendor_id or condition.category_id or condition.product_id
        if named is not None:
            ids[condition.kind].add(named)
    return Plan(
        id=row.pk,
        name=row.name,
        version=row.version,
        position=row.position,
        is_enabled=row.is_enabled,
        is_catch_all=row.is_catch_all,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        excludes_tax=row.base == CommissionBase.EXCL_TAX,
        include_shipping=row.include_shipping,
        charge_vat=row.charge_vat,
        vendors=frozenset(ids[ConditionKind.VENDOR]),
        categories=frozenset(ids[ConditionKind.CATEGORY]),
        products=frozenset(ids[ConditionKind.PRODUCT]),
        terms={term.currency: _terms(term) for term in row.terms.all()},
    )


def _terms(row: CommissionTerm) -> Terms:
    return Terms(
        bps=row.bps,
        fixed_minor=row.fixed_minor,
        min_minor=row.min_minor,
        max_minor=row.max_minor,
    )
