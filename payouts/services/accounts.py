"""Sellers' accounts at Stripe: open, onboard, and know whether they can be paid."""

import logging
from dataclasses import dataclass
from datetime import datetime
from time import sleep

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db.alone import BusyError, alone
from payouts.gateway import GatewayRefusedError, connect
from payouts.models import (
    CommandKind,
    MoneyCommand,
    RecipientStatus,
    VendorPayoutAccount,
)
from payouts.models.command import OPEN_STATES
from payouts.services import commands
from payouts.services.account_commands import apply_account
from payouts.services.issuing import NewCommand, issue

log = logging.getLogger(__name__)

# Where a platform of this region may send transfers,
# https://docs.stripe.com/connect/cross-border-payouts.
SUPPORTED_COUNTRIES = frozenset(
    {
        *("AT", "BE", "BG", "CA", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI"),
        *("FR", "GB", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV"),
        *("MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "US"),
    }
)
_LOOKS, _BETWEEN_LOOKS = 50, 0.1
INTERVALS = ("daily", "weekly", "monthly", "manual")


class AccountRefusedError(RefusedError):
    """A seller's account cannot be opened, or is not ready for what was asked."""

    code = "account.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRequest:
    """What Stripe must know to open an account; the seller tells it the rest."""

    vendor_id: int
    name: str
    email: str
    country: str
    is_company: bool


@transaction.atomic
def request_account(*, request: AccountRequest, now: datetime) -> VendorPayoutAccount:
    """Ask for a seller's account; asking again returns the one there is.

    Locks the account. The command runs in a worker, or at once by `open_now`.

    Raises AccountRefusedError if Stripe does not pay sellers of that country.
    """
    if request.country not in SUPPORTED_COUNTRIES:
        raise AccountRefusedError(
            _("Sellers in %(country)s cannot be paid through Stripe.")
            % {"country": request.country}
        )
    VendorPayoutAccount.objects.get_or_create(
        vendor_id=request.vendor_id,
        defaults={
            "country": request.country,
            "email": request.email,
            "currency": settings.CURRENCY,
            "created_at": now,
        },
    )
    account = VendorPayoutAccount.objects.select_for_update(no_key=True).get(
        vendor_id=request.vendor_id
    )
    if account.recipient_status == RecipientStatus.NONE:
        account.recipient_status = RecipientStatus.REQUESTED
        account.save(update_fields=["recipient_status"])
        issue(_opening(request, now))
    return account


def _opening(request: AccountRequest, now: datetime) -> NewCommand:
    # A refused opening may be asked for again, as another command.
    natural_key = f"account:{request.vendor_id}:{int(now.timestamp())}"
    transfers = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
    return NewCommand(
        kind=CommandKind.OPEN_ACCOUNT,
        natural_key=natural_key,
        payload={
            "contact_email": request.email,
            "display_name": request.name,
            "dashboard": "express",
            "identity": {
                "country": request.country.lower(),
                "entity_type": "company" if request.is_company else "individual",
            },
            "configuration": {"recipient": {"capabilities": transfers}},
            "defaults": {
                "responsibilities": {
                    "fees_collector": "application",
                    "losses_collector": "application",
                }
            },
            "metadata": {
                "command": natural_key,
                "vendor": str(request.vendor_id),
            },
        },
        at=now,
    )


def open_now(*, vendor_id: int, now: datetime) -> VendorPayoutAccount:
    """Carry out a waiting request in this process; return the account.

    Call it outside a transaction. A worker that was faster is waited for, some seconds
    at most. Without an answer a worker goes on.
    """
    waiting = MoneyCommand.objects.filter(
        kind=CommandKind.OPEN_ACCOUNT,
        payload__metadata__vendor=str(vendor_id),
        state__in=OPEN_STATES,
    )
    for command_id in waiting.values_list("pk", flat=True):
        commands.run(command_id=command_id, now=now)
    # One that was never tried is being claimed this moment.
    is_asked = Q(lease_until__isnull=False) | Q(attempts=0)
    for _look in range(_LOOKS):
        if not waiting.filter(is_asked).exists():
            break
        sleep(_BETWEEN_LOOKS)
    return VendorPayoutAccount.objects.get(vendor_id=vendor_id)


def onboarding_url(*, vendor_id: int, refresh_url: str, return_url: str) -> str:
    """Return a new single-use address where the seller answers Stripe's questions.

    Call it outside a transaction. Stripe sends the seller to `refresh_url` when the
    address is spent (it must lead here again), and to `return_url` when they leave,
    which does not mean that they are done.

    Raises AccountRefusedError if the account is not open yet.
    """
    return connect().onboarding_url(
        _stripe_id(vendor_id), refresh_url=refresh_url, return_url=return_url
    )


def dashboard_url(*, vendor_id: int) -> str:
    """Return a single-use address of the seller's own dashboard at Stripe.

    Raises AccountRefusedError if the account is not open yet.
    """
    return connect().dashboard_url(_stripe_id(vendor_id))


def _stripe_id(vendor_id: int) -> str:
    account = VendorPayoutAccount.objects.filter(vendor_id=vendor_id).first()
    if account is None or account.stripe_account_id is None:
        raise AccountRefusedError(
            _("Your account at Stripe is being opened. Please try again in a minute.")
        )
    return account.stripe_account_id


def sync_account(*, stripe_account_id: str, now: datetime) -> None:
    """Fetch an account and write whether it can be paid.

    Call it outside a transaction. One at a time for an account, so that what was asked
    first is not written last. An account that is not ours is left alone. Raises
    BusyError while somebody else asks for long.
    """
    with alone(stripe_account_id):
        facts = connect().account(stripe_account_id)
        with transaction.atomic():
            account = (
                VendorPayoutAccount.objects.select_for_update(no_key=True)
                .filter(stripe_account_id=stripe_account_id)
                .first()
            )
            if account is not None:
                apply_account(account=account, facts=facts, now=now)


def pay_into_the_red(*, vendor_id: int, is_paid: bool) -> None:
    """Let money go to an account at Stripe that is below zero, or keep it waiting."""
    VendorPayoutAccount.objects.filter(vendor_id=vendor_id).update(
        is_paid_in_the_red=is_paid
    )


def sync_balance(*, stripe_account_id: str) -> None:
    """Fetch what lies in a seller's account, by currency, below zero too.

    Call it outside a transaction. An account that is not ours is left alone.
    """
    rows = VendorPayoutAccount.objects.filter(stripe_account_id=stripe_account_id)
    if rows.exists():
        rows.update(stripe_balances=connect().balance_of(stripe_account_id))


def sync_accounts(*, now: datetime) -> int:
    """Fetch whether each seller's account can be paid; return how many.

    News of it may have been lost. Call it outside a transaction. One that Stripe
    refuses to tell of is reported and passed over.
    """
    keys = _all_keys()
    for key in keys:
        try:
            sync_account(stripe_account_id=key, now=now)
        except (GatewayRefusedError, BusyError):
            log.exception("Account %s", key)
    return len(keys)


def sync_balances() -> int:
    """Fetch the balances of all sellers' accounts; return how many.

    One that Stripe refuses to tell is reported and passed over.
    """
    keys = _all_keys()
    for key in keys:
        try:
            sync_balance(stripe_account_id=key)
        except GatewayRefusedError:
            log.exception("Balance of %s", key)
    return len(keys)


def _all_keys() -> list[str]:
    rows = VendorPayoutAccount.objects.exclude(stripe_account_id=None).order_by("pk")
    return [row.stripe_account_id or "" for row in rows]


def set_payout_interval(*, vendor_id: int, interval: str) -> None:
    """Set how often Stripe pays the seller's balance out to their bank.

    Call it outside a transaction. Raises AccountRefusedError for an unknown interval or
    an account that is not open yet.
    """
    if interval not in INTERVALS:
        raise AccountRefusedError(
            _("Choose one of: %(intervals)s.") % {"intervals": ", ".join(INTERVALS)}
        )
    connect().set_payout_interval(_stripe_id(vendor_id), interval=interval)
    VendorPayoutAccount.objects.filter(vendor_id=vendor_id).update(
        payout_interval=interval
    )
