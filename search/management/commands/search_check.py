"""`manage.py search_check`: whether documents say what the database says."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.db import clock
from search import drift
from search.backends.base import EngineDownError


class Command(BaseCommand):
    """The command; 1 if something differs, 2 if an engine does not answer."""

    help = "Hold a random sample of products against every search engine."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say what differs; it has been marked to be written anew."""
        try:
            found = drift.check(clock.now())
        except EngineDownError as fault:
            raise CommandError(
                f"The search engine does not answer: {fault}", returncode=2
            ) from None
        for each in found:
            self.stdout.write(
                f"{each.engine}: {each.count} products, {each.sampled} looked at: "
                f"{len(each.missing)} missing, {len(each.extra)} too many, "
                f"{len(each.stale)} out of date."
            )
        if len({each.count for each in found}) > 1:
            self.stdout.write(
                "The engines hold different numbers: what is on its way may explain it,"
                " else run search_rebuild."
            )
        if not all(each.is_true for each in found):
            self.stdout.write("What differs is being written anew.")
            sys.exit(1)
