"""Mails that operators get."""

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.selectors import emails_of_operators
from marketplace.core.money import Money
from marketplace.core.viewer import OperatorPermission
from marketplace.jobs.mails.facts import part_context, part_with_contents
from marketplace.jobs.mails.letter import Letter
from payouts.selectors.holds import kept_of, limits_of
from payouts.selectors.replays import others_who_may, the_draft


def long_hold(*, part: int) -> list[Letter]:
    """Say that money is held for long, why that matters, and until when it may be.

    Of what a suspension keeps: that nothing ends it by itself, and what to do.
    """
    found = part_with_contents(part)
    kept = kept_of(part)
    if kept is None:
        return []
    context = {
        **part_context(found),
        "held": Money(kept.minor, found.settlement.currency),
        "is_held": kept.is_held,
        "is_suspended": kept.waiting_minor > 0,
        "paid_at": kept.paid_at,
        "limits": limits_of(kept.paid_at),
        "office_url": reverse("office-holds"),
    }
    subject = _("Money of order %s is held for too long") % found.number
    return [
        Letter(to=to, subject=subject, template="long_hold", context=context)
        for to in emails_of_operators(OperatorPermission.FINANCE)
    ]


def commission_asked(*, plan_list: int) -> list[Letter]:
    """Say that a draft of the commission plans waits for a second person."""
    draft = the_draft()
    if draft is None or draft.pk != plan_list or draft.asked_by is None:
        return []
    context = {
        "asked_by": draft.asked_by.get_full_name() or draft.asked_by.email,
        "note": draft.note,
        "starts": draft.in_force_from,
        "office_url": reverse("office-draft"),
    }
    subject = _("New commission plans wait for you")
    return [
        Letter(
            to=person.email,
            subject=subject,
            template="commission_asked",
            context=context,
        )
        for person in others_who_may(draft)
    ]
