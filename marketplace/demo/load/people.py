"""Who may sign in: the buyers, the sellers and their staff, the operators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from marketplace.accounts.models import User
from marketplace.accounts.services import make_operator
from marketplace.demo.content import Market
from marketplace.demo.content.people import DEMO_DOMAIN
from marketplace.demo.content.reading import read

PASSWORD = "comptoir-demo"  # noqa: S105 (printed by make run)
BUYER, OPERATOR = f"anna@{DEMO_DOMAIN}", f"operator@{DEMO_DOMAIN}"
FINANCE = f"marc@{DEMO_DOMAIN}"
GUEST_DOMAIN = "guests.demo.test"


@dataclass(frozen=True, slots=True)
class People:
    """The accounts by e-mail."""

    by_email: dict[str, User]

    @property
    def operator(self) -> User:
        """The operator of the demo's login."""
        return self.by_email[OPERATOR]


def owner_email(handle: str) -> str:
    """Return the login of a shop's owner."""
    return f"{handle}@{DEMO_DOMAIN}"


def load_people(market: Market, *, joined_at: datetime) -> People:
    """Write everybody's account with the demo's password; most e-mails are verified."""
    texts = read("people")
    users = [
        *(_user(b.email, f"{b.first_name} {b.last_name}") for b in market.buyers),
        *(_user(owner_email(s.handle), s.contact) for s in market.sellers),
        *(_user(p["email"], p["name"]) for p in _others(texts)),
    ]
    password = make_password(PASSWORD)
    for user in users:
        user.password, user.date_joined = password, joined_at
    User.objects.bulk_create(users)
    unshown = {p["email"] for p in texts["applicants"] if "is_unconfirmed" in p}
    EmailAddress.objects.bulk_create(
        EmailAddress(
            user=user,
            email=user.email,
            verified=user.email not in unshown,
            primary=True,
        )
        for user in users
    )
    _appoint(texts["operators"], joined_at)
    return People({user.email: user for user in User.objects.all()})


def _others(texts: dict[str, Sequence[dict[str, str]]]) -> Iterable[dict[str, str]]:
    return [*texts["operators"], *texts["staff"], *texts["applicants"]]


def _user(email: str, name: str) -> User:
    first, _, last = name.partition(" ")
    return User(email=email, first_name=first, last_name=last)


def _appoint(operators: Iterable[dict[str, str]], now: datetime) -> None:
    """Make the first operator an administrator, the others what their role says."""
    for operator in operators:
        if operator["role"] == "administrator":
            make_operator(email=operator["email"], now=now)
            continue
        user = User.objects.get(email=operator["email"])
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        user.groups.add(_group(operator["role"]))


def _group(name: str) -> int:
    groups = User.groups.rel.model.objects
    return int(groups.values_list("pk", flat=True).get(name=name))
