"""Points that nobody spent in time are lost, and the platform owes them no more."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from loyalty import services as loyalty
from loyalty.expiry import lost
from loyalty.models import PointsEntry
from loyalty.selectors import rule_at
from loyalty.worth import Rule
from payouts.services import points as books


def accounts_with_lost_points(*, now: datetime) -> tuple[Rule | None, list[int]]:
    """Return the rule of today and the accounts that lose points by it."""
    rule = rule_at(settings.CURRENCY, now=now)
    if rule is None:
        return None, []
    return rule, sorted(lost(rule=rule, now=now))


@transaction.atomic
def expire_points(*, account_id: int, rule: Rule, now: datetime) -> PointsEntry | None:
    """Take an account's points that lived too long, and book that they are not owed.

    Locks the points account. None when there is nothing to take, or the second time on
    a day.
    """
    entry = loyalty.expire(account_id=account_id, rule=rule, now=now)
    if entry is not None:
        books.book_expired(
            key=entry.key,
            amount_minor=entry.value_minor,
            currency=entry.currency,
            now=now,
        )
    return entry
