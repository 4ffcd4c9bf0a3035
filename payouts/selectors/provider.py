"""When the payment provider was last heard of: moments, and no money."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from marketplace.core.viewer import OperatorPermission, Viewer
from payouts.models import CommandState, MoneyCommand, StripeEvent

_ANSWERED = (CommandState.DONE, CommandState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """When the newest event came in, and the newest command was answered."""

    event_at: datetime | None = None
    answer_at: datetime | None = None


def last_heard(viewer: Viewer) -> Heard:
    """Return when the provider was last heard of; two queries, none to the outside.

    Nothing for who neither looks after the money nor helps people.
    """
    if not any(
        map(viewer.may, (OperatorPermission.FINANCE, OperatorPermission.SUPPORT))
    ):
        return Heard()
    events = StripeEvent.objects.aggregate(newest=Max("received_at"))
    answered = MoneyCommand.objects.filter(
        state__in=_ANSWERED, finished_at__isnull=False
    )
    newest = answered.order_by("-pk").values_list("finished_at", flat=True).first()
    return Heard(event_at=events["newest"], answer_at=newest)
