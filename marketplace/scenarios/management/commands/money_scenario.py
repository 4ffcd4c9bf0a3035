"""`manage.py money_scenario FILES`: play scenarios; exit code 1 if one fails."""

import logging
import sys
from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError

from marketplace.core.errors import RefusedError
from marketplace.scenarios.playing import Outcome, Stage, open_stage, play
from marketplace.scenarios.scenario import Scenario, load
from marketplace.scenarios.scratch import fresh_database, migrated_template


class Command(BaseCommand):
    """Plays files on a scratch database and a sandbox: the market is not touched."""

    help = "Play scenarios of money (docs/algorithms/scenarios.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *_: Any, **options: Any) -> None:
        """Read every file before the first is played; tell each outcome."""
        # Services report what scenarios provoke; the outcome is told here.
        logging.disable(logging.CRITICAL)
        scenarios = self._load(options["files"])
        try:
            template = migrated_template()
        except psycopg.OperationalError as error:
            raise CommandError(
                f"No database server answers at DATABASE_URL: {error}\n"
                "`make scenario` starts this copy's own.",
                returncode=2,
            ) from error
        with open_stage() as stage:
            outcomes = [self._play(each, stage, template) for each in scenarios]
        failed = sum(not outcome.is_good for outcome in outcomes)
        self.stdout.write(_sum(failed, len(outcomes)))
        if failed:
            # An answer, not a fault of this command: no error is told.
            sys.exit(1)

    def _load(self, files: list[Path]) -> list[Scenario]:
        scenarios, refusals = [], []
        for file in files:
            try:
                scenarios.append(load(file))
            except RefusedError as refusal:
                refusals.append(str(refusal))
        if refusals:
            raise CommandError("\n".join(refusals), returncode=2)
        return scenarios

    def _play(self, scenario: Scenario, stage: Stage, template: str) -> Outcome:
        began = perf_counter()
        with fresh_database(template):
            outcome = play(scenario, stage)
        seconds = perf_counter() - began
        mark = "holds " if outcome.is_good else "FAILED"
        self.stdout.write(
            f"{mark} {scenario.file.stem}: {scenario.title} ({seconds:.1f} s)"
        )
        for when, difference in outcome.differences:
            self.stdout.write(f"       after “{when}”: {difference}")
        return outcome


def _sum(failed: int, played: int) -> str:
    if failed:
        verb = "does" if failed == 1 else "do"
        return f"{failed} of {played} {verb} not hold."
    return "1 scenario holds." if played == 1 else f"{played} scenarios hold."
