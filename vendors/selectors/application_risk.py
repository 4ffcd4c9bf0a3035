"""What speaks against an application, and how closely it should be looked at."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from vendors.models import Application, ApplicationFile, Member
from vendors.selectors.likeness import barred, keyed, like_a_barred_shop
from vendors.vat_number import MEMBER_STATES, is_at_fault

# Of a hundred points in all, the most telling first.
WORTH = {
    "is_alike": 34,
    "was_refused": 20,
    "has_wrong_vat": 14,
    "has_refused_paper": 8,
    "lacks_register": 6,
    "is_unconfirmed": 6,
    "is_hasty": 4,
    "is_far": 3,
    "lacks_papers": 3,
    "lacks_phone": 2,
}
# From so many points on it is a high risk, or some.
HIGH, SOME = 34, 14
# Nobody reads what they sign, nor writes what they sell, in less.
_HASTY = timedelta(minutes=10)


def flagged(
    rows: QuerySet[Application], *, paid_alike: Iterable[Collection[int]] = ()
) -> QuerySet[Application]:
    """Return applications with what speaks against each, and their `risk` in points.

    `is_alike`: the shop shares a number, an e-mail, name with address, a paper or a
    bank account with one that was refused, suspended or closed; `paid_alike` are sets
    of shops that are paid to one account. `was_refused`: somebody of it belongs to
    such a shop. `has_wrong_vat`: the number that it states cannot be; to have none is
    no ground. `is_unconfirmed`: nobody of it has shown that their e-mail is theirs.
    `is_hasty`: it was begun and sent within ten minutes. `is_far`: it is not of the
    European Union. The others say what it lacks. Two queries beside its own.
    """
    flags = {
        name: ExpressionWrapper(Q(flag), output_field=BooleanField())
        for name, flag in _flags(
            _wrong_vat(rows), _paid_like_barred(paid_alike)
        ).items()
    }
    counted = [
        Case(When(**{name: True}, then=points), default=0)
        for name, points in WORTH.items()
    ]
    marked = keyed(rows, "vendor__").annotate(**flags)
    return marked.annotate(risk=sum(counted, Value(0)))


def by_risk(
    rows: QuerySet[Application], *, paid_alike: Iterable[Collection[int]] = ()
) -> QuerySet[Any]:
    """Return applications as `flagged` does, the riskiest first."""
    marked: QuerySet[Any] = flagged(rows, paid_alike=paid_alike)
    return marked.order_by("-risk", "submitted_at", "id")


def _flags(wrong_vat: Collection[int], paid: Collection[int]) -> dict[str, Any]:
    elsewhere = Member.objects.filter(
        user__memberships__vendor=OuterRef("vendor"), vendor__in=barred()
    )
    confirmed = EmailAddress.objects.filter(
        user__memberships__vendor=OuterRef("vendor"), verified=True
    )
    papers = ApplicationFile.objects.filter(application=OuterRef("pk"))
    began = F("vendor__created_at") + Value(_HASTY)
    return {
        "is_alike": like_a_barred_shop("vendor") | Q(vendor__in=list(paid)),
        "was_refused": Exists(elsewhere.exclude(vendor=OuterRef("vendor"))),
        "has_wrong_vat": Q(vendor__in=list(wrong_vat)),
        "has_refused_paper": Exists(papers.filter(state="refused")),
        "lacks_register": Q(vendor__registration_number=""),
        "is_unconfirmed": ~Exists(confirmed),
        "is_hasty": Q(submitted_at__lt=began),
        "is_far": ~Q(vendor__country__in=sorted(MEMBER_STATES)),
        "lacks_papers": ~Exists(papers),
        "lacks_phone": Q(vendor__contact_phone=""),
    }


def _wrong_vat(rows: QuerySet[Application]) -> list[int]:
    """Return the shops whose VAT number cannot be: SQL knows no check digits."""
    stated = rows.order_by().exclude(vendor__vat_number="")
    return [
        vendor
        for vendor, country, number in stated.values_list(
            "vendor", "vendor__country", "vendor__vat_number"
        )
        if is_at_fault(number, country)
    ]


def _paid_like_barred(alike: Iterable[Collection[int]]) -> set[int]:
    """Return the shops that share a bank account with a barred one."""
    sets = [set(each) for each in alike]
    if not sets:
        return set()
    known = barred().filter(pk__in=set().union(*sets))
    out = set(known.values_list("pk", flat=True))
    return {shop for each in sets for shop in each if (each - {shop}) & out}
