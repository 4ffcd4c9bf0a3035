"""A reference for each request: on the page of what went wrong, and in the log."""

import logging
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class ReferencedRequest(HttpRequest):
    """A request after the middleware: it has a name."""

    reference: str


class ReferenceMiddleware:
    """Give every request a short name, such as 8f2c-4410; the answer carries it too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name it and go on."""
        reference = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}"
        request.reference = reference  # type: ignore[attr-defined] # as its class says
        answer = self.get_response(request)
        answer["X-Reference"] = reference
        return answer


class ReferenceFilter(logging.Filter):
    """Put the reference behind what Django logs about a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the line pass, with the reference at its end."""
        reference = getattr(getattr(record, "request", None), "reference", "")
        # Each handler that the line passes asks again.
        if reference and not str(record.msg).endswith(f"[{reference}]"):
            record.msg = f"{record.msg} [{reference}]"
        return True
