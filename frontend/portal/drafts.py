"""Pictures that were uploaded with a form that was not right yet.

A browser cannot fill a file field again, so they wait an hour in the cache that holds,
each under a number that only their shop can use.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.files.base import ContentFile

from vendors.models import Vendor
from vendors.services.pictures import MOST_PICTURES, redrawn

_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that waits: its number, and the name it came with."""

    number: str
    name: str
    file: "ContentFile[bytes]"


def keep(vendor: Vendor, upload: Any) -> Kept:
    """Draw an upload anew and let it wait. Raises PictureRefusedError."""
    drawn = redrawn(upload)
    number, name = str(drawn.name), str(upload.name)[:80]
    drawn.seek(0)
    cache.set(_key(vendor, number), (name, drawn.read()), _SECONDS)
    return Kept(number, name, ContentFile(_bytes(drawn), name=number))


def kept(vendor: Vendor, numbers: Iterable[str]) -> list[Kept]:
    """Return the shop's pictures that still wait, in the order of the numbers."""
    wanted = asked_for(numbers)
    found = cache.get_many([_key(vendor, number) for number in wanted])
    pictures = []
    for number in wanted:
        waiting = found.get(_key(vendor, number))
        if waiting is not None:
            name, content = waiting
            pictures.append(Kept(number, name, ContentFile(content, name=number)))
    return pictures


def asked_for(numbers: Iterable[str]) -> list[str]:
    """Return the numbers once each, no more than a product has pictures."""
    return list(dict.fromkeys(numbers))[:MOST_PICTURES]


def forget(vendor: Vendor, pictures: Iterable[Kept]) -> None:
    """Let pictures go that have found their product."""
    cache.delete_many([_key(vendor, picture.number) for picture in pictures])


def _key(vendor: Vendor, number: str) -> str:
    plain = "".join(each for each in number[:60] if each.isalnum() or each in "._-")
    return f"draft-picture:{vendor.pk}:{plain}"


def _bytes(file: "ContentFile[bytes]") -> bytes:
    file.seek(0)
    return file.read()
