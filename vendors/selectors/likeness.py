"""Shops that share what two traders do not: a number, an address, a paper."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Concat, Lower, Replace, Upper

from vendors.models import Application, ApplicationFile, Vendor

PAPER, BANK = "paper", "bank"
# In the order in which they are told; a paper and a bank account are no columns of it.
SHARED = (
    *("vat_number", "registration_number", "legal_name"),
    *("contact_phone", "contact_email", "address"),
)
_NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Another shop, and what it shares: names of `SHARED`, `PAPER` or `BANK`."""

    shop: Vendor
    shares: list[str]
    is_barred: bool


def barred() -> QuerySet[Vendor]:
    """Return the shops that were refused, suspended or closed."""
    return Vendor.objects.filter(
        Q(state__in=[Vendor.State.SUSPENDED, Vendor.State.CLOSED])
        | Q(application__state=Application.State.REFUSED)
    )


def shops_alike(
    vendor: Vendor, *, paid_alike: Collection[int] = _NOBODY, most: int
) -> list[Alike]:
    """Return other shops that share something with one, those that are barred first.

    `paid_alike` are shops that are paid to the same bank account. Three queries.
    """
    own = keyed(Vendor.objects.filter(pk=vendor.pk)).get()
    papers = set(_with_the_same_paper(vendor))
    same = Q(pk__in=papers) | Q(pk__in=paid_alike)
    for name in SHARED:
        if key := _key(own, name):
            same |= Q(**{f"key_{name}": key})
    is_barred = Exists(barred().filter(pk=OuterRef("pk")))
    found = keyed(Vendor.objects.exclude(pk=vendor.pk)).filter(same)
    rows = found.annotate(is_barred=is_barred).order_by("-is_barred", "name", "pk")
    return [
        Alike(
            shop=row,
            shares=[
                *(name for name in SHARED if _shares(row, own, name)),
                *([PAPER] if row.pk in papers else []),
                *([BANK] if row.pk in paid_alike else []),
            ],
            is_barred=bool(getattr(row, "is_barred", False)),
        )
        for row in rows[:most]
    ]


def keyed(rows: QuerySet[Any], prefix: str = "") -> QuerySet[Any]:
    """Return rows with what is compared, as `key_...`; `prefix` leads to the shop."""
    keys = _keys(prefix)
    return rows.annotate(**{f"key_{name}": key for name, key in keys.items()})


def like_a_barred_shop(shop: str) -> Q:
    """Return the condition that a keyed row shares something with a barred shop.

    Of name and address neither counts by itself.

    `shop` leads from a row to its shop, which is not compared with itself.
    """
    others = keyed(barred().exclude(pk=OuterRef(shop)))
    alike = {
        name: Q(**{f"key_{name}": OuterRef(f"key_{name}")}) & ~Q(**{f"key_{name}": ""})
        for name in SHARED
    }
    # Namesakes are many, and so are offices that several share: both together count.
    same = alike.pop("legal_name") & alike.pop("address")
    for one in alike.values():
        same |= one
    papers = (
        ApplicationFile.objects.exclude(digest="")
        .filter(application__vendor__in=barred(), digest=OuterRef("digest"))
        .exclude(application__vendor=OuterRef("application__vendor"))
    )
    own = ApplicationFile.objects.filter(application__vendor=OuterRef(shop))
    return Q(Exists(others.filter(same))) | Q(Exists(own.filter(Exists(papers))))


def _keys(prefix: str) -> Mapping[str, Any]:
    def plain(field: str) -> Any:
        words = F(f"{prefix}{field}")
        return Replace(words, Value(" "), Value(""), output_field=CharField())

    digits = Func(
        F(f"{prefix}contact_phone"),
        Value("^[^1-9]+|[^0-9]"),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=CharField(),
    )
    address = Concat(
        plain("street"),
        *(Value("|"), plain("postcode"), Value("|"), F(f"{prefix}country")),
        output_field=CharField(),
    )
    return {
        "vat_number": Upper(plain("vat_number")),
        "registration_number": Lower(plain("registration_number")),
        "legal_name": Lower(F(f"{prefix}legal_name")),
        "contact_phone": digits,
        "contact_email": Lower(F(f"{prefix}contact_email")),
        "address": Case(
            When(**{f"{prefix}street": ""}, then=Value("")), default=Lower(address)
        ),
    }


def _key(row: Vendor, name: str) -> str:
    return str(getattr(row, f"key_{name}"))


def _shares(row: Vendor, own: Vendor, name: str) -> bool:
    key = _key(row, name)
    return bool(key) and key == _key(own, name)


def _with_the_same_paper(vendor: Vendor) -> QuerySet[Any, Any]:
    own = ApplicationFile.objects.filter(application__vendor=vendor).exclude(digest="")
    return (
        ApplicationFile.objects.filter(digest__in=own.values("digest"))
        .exclude(application__vendor=vendor)
        .values_list("application__vendor", flat=True)
    )
