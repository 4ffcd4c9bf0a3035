"""`manage.py recount_ratings [--check]`: count stars anew, tell what differs."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.db import clock
from marketplace.flows.recount_ratings import recount_product, recount_seller
from reviews.selectors.product_reviews import rated_products
from reviews.services.recounting import Difference
from vendors.models import Vendor


class Command(BaseCommand):
    """Count anew what buyers gave."""

    help = "Count the stars of sellers and products anew; tells and mends what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether only to look."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail on a difference"
        )

    def handle(self, *_: Any, check: bool, **__: Any) -> None:
        """Count, and print each number that was another."""
        found = 0
        for difference in _differences(mend=not check):
            found += 1
            self.stdout.write(str(difference))
        if found and check:
            raise CommandError(f"{found} sums differ; run without --check to mend.")
        self.stdout.write(f"{found} mended." if found else "All sums are right.")


def _differences(*, mend: bool) -> Iterator[Difference]:
    now = clock.now()
    for vendor in Vendor.objects.order_by("handle"):
        yield from recount_seller(vendor=vendor, mend=mend, now=now)
    for product_id in rated_products():
        yield from recount_product(product_id=product_id, mend=mend, now=now)
