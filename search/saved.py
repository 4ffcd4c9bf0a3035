"""Searches that somebody saved, to be told once when something matches all their words.

An address gets nothing but the question whether it wants this, until it has said yes.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from django.core import signing
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.addresses import is_address
from marketplace.core.errors import RefusedError
from search import selectors
from search.backends.base import ProductQuery
from search.models import SavedSearch
from search.wording import wording
from search.words import storable

# What was never confirmed, what was told, and what nobody ever offered.
UNCONFIRMED, TOLD, KEPT = timedelta(days=7), timedelta(days=30), timedelta(days=365)
MOST_PER_ADDRESS = 20
# What strangers may leave for an address; none of it counts against its owner.
MOST_UNCONFIRMED = 20
_MOST_LISTED = 100
_EVERY = timedelta(hours=1)
_AT_ONCE = 200
_SALT = "search.saved"
_IN_STOCK = {"stock": frozenset({"yes"})}


class TooManySavedError(RefusedError):
    """An address waits for as much as is kept for one."""

    code = "search.saved_full"


@transaction.atomic
def save(
    query: ProductQuery, *, path: str, email: str, is_confirmed: bool, now: datetime
) -> SavedSearch | None:
    """Keep a query for an address; return it if the address must still confirm it.

    Raises TooManySavedError where the address is known to be the asker's own. For any
    other None is all the same to whoever asks: it is confirmed already, or strangers
    have left as many as they may.
    """
    theirs = _waiting(email)
    digest = sha256(f"{query.currency} {path}".encode()).hexdigest()
    row = theirs.select_for_update().filter(digest=digest).first()
    if row is None:
        left = theirs.filter(confirmed_at=None)
        if not is_confirmed and left.count() >= MOST_UNCONFIRMED:
            return None
        row = _made(query, path=path, email=email, digest=digest, now=now)
    if is_confirmed:
        _confirm(row, now)
    return row if row.confirmed_at is None else None


def token_of(saved: SavedSearch) -> str:
    """Return what the links of its mails carry; it names the row and nobody else's."""
    return signing.dumps(saved.pk, salt=_SALT)


def key_of(token: str) -> int | None:
    """Return the row that a token names, which may be gone; None for a forged one."""
    try:
        return int(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        return None


@transaction.atomic
def confirm(*, key: int, now: datetime) -> None:
    """Begin to look for it; a second time changes nothing.

    Raises TooManySavedError if the address waits for as much as is kept already.
    """
    for row in SavedSearch.objects.filter(pk=key, confirmed_at=None):
        _confirm(row, now)


def cancel(*, key: int) -> None:
    """Forget a saved search and its address."""
    SavedSearch.objects.filter(pk=key).delete()


def saved_by_key(key: int) -> SavedSearch | None:
    """Return a saved search, if it is still kept."""
    return SavedSearch.objects.filter(pk=key).first()


def of_addresses(emails: Sequence[str]) -> list[SavedSearch]:
    """Return what is kept for somebody's addresses, which must be theirs; the newest.

    What waits comes before what was told.
    """
    rows = _theirs(emails).order_by(
        F("told_at").desc(nulls_first=True), "-created_at", "-id"
    )
    return list(rows[:_MOST_LISTED])


def count_of(emails: Sequence[str]) -> int:
    """Return how many searches wait for somebody: for an arrival, or for their word."""
    return _theirs(emails).filter(told_at=None).count()


def is_theirs(*, key: int, emails: Sequence[str]) -> bool:
    """Say whether a saved search belongs to one of somebody's addresses."""
    return _theirs(emails).filter(pk=key).exists()


def due(now: datetime) -> list[int]:
    """Return those to look for now, who has waited longest first; an hour apart."""
    waiting = SavedSearch.objects.filter(
        Q(looked_at=None) | Q(looked_at__lte=now - _EVERY),
        told_at=None,
        confirmed_at__isnull=False,
    )
    ordered = waiting.order_by(F("looked_at").asc(nulls_first=True), "id")
    return list(ordered.values_list("id", flat=True)[:_AT_ONCE])


def look(*, key: int, now: datetime) -> int:
    """Return how many things in stock have every word and fit every filter.

    Asks the engine: call it outside a transaction. What only a mended word finds does
    not count: nobody asked for it.
    """
    row = saved_by_key(key)
    if row is None:
        return 0
    SavedSearch.objects.filter(pk=key).update(looked_at=now)
    query = query_of(row)
    in_stock = {**query.filters, **_IN_STOCK}
    page = selectors.find(replace(query, filters=in_stock, page_size=1))
    is_mended = page.corrected and page.corrected != wording().meant_by(query.text)
    return 0 if is_mended else page.full_total


def mark_told(*, key: int, now: datetime) -> bool:
    """Say that somebody is told, in the transaction that writes to them.

    Returns False if they were already, or do not want it any more.
    """
    open_rows = SavedSearch.objects.filter(
        pk=key, told_at=None, confirmed_at__isnull=False
    )
    return bool(open_rows.update(told_at=now))


def forget_old(now: datetime) -> None:
    """Delete what was not confirmed in a week, told a month ago, or kept for a year."""
    SavedSearch.objects.filter(
        Q(confirmed_at=None, created_at__lt=now - UNCONFIRMED)
        | Q(told_at__lt=now - TOLD)
        | Q(created_at__lt=now - KEPT)
    ).delete()


def forget_address(email: str) -> None:
    """Delete what somebody waits for who is to be forgotten."""
    _theirs([email]).delete()


def _theirs(emails: Sequence[str]) -> QuerySet[SavedSearch]:
    own = Q(pk=None)
    for email in emails:
        own |= Q(is_address("email", email))
    return SavedSearch.objects.filter(own)


def _made(
    query: ProductQuery, *, path: str, email: str, digest: str, now: datetime
) -> SavedSearch:
    # Who clicks twice at once saves one: the second finds the first one's row.
    theirs = SavedSearch.objects.filter(is_address("email", email))
    row, _made_now = theirs.get_or_create(
        told_at=None,
        digest=digest,
        defaults={
            "email": email,
            "text": storable(query.text),
            "scope": query.scope,
            "filters": {name: sorted(query.filters[name]) for name in query.filters},
            "without": sorted(query.without),
            "price_from_minor": query.price_from_minor,
            "price_to_minor": query.price_to_minor,
            "as_typed": query.as_typed,
            "currency": query.currency,
            "path": path,
            "created_at": now,
        },
    )
    return row


def _confirm(row: SavedSearch, now: datetime) -> None:
    if row.confirmed_at is not None:
        return
    # All of the address is locked, or of two who confirm at once each would be the last
    # with room; and counted anew, for a lock does not see what it waited for.
    waiting = _waiting(row.email)
    list(waiting.order_by("pk").select_for_update())
    if waiting.filter(confirmed_at__isnull=False).count() >= MOST_PER_ADDRESS:
        raise TooManySavedError(
            _(
                "We keep %(most)d searches for an address, and this one waits for as "
                "many. Forget one of them, then save this again."
            )
            % {"most": MOST_PER_ADDRESS}
        )
    row.confirmed_at = now
    row.save(update_fields=["confirmed_at"])


def _waiting(email: str) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(is_address("email", email), told_at=None)


def query_of(row: SavedSearch) -> ProductQuery:
    """Return what a saved search asks for."""
    chosen = {name: frozenset(values) for name, values in row.filters.items()}
    return ProductQuery(
        text=row.text,
        scope=row.scope,
        filters=chosen,
        without=frozenset(row.without),
        price_from_minor=row.price_from_minor,
        price_to_minor=row.price_to_minor,
        as_typed=row.as_typed,
        currency=row.currency,
    )
