"""System checks: a shop that cannot take money safely does not start."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core import checks

from payouts.accounting.chart import ChartError, chart
from payouts.signing import SigningKeyError, signer

_WEBHOOK_SECRETS = (
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_CONNECT_WEBHOOK_SECRET",
    "STRIPE_THIN_WEBHOOK_SECRET",
)

# https://docs.stripe.com/connect/manual-payouts: funds are kept at most this long.
_STRIPES_LIMIT_DAYS = 90


@checks.register("payouts", deploy=True)
def check_stripe_settings(**_: Any) -> list[checks.CheckMessage]:
    """Refuse Stripe settings that would lose or fake money (`check --deploy`)."""
    return [
        *_check_base(),
        *_check_sandbox(),
        *_check_secrets(),
        *_check_retries(),
        *_check_statements(),
        *_check_holds(),
        *_check_books(),
    ]


def _check_holds() -> Iterable[checks.CheckMessage]:
    alert, end, decision = (
        settings.HOLD_ALERT_DAYS,
        settings.MAX_HOLD_DAYS,
        settings.HOLD_DECISION_DAYS,
    )
    if not 0 < alert < end < decision < _STRIPES_LIMIT_DAYS:
        yield checks.Error(
            "Money would be held for longer than Stripe allows, or before anybody "
            f"is told: HOLD_ALERT_DAYS {alert}, MAX_HOLD_DAYS {end}, "
            f"HOLD_DECISION_DAYS {decision}.",
            hint="Set them so that 0 < alert < hold < decision < "
            f"{_STRIPES_LIMIT_DAYS}.",
            id="payouts.E006",
        )


def _check_books() -> Iterable[checks.CheckMessage]:
    try:
        chart()
    except ChartError as error:
        yield checks.Error(
            f"CHART_OF_ACCOUNTS is not in order: {error}",
            hint="docs/guides/accounting.md lists the accounts.",
            id="payouts.E007",
        )
    if settings.ACCOUNTING_YEAR_BEGINS not in range(1, 13):
        yield checks.Error(
            f"ACCOUNTING_YEAR_BEGINS is {settings.ACCOUNTING_YEAR_BEGINS}.",
            hint="It is a month, from 1 to 12.",
            id="payouts.E008",
        )


def _check_base() -> Iterable[checks.CheckMessage]:
    if settings.STRIPE_IS_LIVE and settings.STRIPE_API_BASE != (
        settings.STRIPE_LIVE_BASE
    ):
        yield checks.Error(
            "STRIPE_SECRET_KEY is a live key, but STRIPE_API_BASE is not Stripe.",
            hint="Unset STRIPE_API_BASE, or use a test key.",
            id="payouts.E001",
        )


def _check_sandbox() -> Iterable[checks.CheckMessage]:
    pretends = settings.STRIPE_API_BASE != settings.STRIPE_LIVE_BASE
    if pretends and not settings.DEBUG and not settings.ALLOW_SANDBOX:
        yield checks.Error(
            "Payments go to a sandbox although DEBUG is off: nobody would be charged.",
            hint="Set STRIPE_SECRET_KEY, or ALLOW_SANDBOX=1 for a demonstration.",
            id="payouts.E003",
        )


def _check_secrets() -> Iterable[checks.CheckMessage]:
    # A developer's shell has no webhooks to listen to, so there it is a warning.
    message = checks.Warning if settings.DEBUG else checks.Error
    for name in _WEBHOOK_SECRETS:
        if not getattr(settings, name).strip():
            yield message(
                f"{name} is empty, so anybody could report a payment.",
                hint=f"Set {name} to the signing secret of that webhook endpoint.",
                id="payouts.E002",
            )


def _check_retries() -> Iterable[checks.CheckMessage]:
    # A client of our own asks once unless told otherwise: a hiccup of the network
    # would then show to a buyer who is about to pay.
    if settings.STRIPE_RETRIES < 1:
        yield checks.Error(
            f"Stripe is asked without retries: STRIPE_RETRIES is "
            f"{settings.STRIPE_RETRIES}.",
            hint="Leave it out, or let it be 1 or more.",
            id="payouts.E005",
        )


def _check_statements() -> Iterable[checks.CheckMessage]:
    try:
        signer()
    except SigningKeyError as error:
        message = checks.Warning if settings.DEBUG else checks.Error
        yield message(
            str(error),
            hint="Keep it: a lost key is replaced, but never signs again.",
            id="payouts.E004",
        )
