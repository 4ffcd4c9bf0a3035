"""Kinds of product and what they are asked, changed by an operator and remembered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.db import audit
from marketplace.shop.catalogue import kinds
from marketplace.shop.catalogue.models import ProductAttribute, ProductClass
from search import services as search


@transaction.atomic
def add_kind(*, name: str, operator_id: int, now: datetime) -> ProductClass:
    """Add a kind of product. Raises KindRefusedError when its name is taken."""
    kind = kinds.add_kind(name=name)
    audit.record("kind.added", subject=kind, actor_id=operator_id, now=now)
    return kind


@transaction.atomic
def add_attribute(
    *,
    kind: ProductClass,
    terms: kinds.AttributeTerms,
    operator_id: int,
    now: datetime,
) -> ProductAttribute:
    """Ask something of a kind; search learns of it. Raises KindRefusedError."""
    attribute = kinds.add_attribute(kind=kind, terms=terms)
    audit.record(
        "attribute.added",
        subject=attribute,
        actor_id=operator_id,
        now=now,
        details={"after": _told(attribute)},
    )
    _tell_search(attribute, now)
    return attribute


@transaction.atomic
def change_attribute(
    *,
    attribute: ProductAttribute,
    terms: kinds.AttributeTerms,
    operator_id: int,
    now: datetime,
) -> ProductAttribute:
    """Change what is asked; search learns of it. Raises KindRefusedError."""
    before = _told(attribute)
    changed = kinds.change_attribute(attribute=attribute, terms=terms)
    after = _told(changed)
    differing = [name for name in after if before[name] != after[name]]
    if differing:
        audit.record(
            "attribute.changed",
            subject=changed,
            actor_id=operator_id,
            now=now,
            details={
                "before": {name: before[name] for name in differing},
                "after": {name: after[name] for name in differing},
            },
        )
    if {"name", "is_facet"} & set(differing):
        _tell_search(changed, now)
    return changed


@transaction.atomic
def remove_attribute(
    *, attribute: ProductAttribute, operator_id: int, now: datetime
) -> None:
    """Ask it no more; search learns of it."""
    audit.record(
        "attribute.removed",
        subject=attribute,
        actor_id=operator_id,
        now=now,
        details={"before": _told(attribute)},
    )
    kinds.remove_attribute(attribute=attribute)
    _tell_search(attribute, now)


@transaction.atomic
def say_attribute(
    *,
    attribute: ProductAttribute,
    said: Mapping[str, Mapping[str, str]],
    operator_id: int,
    now: datetime,
) -> None:
    """Say an attribute, its unit and its choices in other languages."""
    languages = kinds.say(attribute=attribute, said=said)
    if languages:
        audit.record(
            "attribute.said",
            subject=attribute,
            actor_id=operator_id,
            now=now,
            details={"after": {"languages": languages}},
        )


def _told(attribute: ProductAttribute) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": attribute.name,
        "is_facet": attribute.is_facet,
        "required": attribute.required,
    }
    if attribute.option_group_id is not None:
        rows = attribute.option_group.options.order_by("pk")
        told["options"] = list(rows.values_list("option", flat=True))
    return told


def _tell_search(attribute: ProductAttribute, now: datetime) -> None:
    told = kinds.products_telling(attribute)
    if told:
        search.mark_changed(product_ids=told, now=now)
