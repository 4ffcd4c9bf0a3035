"""Two storages: public media, and private documents behind an access check."""

from django.core.files.storage import Storage, storages


def private_storage() -> Storage:
    """Return the storage whose files only an access-checked view serves."""
    return storages["private"]
