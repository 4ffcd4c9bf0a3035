import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.demo.content import build_market
from marketplace.demo.load.market import load_market


class Command(BaseCommand):
    """Stocks an empty database with the demo market and ninety days of its past."""

    help = "Stock an empty database with the demo market."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load, saying what has been done."""
        # A line for each of its requests would bury ours.
        logging.getLogger("stripe").setLevel(logging.WARNING)
        try:
            load_market(build_market(), now=clock.now(), say=self._say)
        except RefusedError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _say(self, line: str) -> None:
        self.stdout.write(f"Demo: {line}")
