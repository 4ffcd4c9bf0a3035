"""Reads about who is asked to work in a shop, and the texts that it sends."""

from datetime import datetime

from django.core import signing
from django.db.models import QuerySet

from vendors.models import AnswerTemplate, Invitation, Vendor

_SALT = "vendors.invitation"
_MOST = 100


def token_of(invitation: Invitation) -> str:
    """Return what the link of an invitation carries; it names no other row."""
    return signing.dumps(invitation.pk, salt=_SALT)


def invitation_by_token(token: str) -> Invitation | None:
    """Return the invitation whose mail carries `token`, open or not."""
    try:
        key = int(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        return None
    return (
        Invitation.objects.select_related("vendor__partner", "invited_by")
        .filter(pk=key)
        .first()
    )


def is_open(invitation: Invitation, now: datetime) -> bool:
    """Say whether an invitation can still be accepted."""
    is_over = invitation.accepted_at or invitation.revoked_at
    return not is_over and invitation.expires_at > now


def invitations_of(vendor: Vendor) -> QuerySet[Invitation]:
    """Return who was asked and has not answered, the newest first; some ran out."""
    waiting = vendor.invitations.filter(accepted_at=None, revoked_at=None)
    return waiting.select_related("invited_by")[:_MOST]


def answers_of(vendor: Vendor) -> QuerySet[AnswerTemplate]:
    """Return the texts that a shop sends often, by name."""
    return vendor.answer_templates.order_by("title", "pk")
