"""The queue of listings: how it can be narrowed and sorted, and what stands out."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from frontend.backoffice.desk import Desk, Filter, Rows, desk_of
from marketplace.db import clock
from marketplace.shop.catalogue.models import Product
from support.selectors.listings import partners_reported
from vendors.selectors.offers import products_in_review
from vendors.selectors.risk import by_risk, flagged

# Entries beside the one that is open.
SHOWN = 20
_SELLERS = 50
_YOUNG = timedelta(days=30)
# So long a report of a buyer counts against the seller's next listings.
_REMEMBERED = timedelta(days=90)

_KINDS = (
    ("new", gettext_lazy("New")),
    ("mended", gettext_lazy("Mended")),
    ("change", gettext_lazy("Change of what is on sale")),
)
_SORTS = (("risk", gettext_lazy("Highest risk first")),)
# What a moderator should see first: the flag, its tone, its word; those that weigh most
# come first, as in `vendors.selectors.risk`.
_FLAGS: tuple[tuple[str, str, Promise], ...] = (
    ("has_claim", "bad", gettext_lazy("Claim")),
    ("is_reported", "bad", gettext_lazy("Seller was reported")),
    ("is_cheap", "warn", gettext_lazy("Price far below the others")),
    ("is_change", "brand", gettext_lazy("Change")),
    ("is_young", "info", gettext_lazy("New seller")),
    ("is_first", "info", gettext_lazy("First listing")),
    ("lacks_picture", "warn", gettext_lazy("No picture")),
    ("lacks_number", "", gettext_lazy("No EAN")),
    ("is_short", "", gettext_lazy("Short text")),
)


def listing_desk(request: HttpRequest) -> Desk:
    """Return the listings that wait, as the address narrows them."""
    waiting = products_in_review()
    says: dict[str, Any] = {
        "claims": claim_pattern(),
        "young_since": clock.now() - _YOUNG,
        "reported": partners_reported(since=clock.now() - _REMEMBERED),
    }
    desk = desk_of(
        request,
        waiting.prefetch_related("images"),
        Filter(name="q", label=gettext_lazy("Title or EAN"), narrow=_named),
        Filter(
            name="seller",
            label=gettext_lazy("Seller"),
            every=gettext_lazy("Every seller"),
            choices=_sellers(waiting),
            narrow=lambda rows, code: rows.filter(submitted_by__code=code),
        ),
        Filter(
            name="kind",
            label=gettext_lazy("Kind"),
            every=gettext_lazy("New and changed"),
            choices=_KINDS,
            narrow=_of_kind,
        ),
        Filter(
            name="sort",
            label=gettext_lazy("Order"),
            every=gettext_lazy("Oldest first"),
            choices=_SORTS,
            narrow=lambda rows, _sort: by_risk(rows, **says),
        ),
        route="office-products",
    )
    return replace(desk, dress=lambda rows: flagged(rows, **says))


def claim_pattern() -> str:
    """Return an expression of PostgreSQL that finds words which need a proof."""
    words = "|".join(re.escape(word) for word in settings.CLAIM_WORDS)
    return rf"\m({words})" if words else "$^"


def flags_of(product: Product | None) -> list[tuple[str, str | Promise]]:
    """Return what stands out about a listing of the desk, most telling first.

    Each with its tone and its words; the risk is made of the same.
    """
    return [
        (tone, word) for name, tone, word in _FLAGS if getattr(product, name, False)
    ]


def _sellers(waiting: Rows) -> list[tuple[str, str]]:
    """Return the sellers with most to look at, how much it is beside the name."""
    counted = (
        waiting.order_by()
        .values_list("submitted_by__code", "submitted_by__name")
        .annotate(count=Count("pk"))
        .exclude(submitted_by=None)
        .order_by("-count", "submitted_by__name")
    )
    return [(code, f"{name} ({count})") for code, name, count in counted[:_SELLERS]]


def _named(rows: Rows, words: str) -> Rows:
    by_number = rows.filter(
        Q(identifiers__value=words) | Q(children__identifiers__value=words)
    ).distinct()
    return by_number if by_number.exists() else rows.filter(title__icontains=words)


def _of_kind(rows: Rows, kind: str) -> Rows:
    is_change = rows.filter(change__isnull=False)
    fresh = rows.filter(change__isnull=True)
    return {
        "change": is_change,
        "mended": fresh.exclude(review_reason=""),
        "new": fresh.filter(review_reason=""),
    }[kind]
