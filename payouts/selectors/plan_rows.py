"""Turn rows of commission plans into plans as they are matched."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from django.db.models import Prefetch, QuerySet

from payouts.models import (
    CommissionBase,
    CommissionCondition,
    CommissionPlan,
    CommissionTerm,
    ConditionKind,
)
from payouts.plans import Plan, PriceBand, brand_key
from payouts.terms import Terms

_ROWS = {
    ConditionKind.VENDOR: "vendor",
    ConditionKind.CATEGORY: "category",
    ConditionKind.PRODUCT: "product",
}


def read_plans(rows: QuerySet[CommissionPlan]) -> list[Plan]:
    """Return plans in their order; three queries."""
    return [_plan(row) for row in _with_parts(rows).order_by("position")]


def read_by_list(
    rows: QuerySet[CommissionPlan],
) -> list[tuple[datetime, list[Plan]]]:
    """Return plans by published list: its first moment and its plans, in order."""
    ordered = _with_parts(rows).select_related("list")
    return [
        (begin, [_plan(row) for row in several])
        for (_, begin), several in groupby(
            ordered.order_by("list__number", "position"),
            key=lambda row: (row.list.number, row.list.in_force_from),
        )
        if begin is not None
    ]


def _with_parts(rows: QuerySet[CommissionPlan]) -> QuerySet[CommissionPlan]:
    named = CommissionCondition.objects.select_related("vendor", "category", "product")
    conditions = named.only(
        *("plan_id", "kind", "word", "currency", "from_minor", "below_minor"),
        *("vendor__name", "category__name", "product__title"),
    )
    return rows.prefetch_related(Prefetch("conditions", conditions), "terms")


def _plan(row: CommissionPlan) -> Plan:
    conditions = list(row.conditions.all())
    brands = [one.word for one in conditions if one.kind == ConditionKind.BRAND]
    return Plan(
        id=row.key,
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
        vendors=_ids(conditions, ConditionKind.VENDOR),
        categories=_ids(conditions, ConditionKind.CATEGORY),
        products=_ids(conditions, ConditionKind.PRODUCT),
        brands=frozenset(map(brand_key, brands)),
        ranks=_words(conditions, ConditionKind.RANK),
        countries=_words(conditions, ConditionKind.COUNTRY),
        prices=_bands(conditions),
        terms={term.currency: _terms(term) for term in row.terms.all()},
        names=dict(_names(conditions)),
        gone=frozenset(one.kind for one in conditions if _is_gone(one)),
    )


def _ids(rows: Iterable[CommissionCondition], kind: ConditionKind) -> frozenset[int]:
    return frozenset(
        getattr(row, f"{_ROWS[kind]}_id") for row in rows if row.kind == kind
    )


def _words(rows: Iterable[CommissionCondition], kind: ConditionKind) -> frozenset[str]:
    return frozenset(row.word for row in rows if row.kind == kind)


def _bands(rows: Iterable[CommissionCondition]) -> dict[str, PriceBand]:
    return {
        row.currency: PriceBand(
            from_minor=row.from_minor or 0, below_minor=row.below_minor
        )
        for row in rows
        if row.kind == ConditionKind.PRICE
    }


def _names(rows: Iterable[CommissionCondition]) -> Iterable[tuple[str, str]]:
    for row in rows:
        if row.kind == ConditionKind.BRAND:
            yield f"brand:{brand_key(row.word)}", row.word
        elif row.vendor:
            yield f"vendor:{row.vendor_id}", row.vendor.name
        elif row.category:
            yield f"category:{row.category_id}", str(row.category.name)
        elif row.product:
            yield f"product:{row.product_id}", str(row.product.title)


def _is_gone(row: CommissionCondition) -> bool:
    name = _ROWS.get(ConditionKind(row.kind))
    return name is not None and getattr(row, name) is None


def _terms(row: CommissionTerm) -> Terms:
    return Terms(
        bps=row.bps,
        fixed_minor=row.fixed_minor,
        min_minor=row.min_minor,
        max_minor=row.max_minor,
    )
