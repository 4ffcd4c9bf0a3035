"""What happened to shops and to what is theirs, out of the audit trail."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet

from marketplace.db.models import AuditEvent
from marketplace.shop.catalogue.models import Product
from vendors.models import (
    ImportJob,
    Invitation,
    Parcel,
    Vendor,
    VendorOrder,
    Webhook,
)

# Rows that events are about, with the way to the shop whose they are.
_OWN: tuple[tuple[type[Model], str], ...] = (
    (Vendor, "pk"),
    (VendorOrder, "vendor"),
    (Parcel, "vendor_order__vendor"),
    (Product, "submitted_by__vendor"),
    (ImportJob, "vendor"),
    (Invitation, "vendor"),
    (Webhook, "vendor"),
)


def events_of_shops(
    vendor_ids: Iterable[int], *others: tuple[str, QuerySet[Any, str]]
) -> QuerySet[AuditEvent]:
    """Return what happened to shops and their things, newest first, with who did it.

    `others` are kinds of rows, as events name them, with the ids of theirs. One query,
    by the index of each thing.
    """
    keys = list(vendor_ids)
    arms = [
        _about(
            model._meta.label_lower,
            model._default_manager.filter(**{f"{way}__in": keys})
            .order_by()
            .values("public_id"),
        )
        for model, way in _OWN
    ]
    arms += [_about(kind, ids) for kind, ids in others]
    found = AuditEvent.objects.filter(pk__in=arms[0].union(*arms[1:], all=True))
    return found.select_related("actor").order_by("-at", "-id")


def _about(kind: str, ids: QuerySet[Any, Any]) -> QuerySet[AuditEvent, Any]:
    events = AuditEvent.objects.filter(subject_type=kind, subject_id__in=ids)
    return events.order_by().values("pk")
