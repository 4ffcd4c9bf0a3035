"""Paging by cursor: stable while rows come and go."""

from rest_framework import pagination


class CursorPagination(pagination.CursorPagination):
    """Newest first; `limit` asks for up to 200 rows."""

    ordering = "-id"
    page_size_query_param = "limit"
    max_page_size = 200
