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
from vendors.selectors.likeness import barred, like_a_barred_shop
from vendors.vat_number import MEMBER_STATES

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
    """Return applications with what speaks against each, for `points_of`.

    `is_alike`: the shop shares a number, an e-mail, name with address, a paper or a
    bank account with one that was refused, suspended or closed; `paid_alike` are sets
    of shops that are paid to one account. `was_refused`: somebody of it belongs to
    such a shop. `has_wrong_vat`: the number that it states cannot be; to have none is
    no ground. `is_unconfirmed`: nobody of it has shown that their e-mail is theirs.
    `is_hasty`: it was begun and sent within ten minutes. `is_far`: it is not of the
    European Union. The others say what it lacks. One query beside its own.
    """
    return rows.annotate(**_flags(_paid_like_barred(paid_alike)))


def by_risk(
    rows: QuerySet[Application], *, paid_alike: Iterable[Collection[int]] = ()
) -> QuerySet[Any]:
    """Return applications, the riskiest first. One query beside its own."""
    marked: QuerySet[Any] = rows.alias(**_flags(_paid_like_barred(paid_alike)))
    # Counted where it sorts and nowhere else: what is shown is marked by `flagged`.
    counted = [
        Case(When(**{name: True}, then=points), default=0)
        for name, points in WORTH.items()
    ]
    return marked.order_by(sum(counted, Value(0)).desc(), "submitted_at", "id")


def points_of(marked: Application) -> int:
    """Return the points of an application that `flagged` has marked."""
    return sum(points for name, points in WORTH.items() if getattr(marked, name, False))


def _flags(paid: Collection[int]) -> dict[str, Any]:
    elsewhere = Member.objects.filter(
        user__memberships__vendor=OuterRef("vendor"), vendor__in=barred()
    )
    confirmed = EmailAddress.objects.filter(
        user__memberships__vendor=OuterRef("vendor"), verified=True
    )
    papers = ApplicationFile.objects.filter(application=OuterRef("pk"))
    began = F("vendor__created_at") + Value(_HASTY)
    said = {
        "is_alike": like_a_barred_shop("vendor") | Q(vendor__in=list(paid)),
        "was_refused": Exists(elsewhere.exclude(vendor=OuterRef("vendor"))),
        "has_wrong_vat": Q(vendor__likeness__has_wrong_vat=True),
        "has_refused_paper": Exists(papers.filter(state="refused")),
        "lacks_register": Q(vendor__registration_number=""),
        "is_unconfirmed": ~Exists(confirmed),
        "is_hasty": Q(submitted_at__lt=began),
        "is_far": ~Q(vendor__country__in=sorted(MEMBER_STATES)),
        "lacks_papers": ~Exists(papers),
        "lacks_phone": Q(vendor__contact_phone=""),
    }
    return {
        name: ExpressionWrapper(Q(flag), output_field=BooleanField())
        for name, flag in said.items()
    }


def _paid_like_barred(alike: Iterable[Collection[int]]) -> set[int]:
    """Return the shops that share a bank account with a barred one."""
    sets = [set(each) for each in alike]
    if not sets:
        return set()
    known = barred().filter(pk__in=set().union(*sets))
    out = set(known.values_list("pk", flat=True))
    return {shop for each in sets for shop in each if (each - {shop}) & out}
