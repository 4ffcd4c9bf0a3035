"""Whether this process can serve: asked by the supervisor and by load balancers."""

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

OK, UNAVAILABLE = 200, 503


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database and the cache answer, 503 otherwise."""
    parts = {"database": has_database(), "cache": has_cache()}
    status = OK if all(parts.values()) else UNAVAILABLE
    return JsonResponse({"ok": status == OK, **parts}, status=status)


def has_database() -> bool:
    """Tell whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def has_cache() -> bool:
    """Tell whether Valkey answers."""
    try:
        caches["sure"].get("health")
    except RedisError:
        return False
    return True
