"""Reads about people."""

from marketplace.accounts.models import User
from marketplace.core.viewer import OperatorPermission

# Operator roles are Django groups; each grants the permission of the same meaning.
GROUP_PERMISSIONS = {
    "moderator": OperatorPermission.MODERATE,
    "finance": OperatorPermission.FINANCE,
    "support": OperatorPermission.SUPPORT,
    "administrator": OperatorPermission.ADMINISTER,
}


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
