"""Webhooks of Stripe: kept in the inbox, answered at once, worked on by a worker."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from frontend.views.clock import follow
from marketplace.db import clock
from payouts.gateway import BadSignatureError
from payouts.services import inbox


@csrf_exempt
@require_POST
def receive(request: HttpRequest, endpoint: str) -> HttpResponse:
    """Keep an event; 400 when nobody we know has signed it."""
    try:
        inbox.receive(
            endpoint=endpoint,
            body=request.body,
            signature=request.headers.get("Stripe-Signature", ""),
            now=clock.now(),
        )
    except BadSignatureError:
        return HttpResponseBadRequest("The signature does not fit.")
    return HttpResponse()


urlpatterns: list[URLPattern] = [
    path("webhooks/stripe/", receive, {"endpoint": "platform"}, "webhook-platform"),
    path(
        "webhooks/stripe/connect/", receive, {"endpoint": "connect"}, "webhook-connect"
    ),
    path("webhooks/stripe/thin/", receive, {"endpoint": "thin"}, "webhook-thin"),
    path("webhooks/clock/", follow, name="webhook-clock"),
]
