"""Bring the database of a copy up to date, and stock it when it is empty."""

import sys

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

from marketplace.demo.load.past.stripe import forget_past


def main(*, with_demo: bool) -> None:
    """Migrate; load the demo market when asked and nobody has used the database.

    The demo's past is written into the sandbox too, so a copy on a Stripe account of
    one's own starts empty.
    """
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    if with_demo and not get_user_model().objects.exists():
        forget_past(settings.STRIPE_API_BASE)
        call_command("demo_load")


if __name__ == "__main__":
    main(with_demo="--demo" in sys.argv)
