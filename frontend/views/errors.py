"""Pages for what went wrong: what is safe, what to do next."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from marketplace.db import clock

# The longest time that a limit of allauth counts; it does not say which one it was.
_WAIT = timedelta(minutes=5)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that we cannot read."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer somebody who may not see the page."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a page that is not there, or not theirs."""
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer somebody who tried too often, and say when to try again."""
    context = {"minutes": _WAIT.seconds // 60, "again_at": clock.now() + _WAIT}
    answer = render(request, "429.html", context, status=429)
    answer["Retry-After"] = str(_WAIT.seconds)
    return answer


def fault(request: HttpRequest) -> HttpResponse:
    """Answer when something of ours broke."""
    return render(request, "500.html", status=500)
