"""`manage.py search_rebuild`: all documents anew, with no moment without search."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.db import clock
from marketplace.db.alone import BusyError
from search import services


class Command(BaseCommand):
    """The command."""

    help = "Write all search documents anew and swap the index."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Rebuild and say how many products can be found."""
        try:
            count = services.rebuild(clock.now())
        except BusyError:
            raise CommandError("Not done: it is being rebuilt already.") from None
        self.stdout.write(f"{count} products can be found.")
