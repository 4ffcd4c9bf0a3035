"""Paging by cursor: stable while rows come and go."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions, pagination
from rest_framework.request import Request


class CursorPagination(pagination.CursorPagination):
    """Newest first; `limit` asks for up to 200 rows."""

    ordering = "-id"
    page_size_query_param = "limit"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Any:
        """Read the cursor. Raises ValidationError for one that we did not make."""
        try:
            return super().decode_cursor(request)
        except exceptions.NotFound as error:
            message = _("Take the cursor from `next` or `previous` of an answer.")
            raise exceptions.ValidationError({"cursor": [message]}) from error
