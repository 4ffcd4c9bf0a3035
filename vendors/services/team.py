"""Who works in a shop, and who is asked to."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.addresses import is_address
from marketplace.accounts.selectors import owns_address
from marketplace.core.errors import RefusedError
from vendors.models import Invitation, Member, Vendor

ROLES = (Member.Role.ORDERS, Member.Role.CATALOGUE, Member.Role.FINANCE)
# More open invitations than this nobody can oversee.
MOST_OPEN = 20


class TeamRefusedError(RefusedError):
    """The change would leave the shop without an owner, or meets nobody."""

    code = "team.refused"


@transaction.atomic
def invite(
    *, vendor: Vendor, email: str, role: str, user_id: int, now: datetime
) -> Invitation:
    """Ask somebody to work in the shop; an earlier invitation of theirs ends.

    Locks the shop. Raises TeamRefusedError for a role that is not to be given, for
    somebody who works there, and when too many are open.
    """
    _check_role(role)
    Vendor.objects.select_for_update(no_key=True).get(pk=vendor.pk)
    if vendor.members.filter(is_address("user__email", email)).exists():
        raise TeamRefusedError(
            _("They work here already: change their role in the list.")
        )
    is_open = vendor.invitations.filter(accepted_at=None, revoked_at=None)
    is_open.filter(is_address("email", email)).update(revoked_at=now)
    if is_open.filter(expires_at__gt=now).count() >= MOST_OPEN:
        raise TeamRefusedError(
            _("%(n)d invitations are open: take one back first.") % {"n": MOST_OPEN}
        )
    return Invitation.objects.create(
        vendor=vendor,
        email=email,
        role=role,
        invited_by_id=user_id,
        invited_at=now,
        expires_at=now + timedelta(days=settings.TEAM_INVITATION_DAYS),
    )


@transaction.atomic
def accept(*, invitation: Invitation, user_id: int, now: datetime) -> Member:
    """Let whoever the mail was sent to join; a second time changes nothing.

    Locks the invitation. Raises TeamRefusedError for one that is not open any more, or
    that was sent to an address of which the account has not shown that it is theirs.
    """
    row = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    if not owns_address(user_id, row.email):
        raise TeamRefusedError(
            _("This invitation is for %s. Sign in with that address to accept it.")
            % row.email
        )
    if row.accepted_by_id == user_id:
        found = Member.objects.filter(vendor=row.vendor_id, user=user_id).first()
        if found is not None:
            return found
    if row.accepted_at or row.revoked_at or row.expires_at <= now:
        raise TeamRefusedError(_("This invitation is not open any more."))
    row.accepted_at, row.accepted_by_id = now, user_id
    row.save(update_fields=["accepted_at", "accepted_by"])
    member, _is_new = Member.objects.get_or_create(
        user_id=user_id,
        vendor_id=row.vendor_id,
        defaults={"role": row.role, "since": now},
    )
    return member


def revoke(*, invitation: Invitation, now: datetime) -> int:
    """Make the link in the mail useless; return how many were open: one or none."""
    open_one = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None
    )
    return open_one.update(revoked_at=now)


@transaction.atomic
def change_role(*, member: Member, role: str) -> str:
    """Give somebody of the shop another role, and return the one that they had.

    Locks the member. Raises TeamRefusedError for the owner, for who has left, and for
    what is no role.
    """
    _check_role(role)
    was = _lock(member).role
    Member.objects.filter(pk=member.pk).update(role=role)
    member.role = role
    return was


@transaction.atomic
def remove_member(*, member: Member) -> None:
    """Take somebody out of the shop.

    Locks the member. Raises TeamRefusedError for the owner and for who has left.
    """
    _lock(member).delete()


def _lock(member: Member) -> Member:
    found = Member.objects.select_for_update(of=("self",)).filter(pk=member.pk).first()
    if found is None:
        raise TeamRefusedError(_("They do not work here any more."))
    if found.role == Member.Role.OWNER:
        raise TeamRefusedError(_("The owner stays the owner."))
    return found


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise TeamRefusedError(_("Choose one of the three roles."))
