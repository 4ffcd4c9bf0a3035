"""A seller's own system, as small as one can be: the demo's webhooks go there.

Only in the sandbox. One of its addresses takes everything that we have signed, any
other is out of order, so that the log of deliveries has both.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

WORKS, BROKEN = "labels", "old-till"
_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")


@csrf_exempt
@require_POST
def receive(request: HttpRequest, system: str) -> HttpResponse:
    """Say what a system answers to what it is told."""
    if system != WORKS:
        return HttpResponse("Closed for repairs.", "text/plain", 503)
    if not all(request.headers.get(name) for name in _SIGNED):
        return HttpResponse("Nobody signed it.", "text/plain", 400)
    return HttpResponse("Thank you.", "text/plain")
