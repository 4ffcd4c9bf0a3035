"""Points that nobody spends in time are lost, and the platform owes them no more.

Their owner has a mail some days before.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from loyalty import services as loyalty
from loyalty.expiry import lost, to_tell
from loyalty.models import PointsEntry
from loyalty.selectors import rule_at
from loyalty.worth import Rule
from marketplace.flows.mail import Mail, post
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


def accounts_to_tell(*, now: datetime) -> tuple[Rule | None, list[int]]:
    """Return the rule of today and the accounts that lose points soon by it."""
    rule = rule_at(settings.CURRENCY, now=now)
    if rule is None:
        return None, []
    return rule, to_tell(rule=rule, within=_before(), now=now)


@transaction.atomic
def tell_of_lost_points(*, account_id: int, rule: Rule, now: datetime) -> bool:
    """Write to somebody, once, about points that they lose soon; say if it was news.

    `POINTS_TOLD_DAYS` before the first are lost. Locks the points account.
    """
    lots = loyalty.note_told(
        account_id=account_id, rule=rule, within=_before(), now=now
    )
    if lots:
        words = {
            "since": lots[0].expires_at.isoformat(),
            "until": lots[-1].expires_at.isoformat(),
        }
        post(Mail.POINTS_EXPIRE, account=account_id, words=words, now=now)
    return bool(lots)


def _before() -> timedelta:
    return timedelta(days=settings.POINTS_TOLD_DAYS)
