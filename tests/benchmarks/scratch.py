"""A database of its own for a benchmark, migrated and thrown away."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests import services

services.settle_environment()

import django  # noqa: E402 (settings are read once, after the line above)

django.setup()

from tests import database  # noqa: E402


@contextmanager
def scratch_database() -> Iterator[None]:
    """Run with the services of the tests, on a fresh clone of the migrated database."""
    with services.running():
        database.make_clone()
        try:
            yield
        finally:
            database.drop_clone()
