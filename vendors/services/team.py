"""Who works in a shop."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.addresses import is_address
from marketplace.accounts.models import User
from marketplace.accounts.selectors import has_verified_email
from marketplace.core.errors import RefusedError
from vendors.models import Member, Vendor


class TeamRefusedError(RefusedError):
    """The change would leave the shop without an owner, or meets nobody."""

    code = "team.refused"


@transaction.atomic
def add_member(*, vendor: Vendor, email: str, role: str, now: datetime) -> Member:
    """Give somebody with an account a role in the shop, or another role.

    Raises TeamRefusedError when nobody has shown that this e-mail is theirs, or it is
    the owner's.
    """
    if role not in {Member.Role.ORDERS, Member.Role.CATALOGUE, Member.Role.FINANCE}:
        raise TeamRefusedError(_("Choose one of the three roles."))
    people = User.objects.filter(is_address("email", email), is_active=True)
    user = people.first()
    if user is None or not _may_join(user, vendor):
        raise TeamRefusedError(
            _(
                "Nobody has an account with this e-mail yet: ask them to sign up and"
                " to follow the link in our mail."
            )
        )
    member, created = Member.objects.get_or_create(
        user=user, vendor=vendor, defaults={"role": role, "since": now}
    )
    if not created:
        _refuse_owner(member)
        member.role = role
        member.save(update_fields=["role"])
    return member


def _may_join(user: User, vendor: Vendor) -> bool:
    is_here = Member.objects.filter(user=user, vendor=vendor).exists()
    return is_here or has_verified_email(user)


def remove_member(*, member: Member) -> None:
    """Take somebody out of the shop; never its owner."""
    _refuse_owner(member)
    member.delete()


def _refuse_owner(member: Member) -> None:
    if member.role == Member.Role.OWNER:
        raise TeamRefusedError(_("The owner stays the owner."))
