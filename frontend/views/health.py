"""Whether this process can serve: asked by the supervisor and by load balancers."""

from typing import TYPE_CHECKING, cast

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from marketplace.db.cache import PageCache

OK, UNAVAILABLE = 200, 503


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, 503 otherwise; tell of the cache beside it.

    Pages go on without the cache: a front server that took every process out of its
    rotation, all at the same moment, would close the market for nothing.
    """
    has_db = has_database()
    has_cache = cast("PageCache", caches["pages"]).answers()
    parts = {"ok": has_db, "database": has_db, "cache": has_cache}
    return JsonResponse(parts, status=OK if has_db else UNAVAILABLE)


def has_database() -> bool:
    """Tell whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
