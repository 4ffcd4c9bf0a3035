"""A request that is sent twice with the same Idempotency-Key happens once."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api.problems import ConflictError
from marketplace.db.models import IdempotencyKey

HEADER = "Idempotency-Key"
_KEY_LENGTH = 255
_SERVER_ERROR = 500


def once(
    request: Request, act: Callable[[], Response], *, scope: str, now: datetime
) -> Response:
    """Run `act` and keep its answer under the request's key; later give that again.

    Without a key it simply runs. The answer and what `act` wrote commit together, so a
    crash leaves neither. Raises ConflictError when the key came with another body, or
    its first request is still under way.
    """
    key = request.headers.get(HEADER, "").replace("\0", "")[:_KEY_LENGTH]
    if not key:
        return act()
    digest = _digest(request)
    with transaction.atomic():
        row, is_first = _claim(scope, key, digest, now)
        if not is_first:
            return _again(row, digest)
        response = act()
        if response.status_code < _SERVER_ERROR:
            row.status, row.response = response.status_code, _plain(response.data)
            row.save(update_fields=["status", "response"])
    return response


def _claim(
    scope: str, key: str, digest: str, now: datetime
) -> tuple[IdempotencyKey, bool]:
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                scope=scope, key=key, request_hash=digest, created_at=now
            ), True
    except IntegrityError:
        return IdempotencyKey.objects.get(scope=scope, key=key), False


def _again(row: IdempotencyKey, digest: str) -> Response:
    if row.request_hash != digest:
        raise ConflictError(
            _("This Idempotency-Key came with another request. Use a new one.")
        )
    response = Response(row.response, status=row.status)
    response["Idempotent-Replayed"] = "true"
    return response


def _digest(request: Request) -> str:
    told = json.dumps(
        [request.method, request.path, request.data], sort_keys=True, default=str
    )
    return hashlib.sha256(told.encode()).hexdigest()


def _plain(answer: Any) -> Any:
    return json.loads(json.dumps(answer, default=str))
