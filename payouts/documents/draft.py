"""A document before it has a number."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from payouts.documents.figures import RatePart
from payouts.models import Document, DocumentKind, PendingDocument, Settlement

TEMPLATE_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What will be issued for `pending`, but for its number and date."""

    pending: PendingDocument
    kind: DocumentKind
    net: int
    tax: int
    currency: str
    facts: dict[str, Any]
    corrects: Document | None = None
    settlement: Settlement | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why `pending` cannot be issued now: somebody must fill in what it lacks."""

    pending: PendingDocument
    lacks: list[str]


@dataclass(frozen=True, slots=True)
class Needless:
    """`pending` was asked for, and there is nothing to issue a document for."""

    pending: PendingDocument


def rate_facts(parts: Iterable[RatePart]) -> list[dict[str, int]]:
    """Return parts as documents keep them."""
    return [
        {"bps": part.bps, "net": part.net, "tax": part.tax, "gross": part.gross}
        for part in parts
    ]


def rate_parts(facts: Iterable[dict[str, int]]) -> list[RatePart]:
    """Return what `rate_facts` kept."""
    return [RatePart(each["bps"], each["gross"], each["tax"]) for each in facts]


def day_of(moment: datetime) -> str:
    """Return a moment's day in the market's time zone: `2026-11-25`."""
    zone = timezone.get_default_timezone()
    return timezone.localtime(moment, zone).date().isoformat()


def written(facts: dict[str, Any]) -> str:
    """Return facts as canonical JSON: the same facts give the same text."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    """Return the SHA-256 of a document's content, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
