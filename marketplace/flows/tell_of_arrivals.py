"""Somebody searched in vain: tell them once, when what they looked for has arrived."""

from datetime import datetime

from django.db import transaction

from marketplace.db import limits
from marketplace.flows.mail import Mail, post
from search import saved
from search.backends.base import ProductQuery

_PER_SEARCH = limits.Limit(most=1, seconds=24 * 3600, is_strict=True)


@transaction.atomic
def save_search(
    query: ProductQuery, *, path: str, email: str, is_confirmed: bool, now: datetime
) -> None:
    """Keep a query for an address, and ask the address whether it wants that.

    Nothing tells whoever calls whether the address was known: it may be anybody's, and
    is asked about a search once a day. Raises TooManySavedError for a confirmed one.
    """
    row = saved.save(query, path=path, email=email, is_confirmed=is_confirmed, now=now)
    if row is not None and _may_ask(row.pk, now):
        post(Mail.SEARCH_CONFIRM, saved=row.pk, now=now)


def _may_ask(key: int, now: datetime) -> bool:
    used = limits.take(name="search-tell-ask", who=str(key), limit=_PER_SEARCH, now=now)
    return used.is_allowed


def tell_of_arrival(*, key: int, now: datetime) -> bool:
    """Look for a saved search and write to its owner if something matches; once.

    The engine is asked before the transaction. Returns whether a mail was written.
    """
    count = saved.look(key=key, now=now)
    if not count:
        return False
    with transaction.atomic():
        if not saved.mark_told(key=key, now=now):
            return False
        post(Mail.SEARCH_FOUND, saved=key, count=count, now=now)
    return True
