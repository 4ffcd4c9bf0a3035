"""A seller proposes how a problem could end; its buyer takes that, or declines.

All of it is done under the lock of the problem, which has to be open.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from support.models import Message, Problem, Proposal
from support.services.problems import lock_open

State = Proposal.State


class NotStandingError(RefusedError):
    """The proposal was taken back, or another one took its place."""

    code = "proposal.not_standing"

    def __init__(self) -> None:
        super().__init__(_("This offer does not stand any more. Look again."))


@transaction.atomic
def propose(
    *, problem: Problem, message: Message, amount_minor: int, now: datetime
) -> Proposal:
    """Write a proposal, in the place of the one that stood. Raises NotOpenError."""
    lock_open(problem.pk)
    problem.proposals.filter(state__in=Proposal.STANDING).update(
        state=State.WITHDRAWN, ended_at=now
    )
    return Proposal.objects.create(
        problem=problem, message=message, amount_minor=amount_minor, made_at=now
    )


def standing_alike(
    *, problem: Problem, amount_minor: int, text: str, author_id: int
) -> Proposal | None:
    """Return what stands, if it is the same amount with the same words of the same."""
    return problem.proposals.filter(
        problem__state=Problem.State.OPEN,
        state__in=Proposal.STANDING,
        amount_minor=amount_minor,
        message__text=text.strip(),
        message__author=author_id,
    ).first()


@transaction.atomic
def decline(*, proposal: Proposal) -> bool:
    """Note that the buyer declines; say if they had not done so before.

    It stands all the same: they may change their mind. Raises NotOpenError or
    NotStandingError.
    """
    found = _standing(proposal)
    if found.state == State.DECLINED:
        return False
    found.state = State.DECLINED
    found.save(update_fields=["state"])
    return True


@transaction.atomic
def end(*, proposal: Proposal, state: Proposal.State, now: datetime) -> Proposal:
    """End a proposal that stands: it is taken, or taken back.

    Raises NotOpenError or NotStandingError.
    """
    found = _standing(proposal)
    found.state, found.ended_at = state, now
    found.save(update_fields=["state", "ended_at"])
    return found


def _standing(proposal: Proposal) -> Proposal:
    lock_open(proposal.problem_id)
    found = Proposal.objects.get(pk=proposal.pk)
    if not found.is_standing:
        raise NotStandingError
    return found
