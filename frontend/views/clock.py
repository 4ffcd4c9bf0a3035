"""Follow the clock of the Stripe sandbox, so that a demo can look into next month."""

import hashlib
import hmac
import json
import time

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

# How far a signature's time may lie from the machine's: as Stripe's own libraries.
_TOLERANCE = 300


@csrf_exempt
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Stand as far ahead as the sandbox says it does; 400 when it did not just sign.

    What comes again, or was overtaken, is answered and changes nothing. A shop whose
    payments are real has no such page.
    """
    if not settings.CLOCK_MAY_MOVE:
        raise Http404
    signature = request.headers.get("Stripe-Signature", "")
    secret, at = settings.STRIPE_WEBHOOK_SECRET, int(time.time())
    if not is_signed(request.body, signature, secret, at=at):
        return HttpResponseBadRequest("The signature does not fit, or is too old.")
    try:
        message = json.loads(request.body)
        offset, told = int(message["offset"]), int(message["told"])
    except (ValueError, TypeError, LookupError, OverflowError):
        return HttpResponseBadRequest("This tells no time.")
    clock.follow(seconds=offset, told=told)
    return HttpResponse()


def is_signed(body: bytes, signature: str, secret: str, *, at: int) -> bool:
    """Tell whether `signature` is the sandbox's of `body`, made around `at`.

    Source: Stripe, "Verify webhook signatures manually" (scheme v1). Its time, and so
    `at`, is the machine's: the clocks that are moved are the sandbox's and the shop's.
    """
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    made = parts.get("t", "")
    expected = hmac.new(
        secret.encode(), made.encode() + b"." + body, hashlib.sha256
    ).hexdigest()
    fits = hmac.compare_digest(expected.encode(), parts.get("v1", "").encode())
    return bool(secret) and fits and abs(at - int(made)) <= _TOLERANCE
