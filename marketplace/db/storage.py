"""Two storages: public media, and private documents behind an access check."""

from functools import partial

from django.core.files.storage import Storage, storages
from django.db import transaction


def private_storage() -> Storage:
    """Return the storage whose files only an access-checked view serves."""
    return storages["private"]


def delete_on_commit(name: str) -> None:
    """Delete a private file once nothing can bring its row back."""
    transaction.on_commit(partial(private_storage().delete, name), robust=True)
