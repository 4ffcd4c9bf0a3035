"""The owner of a shop says who does what there, and the trail says that they did."""

from datetime import datetime

from django.db import transaction

from marketplace.db import audit
from vendors.models import Invitation, Member
from vendors.services import team


@transaction.atomic
def change_role(*, member: Member, role: str, user_id: int, now: datetime) -> None:
    """Give somebody another role. Locks the member.

    Raises TeamRefusedError for the owner, for who has left, and for no role.
    """
    was = team.change_role(member=member, role=role)
    if was == role:
        return
    audit.record(
        "team.role_changed",
        subject=member,
        actor_id=user_id,
        details={
            "before": {"role": was},
            "after": {"role": role, "shop": member.vendor.handle},
        },
        now=now,
    )


@transaction.atomic
def take_out(*, member: Member, user_id: int, now: datetime) -> None:
    """Let somebody work in the shop no more. Locks the member.

    Raises TeamRefusedError for the owner and for who has left.
    """
    audit.record(
        "team.taken_out",
        subject=member,
        actor_id=user_id,
        details={"shop": member.vendor.handle, "role": member.role},
        now=now,
    )
    team.remove_member(member=member)


@transaction.atomic
def take_invitation_back(
    *, invitation: Invitation, user_id: int, now: datetime
) -> None:
    """Make the link in the mail useless; one that is open no more stays as it is."""
    if not team.revoke(invitation=invitation, now=now):
        return
    audit.record(
        "team.taken_back",
        subject=invitation,
        actor_id=user_id,
        details={"shop": invitation.vendor.handle, "role": invitation.role},
        now=now,
    )
