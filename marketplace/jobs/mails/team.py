"""Mails about who works in a shop."""

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.jobs.mails.letter import Letter
from vendors.models import Invitation
from vendors.selectors.team import token_of


def team_invited(*, invitation: int) -> list[Letter]:
    """Ask somebody to join a shop; nothing where it was taken back meanwhile."""
    row = (
        Invitation.objects.select_related("vendor", "invited_by")
        .filter(pk=invitation, accepted_at=None, revoked_at=None)
        .first()
    )
    if row is None:
        return []
    subject = _("%s invites you to work in their shop") % row.vendor.name
    by = row.invited_by
    context = {
        "invitation": row,
        "seller": row.vendor,
        "by": (by.get_full_name() or by.email) if by else row.vendor.name,
        "link": reverse("team-join", kwargs={"token": token_of(row)}),
    }
    return [
        Letter(to=row.email, subject=subject, template="team_invited", context=context)
    ]
