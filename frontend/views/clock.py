"""Follow the clock of the Stripe sandbox, so that a demo can look into next month."""

import hashlib
import hmac
import json

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
)
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.db import clock


@csrf_exempt
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Stand as far ahead as the sandbox says it does; 400 when it did not sign.

    A shop whose payments are real has no such page.
    """
    if not settings.CLOCK_MAY_MOVE:
        raise Http404
    signature = request.headers.get("Stripe-Signature", "")
    if not is_signed(request.body, signature, settings.STRIPE_WEBHOOK_SECRET):
        return HttpResponseBadRequest("The signature does not fit.")
    clock.move_to_offset(int(json.loads(request.body)["offset"]))
    return HttpResponse()


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Tell whether `signature` is the sandbox's of `body`.

    Source: Stripe, "Verify webhook signatures manually" (scheme v1). The time in it is
    not compared with ours: the two clocks differ until this very message is read.
    """
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    signed = parts.get("t", "").encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(
        expected.encode(), parts.get("v1", "").encode()
    )
