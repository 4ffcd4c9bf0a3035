"""Mails about a shop's own systems."""

from django.utils.translation import gettext as _

from marketplace.jobs.mails.letter import Letter
from vendors.models import Member, Webhook


def webhook_off(*, webhook: int) -> list[Letter]:
    """Tell a shop's owner that a webhook was turned off, unless it is on again."""
    row = (
        Webhook.objects.select_related("vendor")
        .filter(pk=webhook, given_up_at__isnull=False)
        .first()
    )
    if row is None:
        return []
    owners = row.vendor.members.filter(role=Member.Role.OWNER)
    return [
        Letter(
            to=email,
            subject=_("“%s” hears nothing any more") % row.name,
            template="webhook_off",
            context={"seller": row.vendor, "webhook": row},
        )
        for email in owners.values_list("user__email", flat=True)
    ]
