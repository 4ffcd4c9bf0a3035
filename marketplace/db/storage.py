"""Two storages: public media, and private documents behind an access check."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.core.files.storage import Storage, storages
from django.db import transaction


def private_storage() -> Storage:
    """Return the storage whose files only an access-checked view serves."""
    return storages["private"]


def delete_on_commit(name: str) -> None:
    """Delete a private file once nothing can bring its row back."""
    transaction.on_commit(partial(private_storage().delete, name), robust=True)


@contextmanager
def with_their_rows() -> Iterator[list[str]]:
    """Run a transaction; private files named to the list are deleted if it is undone.

    It must be the outermost: of what one around it undoes, the files stay.
    """
    names: list[str] = []
    try:
        with transaction.atomic():
            yield names
    except BaseException:
        for name in names:
            private_storage().delete(name)
        raise
