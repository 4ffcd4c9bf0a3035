"""`manage.py recount_standing [handle ...]`: count what sellers did, from the rows."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.db import clock
from marketplace.flows.recount_standing import recount_standing
from vendors.models import Vendor


class Command(BaseCommand):
    """Count anew what sellers did."""

    help = "Count sellers' orders, notes and problems anew; mends note and score."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the shops; all when none is named."""
        parser.add_argument("handles", nargs="*", help="only these shops")

    def handle(self, *_: Any, handles: list[str], **__: Any) -> None:
        """Count, and print what each shop has."""
        vendors = Vendor.objects.all()
        if handles:
            vendors = vendors.filter(handle__in=handles)
            unknown = set(handles) - set(vendors.values_list("handle", flat=True))
            if unknown:
                raise CommandError(f"No such shop: {', '.join(sorted(unknown))}")
        for vendor in vendors.order_by("handle"):
            counted = recount_standing(vendor=vendor, now=clock.now())
            self.stdout.write(f"{vendor.handle}: {counted}")
