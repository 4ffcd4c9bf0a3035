"""Shops that share what two traders do not: a number, an address, a paper."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from vendors.models import Application, ApplicationFile, Likeness, Vendor
from vendors.models.likeness import COMPARED

# What is no column: the same bytes, and the same account.
PAPER, BANK = "paper", "bank"
_NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Another shop, and what it shares: names of `COMPARED`, `PAPER` or `BANK`."""

    shop: Vendor
    shares: list[str]
    is_barred: bool


def is_barred(prefix: str = "") -> Q:
    """Return the condition that a shop was refused, suspended or closed.

    `prefix` leads from a row to the shop.
    """
    states = [Vendor.State.SUSPENDED, Vendor.State.CLOSED]
    refused = {f"{prefix}application__state": Application.State.REFUSED}
    return Q(**{f"{prefix}state__in": states}) | Q(**refused)


def barred() -> QuerySet[Vendor]:
    """Return the shops that were refused, suspended or closed."""
    return Vendor.objects.filter(is_barred())


def shops_alike(
    vendor: Vendor, *, paid_alike: Collection[int] = _NOBODY, most: int
) -> list[Alike]:
    """Return other shops that share something with one, those that are barred first.

    `paid_alike` are shops that are paid to the same bank account. Three queries.
    """
    own = Likeness.objects.filter(pk=vendor.pk).first() or Likeness(vendor=vendor)
    papers = set(_with_the_same_paper(vendor))
    same = Q(pk__in=papers) | Q(pk__in=paid_alike)
    for name in COMPARED:
        if key := getattr(own, name):
            same |= Q(**{f"likeness__{name}": key})
    found = Vendor.objects.exclude(pk=vendor.pk).filter(same)
    bad = Exists(barred().filter(pk=OuterRef("pk")))
    rows = found.annotate(is_barred=bad).order_by("-is_barred", "name", "pk")
    return [
        Alike(
            shop=row,
            shares=[
                *_shared(row, own),
                *([PAPER] if row.pk in papers else []),
                *([BANK] if row.pk in paid_alike else []),
            ],
            is_barred=bool(getattr(row, "is_barred", False)),
        )
        for row in rows.select_related("likeness")[:most]
    ]


def like_a_barred_shop(shop: str) -> Q:
    """Return the condition that a row's shop shares something with a barred shop.

    Of name and address neither counts by itself.

    `shop` leads from a row to its shop, which is not compared with itself.
    """
    alike = {
        name: Q(**{name: OuterRef(f"{shop}__likeness__{name}")}) & ~Q(**{name: ""})
        for name in COMPARED
    }
    # Namesakes are many, and so are offices that several share: both together count.
    same = alike.pop("legal_name") & alike.pop("address")
    for one in alike.values():
        same |= one
    others = Likeness.objects.filter(same).exclude(pk=OuterRef(shop))
    papers = (
        ApplicationFile.objects.exclude(digest="")
        .filter(is_barred("application__vendor__"), digest=OuterRef("digest"))
        .exclude(application__vendor=OuterRef("application__vendor"))
    )
    own = ApplicationFile.objects.filter(application__vendor=OuterRef(shop))
    return Q(Exists(others.filter(is_barred("vendor__")))) | Q(
        Exists(own.filter(Exists(papers)))
    )


def _shared(row: Vendor, own: Likeness) -> list[str]:
    its = getattr(row, "likeness", None)
    return [
        name
        for name in COMPARED
        if getattr(own, name) and getattr(own, name) == getattr(its, name, "")
    ]


def _with_the_same_paper(vendor: Vendor) -> QuerySet[Any, Any]:
    own = ApplicationFile.objects.filter(application__vendor=vendor).exclude(digest="")
    return (
        ApplicationFile.objects.filter(digest__in=own.values("digest"))
        .exclude(application__vendor=vendor)
        .values_list("application__vendor", flat=True)
    )
