"""Reads about people."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from marketplace.accounts.addresses import fold, is_address
from marketplace.accounts.models import SentMail, User
from marketplace.core.viewer import OperatorPermission, Viewer

# Operator roles are Django groups; each grants the permission of the same meaning.
GROUP_PERMISSIONS = {
    "moderator": OperatorPermission.MODERATE,
    "finance": OperatorPermission.FINANCE,
    "support": OperatorPermission.SUPPORT,
    "administrator": OperatorPermission.ADMINISTER,
}


def has_verified_email(user: User) -> bool:
    """Say whether somebody has shown that the address of their account is theirs.

    Anybody may sign up with anybody's address: nothing is entrusted to it before.
    """
    shown = EmailAddress.objects.filter(user=user, verified=True)
    return bool(shown.filter(is_address("email", user.email)).exists())


def mails_to(emails: Iterable[str]) -> QuerySet[SentMail]:
    """Return what went to these addresses in the last thirty days, the newest first."""
    return SentMail.objects.filter(to__in=[fold(email) for email in emails])


def sent_mails(viewer: Viewer) -> QuerySet[SentMail]:
    """Return what went out in the last thirty days; nothing for strangers."""
    if not viewer.may(OperatorPermission.SUPPORT):
        return SentMail.objects.none()
    return SentMail.objects.all()


def owns_address(user_id: int, email: str) -> bool:
    """Say whether an account has shown that an address is theirs."""
    shown = EmailAddress.objects.filter(user_id=user_id, verified=True)
    return bool(shown.filter(is_address("email", email)).exists())


def verified_emails_of(user_id: int) -> list[str]:
    """Return every address of which an account has shown that it is theirs."""
    shown = EmailAddress.objects.filter(user_id=user_id, verified=True)
    return list(shown.order_by("pk").values_list("email", flat=True))


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Return how people are called by their ids: by name, else by address."""
    people = User.objects.filter(pk__in=set(user_ids))
    return {each.pk: each.get_full_name() or each.email for each in people}


def names_by_public_ids(public_ids: Iterable[str]) -> dict[str, str]:
    """Return how people are called by their public ids: by name, else by address."""
    people = User.objects.filter(public_id__in=set(public_ids))
    return {each.public_id: each.get_full_name() or each.email for each in people}


def emails_of_operators(permission: OperatorPermission) -> list[str]:
    """Return the addresses of the operators who hold a permission.

    Administrators are asked only where nobody else holds it.
    """
    operators = User.objects.filter(is_active=True, is_staff=True).order_by("pk")
    names = [name for name, means in GROUP_PERMISSIONS.items() if means == permission]
    found = operators.filter(groups__name__in=names)
    if not found.exists():
        found = operators.filter(groups__name="administrator")
    return list(found.distinct().values_list("email", flat=True))


def operator_permissions_of(user: User) -> frozenset[str]:
    """Return what `user` may do for the platform; empty for everybody else.

    Staff only: a group without the staff flag grants nothing.
    """
    if not (user.is_active and user.is_staff):
        return frozenset()
    if user.is_superuser:
        return frozenset({OperatorPermission.ADMINISTER})
    names = user.groups.values_list("name", flat=True)
    return frozenset(
        GROUP_PERMISSIONS[name] for name in names if name in GROUP_PERMISSIONS
    )


def operators_named() -> list[tuple[int, str]]:
    """Return everybody who is an operator, or was staff, by name. One query."""
    staff = User.objects.filter(is_staff=True).order_by("first_name", "last_name", "pk")
    return [(each.pk, each.get_full_name() or each.email) for each in staff]


def operators_with_roles() -> QuerySet[User]:
    """Return the operators with their groups, by name."""
    staff = User.objects.filter(is_staff=True).prefetch_related("groups")
    return staff.order_by("first_name", "last_name", "pk")


def roles_of(user: User) -> list[str]:
    """Return the operator roles of a person; a superuser is an administrator."""
    names = {group.name for group in user.groups.all()} & set(GROUP_PERMISSIONS)
    if user.is_superuser:
        names.add("administrator")
    return [name for name in GROUP_PERMISSIONS if name in names]


def operators_who_may(permission: OperatorPermission) -> QuerySet[User]:
    """Return the operators who hold a permission, administrators with them."""
    wanted = {permission, OperatorPermission.ADMINISTER}
    groups = [name for name, grants in GROUP_PERMISSIONS.items() if grants in wanted]
    staff = User.objects.filter(is_active=True, is_staff=True)
    holds = Q(is_superuser=True) | Q(groups__name__in=groups)
    return staff.filter(holds).distinct().order_by("email")
