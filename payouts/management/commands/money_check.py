"""`manage.py money_check`: do the books hold? Exit code 1 when they do not."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from marketplace.db.clock import now
from payouts.gateway import UnavailableError
from payouts.selectors.invariants import (
    CountPoints,
    Violation,
    violations_at_once,
)
from payouts.services.reconciliation import reconcile_meanwhile


class Command(BaseCommand):
    """Check every invariant of the money, with Stripe unless told otherwise."""

    help = "Compare the ledger with itself, with what was sold, and with Stripe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--offline`."""
        parser.add_argument(
            "--offline", action="store_true", help="Do not ask Stripe for news first."
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Print one line for each violation."""
        found = _check_offline() if options["offline"] else _check_with_stripe()
        for violation in found:
            self.stdout.write(str(violation))
        if found:
            raise CommandError(f"{len(found)} violations", returncode=1)
        self.stdout.write("The books hold.")


def _check_offline() -> list[Violation]:
    return violations_at_once(count_points=_points_counter())


def _check_with_stripe() -> list[Violation]:
    try:
        return reconcile_meanwhile(now=now(), count_points=_points_counter())
    except UnavailableError as error:
        raise CommandError(
            f"Stripe does not answer ({error}); use --offline to check without it.",
            returncode=2,
        ) from error


def _points_counter() -> CountPoints | None:
    # Points are counted by an app that this one does not know.
    name = getattr(settings, "POINTS_OUTSTANDING", "")
    if not name:
        return None
    counter: CountPoints = import_string(name)
    return counter
