"""An operator takes a decision of a moment ago back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from marketplace.core.errors import RefusedError
from marketplace.db import decisions
from marketplace.db.models import Decision
from marketplace.flows import join_market, list_product, moderate_reviews
from support.services import listings

# What puts back what stood before a decision, given it with `operator_id` and `now`. A
# queue whose decisions can be taken back enters its kind here.
REOPEN: dict[str, Callable[..., None]] = {
    list_product.PRODUCT: list_product.reopen_product,
    join_market.APPLICATION: join_market.reopen_application,
    join_market.SHOP: join_market.reopen_standing,
    moderate_reviews.REVIEW: moderate_reviews.reopen_case,
    listings.REPORT: listings.reopen_report,
}


@dataclass(frozen=True, slots=True)
class Undone:
    """What of one press waits again, and what stands with the reason why."""

    done: list[Decision] = field(default_factory=list)
    left: list[tuple[Decision, RefusedError]] = field(default_factory=list)


@transaction.atomic
def undo_decisions(*, batch: UUID, operator_id: int, now: datetime) -> Undone:
    """Let everything wait again that one press decided; nobody is told of it.

    A row to which something has happened since stays decided, and the others wait all
    the same. Locks the decisions, then their rows in the order they were decided.
    Raises Decision.DoesNotExist for somebody else's, NotUndoableError when it is too
    late, and if nothing can be taken back what the first row's own service raises.
    """
    undone = Undone()
    found = decisions.lock_to_undo(batch=batch, operator_id=operator_id, now=now)
    for decision in found:
        try:
            with transaction.atomic():
                decisions.take_back(decision, now=now)
                REOPEN[decision.kind](decision, operator_id=operator_id, now=now)
        except RefusedError as refusal:
            undone.left.append((decision, refusal))
        else:
            undone.done.append(decision)
    if not undone.done:
        raise undone.left[0][1]
    return undone
