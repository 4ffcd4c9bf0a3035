"""What went wrong on Elasticsearch's side, or on the way to it."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from elasticsearch import ApiError, TransportError

from search.backends.base import EngineDownError, NotUnderstoodError

P = ParamSpec("P")
R = TypeVar("R")


def answering(function: Callable[P, R]) -> Callable[P, R]:
    """Turn whatever the engine or the way to it does into EngineDownError.

    What it does not understand is our fault, and tells nothing of its health.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except ApiError as fault:
            if _status(fault) == HTTPStatus.BAD_REQUEST:
                raise NotUnderstoodError(str(fault)) from fault
            raise EngineDownError(str(fault)) from fault
        except TransportError as fault:
            raise EngineDownError(str(fault)) from fault

    return call


def readable(function: Callable[P, R]) -> Callable[P, R]:
    """Turn an answer of another shape than an engine's into EngineDownError.

    Something else may stand at its address, as a proxy that says "200" to everything.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (LookupError, TypeError, AttributeError) as fault:
            raise EngineDownError(f"its answer cannot be read: {fault!r}") from fault

    return call


def _status(fault: ApiError) -> int:
    """Return how an answer failed; one of several says it in its own body."""
    body = fault.body if isinstance(fault.body, dict) else {}
    return int(body.get("status") or fault.status_code)
