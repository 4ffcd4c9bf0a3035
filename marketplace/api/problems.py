"""Errors as problem+json (RFC 9457): what is wrong, where, and what to do."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from marketplace.core.errors import RefusedError
from marketplace.db.crossing import RETRY_AFTER_SECONDS, was_given_up

CONTENT_TYPE = "application/problem+json"
_TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    415: "Unsupported media type",
    422: "Refused",
    429: "Too many requests",
    503: "Try again",
}


class ConflictError(exceptions.APIException):
    """Two requests that exclude each other."""

    status_code = 409
    default_code = "conflict"


class CrossedError(exceptions.APIException):
    """A request that the database gave up so that another could go on."""

    status_code = 503
    default_code = "crossed"
    default_detail = gettext_lazy(
        "Somebody changed the same rows at the same moment. Send it once more."
    )
    wait = RETRY_AFTER_SECONDS


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an expected error into a problem; None lets the others be reported."""
    if isinstance(error, Http404 | ObjectDoesNotExist):
        error = exceptions.NotFound(_("There is nothing here for this token."))
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if was_given_up(error):
        error = CrossedError()
    if isinstance(error, RefusedError):
        set_rollback()
        return problem(
            422,
            code=error.code,
            detail=error.message,
            errors=_of_field(getattr(error, "field", ""), error.message),
        )
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    response = problem(
        error.status_code,
        code=_code(error),
        detail=_detail(error),
        errors=_errors(error),
    )
    for name, value in _headers(error).items():
        response[name] = value
    return response


def problem(
    status: int, *, code: str, detail: str, errors: list[dict[str, str]] | None = None
) -> Response:
    """Return a problem+json answer; `errors` lists the fields at fault."""
    body = _body(status, code=code, detail=detail)
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type=CONTENT_TYPE)


@csrf_exempt
def nothing_here(request: HttpRequest) -> JsonResponse:
    """Answer an address that the API does not have."""
    body = _body(404, code="not_found", detail=_("The API has no such address."))
    return JsonResponse(body, status=404, content_type=CONTENT_TYPE)


def _body(status: int, *, code: str, detail: str) -> dict[str, Any]:
    return {
        "type": f"urn:comptoir:problem:{code}",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
    }


def _code(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.ValidationError):
        return "invalid"
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def _detail(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.ValidationError):
        return _("Some fields need another value.")
    return str(error.detail)


def _errors(error: exceptions.APIException) -> list[dict[str, str]]:
    if not isinstance(error, exceptions.ValidationError):
        return []
    return list(_flatten(error.detail))


def _flatten(detail: Any, path: str = "") -> Any:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flatten(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list) and any(isinstance(i, dict | list) for i in detail):
        for index, inner in enumerate(detail):
            yield from _flatten(inner, f"{path}[{index}]")
    elif isinstance(detail, list):
        for message in detail:
            yield {"field": path, "message": str(message)}
    else:
        yield {"field": path, "message": str(detail)}


def _of_field(field: str, message: str) -> list[dict[str, str]]:
    return [{"field": field, "message": message}] if field else []


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers: dict[str, str] = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    wait = getattr(error, "wait", None)
    if wait:
        headers["Retry-After"] = str(int(wait))
    return headers
