"""Ask for a mail: written with its cause, sent by a worker."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from marketplace.db import outbox


class Mail(StrEnum):
    """Every mail of a sale; `marketplace.jobs.mails` knows how each is written."""

    ORDER_CONFIRMED = "order_confirmed"
    NEW_SALE = "new_sale"
    SHIP_LATE = "ship_late"
    PARCEL_SENT = "parcel_sent"
    DELIVERED = "delivered"
    PART_CANCELLED = "part_cancelled"
    SALE_CANCELLED = "sale_cancelled"
    SALE_GIVEN_BACK = "sale_given_back"
    RECEIVED = "received"
    REFUNDED = "refunded"
    PAYMENT_RETURNED = "payment_returned"
    PAYOUT = "payout"
    LONG_HOLD = "long_hold"
    COMMISSION_ASKED = "commission_asked"
    COMMISSION_CHANGED = "commission_changed"
    ADJUSTMENT = "adjustment"
    MESSAGE = "message"
    PRODUCT_ASKED = "product_asked"
    PRODUCT_ANSWERED = "product_answered"
    PROBLEM_OPENED = "problem_opened"
    PROBLEM_DECIDED = "problem_decided"
    PROPOSAL_MADE = "proposal_made"
    PROPOSAL_DECLINED = "proposal_declined"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    DISPUTE_SHARED = "dispute_shared"
    DISPUTE_REGAINED = "dispute_regained"
    REFUND_FAILED = "refund_failed"
    POINTS_EXPIRE = "points_expire"
    WELCOME = "welcome"
    NEW_DEVICE = "new_device"
    EXPORT_READY = "export_ready"
    ERASURE_ASKED = "erasure_asked"
    ERASED = "erased"
    SEARCH_CONFIRM = "search_confirm"
    SEARCH_FOUND = "search_found"
    ALERT_CONFIRM = "alert_confirm"
    ALERT_FOUND = "alert_found"
    PROMOTION_PROPOSED = "promotion_proposed"
    TEAM_INVITED = "team_invited"
    WEBHOOK_OFF = "webhook_off"


def post(
    kind: Mail, *, now: datetime, words: dict[str, Any] | None = None, **about: int
) -> None:
    """Ask for a mail about rows named by their primary keys (`part=7`).

    `words` are what it says that its rows will not say any more when it is written.
    """
    subject = ":".join(f"{name}:{key}" for name, key in sorted(about.items()))
    outbox.emit(
        topic="mail",
        key=f"{kind}:{subject}",
        payload={"kind": str(kind), **about, **(words or {})},
        now=now,
    )


def not_sent(pieces: Mapping[int, int], reason: str) -> dict[str, Any]:
    """Return the words of a mail about pieces of lines that are not sent, and why."""
    return {"pieces": {str(key): pieces[key] for key in pieces}, "reason": reason}
