"""`manage.py money_check`: do the books hold? Exit code 1 when they do not."""

import logging
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils.module_loading import import_string

from marketplace.db.clock import now
from payouts.gateway import UnavailableError
from payouts.models import LedgerEntry
from payouts.selectors.invariants import (
    CountPoints,
    Violation,
    violations_at_once,
)
from payouts.services.reconciliation import reconcile_meanwhile

_HOLDS = "The books hold."
_HOLDS_OFFLINE = (
    "The books hold, as far as they tell by themselves: Stripe was not asked, so I2 "
    "and its rows were left out."
)
# What a command exits with when it could not look.
_COULD_NOT = 2


class Command(BaseCommand):
    """Check every invariant of the money, with Stripe unless told otherwise."""

    help = "Compare the ledger with itself, with what was sold, and with Stripe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--offline`."""
        parser.add_argument(
            "--offline",
            action="store_true",
            help="Ask Stripe nothing, and leave out what only Stripe can tell.",
        )

    def handle(self, *_: Any, offline: bool, **__: Any) -> None:
        """Print one line for each violation."""
        # The answer is what is read, not each question that Stripe is asked for it.
        logging.getLogger("stripe").setLevel(logging.WARNING)
        found = self._check(is_offline=offline)
        for violation in found:
            self.stdout.write(str(violation))
        if found:
            many = "1 violation." if len(found) == 1 else f"{len(found)} violations."
            raise CommandError(many, returncode=1)
        self.stdout.write(_HOLDS_OFFLINE if offline else _HOLDS)

    def _check(self, *, is_offline: bool) -> list[Violation]:
        _refuse_without_market()
        return _check_offline() if is_offline else _check_with_stripe()


def _refuse_without_market() -> None:
    """Ask before anything is: what fails later is a fault, and told as one."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise CommandError(
            "The market's database does not answer. Start the market (`make run`),"
            " and name the same STATE here if it has one of its own.",
            returncode=_COULD_NOT,
        ) from error
    if LedgerEntry._meta.db_table not in connection.introspection.table_names():
        raise CommandError(
            "This database has no market in it yet. Where `make run` was given a"
            " STATE, name the same one here; elsewhere, migrate it first.",
            returncode=_COULD_NOT,
        )


def _check_offline() -> list[Violation]:
    return violations_at_once(count_points=_points_counter())


def _check_with_stripe() -> list[Violation]:
    try:
        return reconcile_meanwhile(now=now(), count_points=_points_counter())
    except UnavailableError as error:
        raise CommandError(
            f"Stripe does not answer ({error}); use --offline to check without it.",
            returncode=_COULD_NOT,
        ) from error


def _points_counter() -> CountPoints | None:
    # Points are counted by an app that this one does not know.
    name = getattr(settings, "POINTS_OUTSTANDING", "")
    if not name:
        return None
    counter: CountPoints = import_string(name)
    return counter
