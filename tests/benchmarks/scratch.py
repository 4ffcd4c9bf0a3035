"""A database of its own for a benchmark, migrated and thrown away."""

from collections.abc import Iterator
from contextlib import contextmanager

import django

from tests import database, services

# Settings are read once, after the environment has said which services they speak to.
services.settle_environment()
django.setup()


@contextmanager
def scratch_database() -> Iterator[None]:
    """Run with the services of the tests, on a fresh clone of the migrated database."""
    with services.running():
        database.make_clone()
        try:
            yield
        finally:
            database.drop_clone()
