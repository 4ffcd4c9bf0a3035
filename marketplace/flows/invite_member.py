"""Somebody is asked by mail to work in a shop, and joins it."""

from datetime import datetime

from django.db import transaction

from marketplace.db import audit
from marketplace.flows.mail import Mail, post
from vendors.models import Invitation, Member, Vendor
from vendors.services import team


@transaction.atomic
def invite_member(
    *, vendor: Vendor, email: str, role: str, user_id: int, now: datetime
) -> Invitation:
    """Ask somebody to join; the link in the mail is good for some days.

    Locks the shop. Raises TeamRefusedError for who works there, and when too many
    invitations are open.
    """
    invitation = team.invite(
        vendor=vendor, email=email, role=role, user_id=user_id, now=now
    )
    audit.record(
        "team.invited",
        subject=invitation,
        actor_id=user_id,
        details={"shop": vendor.handle, "role": role},
        now=now,
    )
    post(Mail.TEAM_INVITED, invitation=invitation.pk, now=now)
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user_id: int, now: datetime) -> Member:
    """Let whoever was asked join; a second click changes nothing.

    Locks the invitation. Raises TeamRefusedError as `team.accept` does.
    """
    member = team.accept(invitation=invitation, user_id=user_id, now=now)
    if member.since == now:
        audit.record(
            "team.joined",
            subject=invitation,
            actor_id=user_id,
            details={"shop": invitation.vendor.handle, "role": member.role},
            now=now,
        )
    return member
