"""Files that people send."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.core.files import File
    from django.core.files.base import ContentFile

    Named = tuple[str, ContentFile[bytes]]

_PIECE = 64 * 1024


def hold_the_same(one: "File[bytes]", other: "File[bytes]") -> bool:
    """Tell whether two files say the same, whatever they are called.

    Read by pieces, for a sheet may be large; both stand at their beginning afterwards.
    """
    one.seek(0)
    other.seek(0)
    is_same = one.size == other.size
    while is_same and (piece := one.read(_PIECE)):
        is_same = piece == other.read(_PIECE)
    one.seek(0)
    other.seek(0)
    return is_same


def new_among(files: "Iterable[Named]", *, kept: Iterable[Any]) -> "list[Named]":
    """Return the files that are not kept yet, the same one once.

    It is the same if it has the same name and says the same. Rows of `kept` have `name`
    and `size` and open their `file`.
    """
    rows = list(kept)
    new: list[Named] = []
    for name, content in files:
        is_among = any(
            name == other and hold_the_same(content, begun) for other, begun in new
        )
        if not is_among and not any(_keeps(row, name, content) for row in rows):
            new.append((name, content))
    return new


def _keeps(row: Any, name: str, content: "ContentFile[bytes]") -> bool:
    if (row.name, row.size) != (name, content.size):
        return False
    with row.file.open() as file:
        return hold_the_same(file, content)
