"""Paging by cursor: stable while rows come and go."""

from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs

from django.utils.translation import gettext as _
from rest_framework import exceptions, pagination
from rest_framework.request import Request

# Of a 64-bit integer.
_MOST_DIGITS = 19
# Offset, reverse and position, as the framework calls them.
_PARTS = frozenset("orp")


class CursorPagination(pagination.CursorPagination):
    """Newest first; `limit` asks for up to 200 rows."""

    ordering = "-id"
    page_size_query_param = "limit"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Any:
        """Read the cursor. Raises ValidationError for one that we did not make."""
        if not _has_parts(request.query_params.get(self.cursor_query_param, "")):
            raise _not_ours()
        try:
            cursor = super().decode_cursor(request)
        except exceptions.NotFound as error:
            raise _not_ours() from error
        if cursor is not None and not _is_position(cursor.position):
            raise _not_ours()
        return cursor


def _has_parts(encoded: str) -> bool:
    """Say whether it is a cursor at all: the framework takes others for the first page.

    Nothing is none, which is the first page.
    """
    if not encoded:
        return True
    try:
        parts = parse_qs(b64decode(encoded, validate=True).decode("ascii"))
    except ValueError:
        return False
    return bool(parts) and parts.keys() <= _PARTS


def _is_position(position: Any) -> bool:
    """Say whether it can be a row's `ordering`, a number; the first page has none."""
    written = str(position)
    return position is None or (
        written.isascii() and written.isdecimal() and len(written) <= _MOST_DIGITS
    )


def _not_ours() -> exceptions.ValidationError:
    message = _("Take the cursor from `next` or `previous` of an answer.")
    return exceptions.ValidationError({"cursor": [message]})
