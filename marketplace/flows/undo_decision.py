"""An operator takes a decision of a moment ago back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

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


@transaction.atomic
def undo_decisions(
    *, batch: UUID, operator_id: int, now: datetime
) -> Sequence[Decision]:
    """Let everything wait again that one press decided; nobody is told of it.

    Locks the decisions, then their rows in the order they were decided. Raises
    Decision.DoesNotExist for somebody else's, NotUndoableError when it is too late, and
    what the row's own service raises when something has happened to it since.
    """
    undone = decisions.lock_to_undo(batch=batch, operator_id=operator_id, now=now)
    for decision in undone:
        REOPEN[decision.kind](decision, operator_id=operator_id, now=now)
    return undone
