"""Drawn pictures into the public storage."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def store(name: str, svg: str) -> str:
    """Write a drawing in place of one of the same name; return its name."""
    if default_storage.exists(name):
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(svg.encode()))
