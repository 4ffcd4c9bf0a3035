"""Once a night: see whether the books hold, and throw away what is old."""

import logging
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from marketplace.accounts.models import Device
from marketplace.accounts.services import forget_old_mails
from marketplace.db.alone import BusyError
from marketplace.db.models import CacheRow, IdempotencyKey, NightlyRun
from marketplace.db.once import REPEATS_FOR
from marketplace.flows.count_points import points_owed
from marketplace.flows.expire_points import (
    accounts_to_tell,
    accounts_with_lost_points,
    expire_points,
    tell_of_lost_points,
)
from marketplace.jobs.going import Going
from marketplace.shop.alerts import services as alerts
from payouts.services import matching
from payouts.services.accounts import sync_accounts, sync_balances
from payouts.services.documents import want_all
from payouts.services.payout import sync_payouts
from payouts.services.statements import close_statements
from search import drift, log, saved
from search import services as search
from vendors.models import ApplicationFile
from vendors.services import import_keeping, likeness, webhook_sending
from vendors.services.application_files import know_by_bytes

# The second time is for clocks that differ.
_KEEP_ANSWERS = 2 * REPEATS_FOR
_KEEP_NIGHTS = timedelta(days=90)
# As long as its cookie.
_KEEP_DEVICES = timedelta(days=400)

logger = logging.getLogger(__name__)


def reconcile(now: datetime) -> None:
    """Compare the books with Stripe, the bank and the points; keep what is found."""
    matching.request_run(operator_id=None, now=now)
    matching.run_waiting(now=now, count_points=points_owed)


def documents(now: datetime) -> None:
    """Ask for the commission invoices of closed months, and for what was forgotten."""
    want_all(now=now)


def close_months(now: datetime) -> None:
    """Close and sign the sellers' months that have ended."""
    close_statements(now=now)


def balances(now: datetime) -> None:
    """Fetch what Stripe says of sellers' accounts, where its news were lost.

    Whether they can be paid, what lies in them (nothing is sent into the red), and what
    became of their payouts.
    """
    sync_accounts(now=now)
    sync_balances()
    sync_payouts(now=now)


def tidy(now: datetime) -> None:
    """Forget ended sessions, what no cache holds, answers nobody will ask for again.

    What shops and papers are compared by is written where a release before did not.
    """
    Session.objects.filter(expire_date__lt=now).delete()
    alive = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=alive).delete()
    Device.objects.filter(last_seen_at__lt=now - _KEEP_DEVICES).delete()
    # Written by the database's clock, which no demo moves.
    CacheRow.objects.filter(expires_at__lt=Now()).delete()
    IdempotencyKey.objects.filter(created_at__lt=now - _KEEP_ANSWERS).delete()
    forget_old_mails(now)
    NightlyRun.objects.filter(tried_at__lt=now - _KEEP_NIGHTS).delete()
    log.forget_old(now)
    saved.forget_old(now)
    alerts.forget_old(now)
    import_keeping.forget_old(now)
    webhook_sending.forget_old(now)
    likeness.keep_all()
    for paper in ApplicationFile.objects.filter(digest="").iterator():
        with Going(f"Digest of {paper.public_id}"):
            know_by_bytes(paper)


def points(now: datetime) -> None:
    """Take points that nobody spent in time; write to whom the next are lost soon."""
    rule, accounts = accounts_with_lost_points(now=now)
    if rule is not None:
        for account_id in accounts:
            with Going(f"Lost points of account {account_id}"):
                expire_points(account_id=account_id, rule=rule, now=now)
    rule, accounts = accounts_to_tell(now=now)
    if rule is not None:
        for account_id in accounts:
            with Going(f"Mail of points of account {account_id}"):
                tell_of_lost_points(account_id=account_id, rule=rule, now=now)


def find(now: datetime) -> None:
    """Write all search documents anew: days of arrival and sales move by themselves."""
    try:
        search.rebuild(now)
    except BusyError:
        return
    for found in drift.check(now):
        if not found.is_true:
            logger.warning("Search documents are not true after a rebuild: %s", found)
