"""`manage.py make_operator EMAIL`: the way in for the first operator."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import OperationalError

from marketplace.accounts.addresses import plain_address
from marketplace.accounts.links import password_path
from marketplace.accounts.services import make_operator
from marketplace.db.clock import now


class Command(BaseCommand):
    """Make an operator who may do everything."""

    help = "Let the person with this e-mail administer the market."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the e-mail."""
        parser.add_argument("email")

    def handle(self, *_: Any, email: str, **__: Any) -> None:
        """Make the operator and print where they choose a password."""
        try:
            validate_email(email)
            plain_address(email)
        except ValidationError:
            raise CommandError(f"{email} is no e-mail address.") from None
        try:
            user = make_operator(email=email, now=now())
        except OperationalError:
            raise CommandError(
                "The market's database does not answer. Start the market (`make run`),"
                " and name the same STATE here if it has one of its own."
            ) from None
        self.stdout.write(f"{user.email} may now administer the market.")
        if not user.has_usable_password():
            self.stdout.write(
                f"Choose a password: {settings.PUBLIC_URL}{password_path(user)}"
            )
