"""`manage.py money_check`: do the books hold? Exit code 1 when they do not."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from marketplace.db.clock import now
from payouts.gateway import UnavailableError
from payouts.selectors.invariants import (
    Violation,
    violations_of_books,
    violations_of_points,
)
from payouts.services.reconciliation import reconcile


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
    points = _points()
    found = violations_of_books()
    if points is None:
        return found
    return found + violations_of_points(outstanding=points)


def _check_with_stripe() -> list[Violation]:
    try:
        return reconcile(now=now(), points=_points())
    except UnavailableError as error:
        raise CommandError(
            f"Stripe does not answer ({error}); use --offline to check without it.",
            returncode=2,
        ) from error


def _points() -> Mapping[str, int] | None:
    # Points are counted by an app that this one does not know.
    name = getattr(settings, "POINTS_OUTSTANDING", "")
    if not name:
        return None
    count: Callable[[], Mapping[str, int]] = import_string(name)
    return count()
