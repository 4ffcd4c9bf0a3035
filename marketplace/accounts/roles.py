"""Who works for the platform: roles given and taken, with a reason."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.addresses import is_address
from marketplace.accounts.models import User
from marketplace.accounts.selectors import (
    GROUP_PERMISSIONS,
    has_verified_email,
    roles_of,
)
from marketplace.core.errors import ReasonMissingError, RefusedError
from marketplace.db import audit

ADMINISTRATOR = "administrator"


class RoleRefusedError(RefusedError):
    """The role cannot be given or taken; `field` names what to correct."""

    code = "role.refused"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class NotAdministratorError(RefusedError):
    """Whoever acts was an administrator, and is none any more."""

    code = "role.not_administrator"


@transaction.atomic
def give_role(
    *, email: str, role: str, reason: str, operator_id: int, now: datetime
) -> User:
    """Let a person do an operator's work; the account and its address must be theirs.

    Locks the administrators' group, then the person. Raises RoleRefusedError for an
    unknown account, one whose address nobody confirmed, or a role that they have;
    NotAdministratorError; ReasonMissingError without a reason.
    """
    _refuse_without(reason)
    _take_turns(operator_id)
    user = User.objects.select_for_update().filter(is_address("email", email)).first()
    if user is None or not user.is_active:
        raise RoleRefusedError(
            _("Nobody has an account with this address. Ask them to sign up first."),
            field="email",
        )
    if not has_verified_email(user):
        raise RoleRefusedError(
            _("This address was never confirmed: it may be somebody else’s."),
            field="email",
        )
    before = roles_of(user) if user.is_staff else []
    if role in before:
        raise RoleRefusedError(_("They have this role already."), field="role")
    if not user.is_staff:
        # A group that somebody kept without the flag grants nothing: it begins anew.
        user.groups.remove(*user.groups.filter(name__in=GROUP_PERMISSIONS))
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    user.groups.add(_group(role))
    _record("operator.role_given", user, before, reason, operator_id, now)
    return user


@transaction.atomic
def take_role(
    *, user_id: int, role: str, reason: str, operator_id: int, now: datetime
) -> User:
    """Take an operator's role; whoever has none left is signed out everywhere.

    Locks the administrators' group, then the person. Raises RoleRefusedError for a role
    that they have not, or the last administrator's; NotAdministratorError;
    ReasonMissingError without a reason; User.DoesNotExist.
    """
    _refuse_without(reason)
    _take_turns(operator_id)
    user = User.objects.select_for_update().get(pk=user_id, is_staff=True)
    before = roles_of(user)
    if role not in before:
        raise RoleRefusedError(_("They do not have this role any more."), field="role")
    if role == ADMINISTRATOR and not _administrators().exclude(pk=user_id).exists():
        raise RoleRefusedError(
            _("Somebody must administer the market: give the role to another first."),
            field="role",
        )
    user.groups.remove(_group(role))
    if role == ADMINISTRATOR:
        user.is_superuser = False
    user.is_staff = before != [role]
    user.save(update_fields=["is_superuser", "is_staff"])
    if not user.is_staff:
        for session in UserSession.objects.filter(user=user):
            session.end()
    _record("operator.role_taken", user, before, reason, operator_id, now)
    return user


def _take_turns(operator_id: int) -> None:
    """Let one person's roles change at a time, and only by who administers then.

    Two who take the role from each other would otherwise leave nobody.
    """
    _group(ADMINISTRATOR)
    Group.objects.select_for_update().get(name=ADMINISTRATOR)
    if not _administrators().filter(pk=operator_id).exists():
        raise NotAdministratorError(_("You are no administrator any more."))


def _administrators() -> QuerySet[User]:
    holds = Q(is_superuser=True) | Q(
        pk__in=User.groups.through.objects.filter(group__name=ADMINISTRATOR).values(
            "user_id"
        )
    )
    return User.objects.filter(holds, is_active=True, is_staff=True)


def _group(role: str) -> Group:
    if role not in GROUP_PERMISSIONS:
        raise RoleRefusedError(_("Choose one of the roles."), field="role")
    return Group.objects.get_or_create(name=role)[0]


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissingError(_("Say why: it is kept in the audit log."))


def _record(
    action: str,
    user: User,
    before: list[str],
    reason: str,
    operator_id: int,
    now: datetime,
) -> None:
    after = roles_of(User.objects.prefetch_related("groups").get(pk=user.pk))
    audit.record(
        action,
        subject=user,
        actor_id=operator_id,
        reason=reason.strip(),
        details={
            "before": {"roles": ", ".join(before)},
            "after": {"roles": ", ".join(after)},
        },
        now=now,
    )
