"""Webhooks and what they were told, in words."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import formats
from marketplace.db import clock
from vendors.models import Webhook, WebhookDelivery
from vendors.selectors.webhooks import Answering, answering_of

# How the log can be narrowed; what has failed and is tried again first.
STATES = [
    ("failing", gettext_lazy("Fails")),
    ("given_up", gettext_lazy("Given up")),
    ("waiting", gettext_lazy("Waiting")),
    ("sent", gettext_lazy("Arrived")),
]
_SECOND_MS = 1000
_HUNDRED, _NEARLY_ALL = 100, 99.9
# So far back the page says how a webhook has answered.
DAYS = 7
EXAMPLE = """\
{
  "id": "evt_01m…",
  "type": "order.paid",
  "created_at": "2026-11-27T09:15:04Z",
  "data": {"order": {"number": "K7XMQ4RW-1", …}}
}"""
CHECKING = """\
import base64, hmac, time

def is_ours(secret, headers, body):
    at = headers["webhook-timestamp"]
    signed = f"{headers['webhook-id']}.{at}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, signed, "sha256")
    good = "v1," + base64.b64encode(digest).decode()
    shown = headers["webhook-signature"].split()
    is_good = [hmac.compare_digest(good, one) for one in shown]
    return any(is_good) and abs(time.time() - int(at)) < 300"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the log."""

    delivery: WebhookDelivery
    tone: str
    state: str
    answer: str
    took: str
    next_try_at: datetime | None
    body: str


def state_of(webhook: Webhook) -> tuple[str, str]:
    """Return how a webhook is: the tone of its badge, and the words."""
    if webhook.given_up_at:
        return "bad", _("Turned off")
    if not webhook.is_on:
        return "", _("Off")
    if webhook.failing_since:
        return "warn", _("Fails")
    if webhook.tried_at is None:
        return "info", _("Nothing sent yet")
    return "good", _("Works")


def answer_of(row: Webhook | WebhookDelivery) -> str:
    """Return what came back last: `503 Service Unavailable`, or why nothing came."""
    if row.status is not None:
        try:
            return f"{row.status} {HTTPStatus(row.status).phrase}"
        except ValueError:
            return str(row.status)
    return str(row.get_fault_display())


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How a webhook has answered in the last days."""

    tried: int
    share: str
    median: str


def lately(webhooks: list[Webhook]) -> dict[int, Answers]:
    """Return by webhook how it has answered in `DAYS`; none that was not tried."""
    since = clock.now() - timedelta(days=DAYS)
    return {
        key: Answers(
            tried=each.tried,
            share=_share(each),
            median=_took(each.median_ms),
        )
        for key, each in answering_of(webhooks, since=since).items()
    }


def _share(answering: Answering) -> str:
    """Write what arrived in tenths of a hundredth; all of it only when it was all."""
    if answering.taken == answering.tried:
        return formats.percent(_HUNDRED)
    share = _HUNDRED * answering.taken / answering.tried
    return formats.percent(min(share, _NEARLY_ALL), 1)


def row_of(delivery: WebhookDelivery, webhook: Webhook) -> Row:
    """Return a line of the log of `webhook`."""
    tone, state = _state_of(delivery)
    return Row(
        delivery=delivery,
        tone=tone,
        state=state,
        answer=answer_of(delivery),
        took=_took(delivery.took_ms),
        next_try_at=_next_try_at(delivery, webhook),
        body=_spread(delivery.body),
    )


def _next_try_at(delivery: WebhookDelivery, webhook: Webhook) -> datetime | None:
    """Return when one that has failed is tried again: not while its webhook rests."""
    if not webhook.is_on or not delivery.next_try_at or not delivery.tried_at:
        return None
    return max(delivery.next_try_at, webhook.rests_until or delivery.next_try_at)


def _state_of(delivery: WebhookDelivery) -> tuple[str, str]:
    if delivery.state == WebhookDelivery.State.SENT:
        return "good", str(delivery.get_state_display())
    if delivery.state == WebhookDelivery.State.GIVEN_UP:
        return "bad", str(delivery.get_state_display())
    if delivery.tried_at:
        return "warn", _("Fails")
    if delivery.tries:
        return "info", _("On its way")
    return "info", str(delivery.get_state_display())


def _took(milliseconds: int | None) -> str:
    if milliseconds is None:
        return ""
    if milliseconds < _SECOND_MS:
        return _("%(n)d ms") % {"n": milliseconds}
    return _("%(n)s s") % {"n": formats.number(milliseconds / _SECOND_MS, 1)}


def _spread(body: str) -> str:
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False) if body else ""
