"""Who somebody is, over all three kinds of people."""

from typing import TYPE_CHECKING

from marketplace.accounts.models import User
from marketplace.accounts.selectors import operator_permissions_of
from marketplace.core.viewer import ANONYMOUS, Viewer
from vendors.models import Member

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def viewer_of(user: "User | AnonymousUser") -> Viewer:
    """Return the viewer behind `user`: two queries at most, none for a stranger."""
    if not isinstance(user, User):
        return ANONYMOUS
    roles = Member.objects.filter(user=user).values_list("vendor__partner_id", "role")
    return Viewer(
        user_id=user.pk,
        email=user.email,
        operator_permissions=operator_permissions_of(user),
        roles=dict(roles),
    )
