"""What somebody asked to be told of: waiting, told, and how to end it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from frontend.storefront.asking import pairs_of
from frontend.storefront.filters import Filters
from frontend.storefront.naming import Names, Naming, unwanted_groups
from marketplace.accounts.selectors import verified_emails_of
from marketplace.db import clock
from marketplace.shop.shipping.dates import local_day
from search import saved, selectors
from search.backends.base import ProductQuery, ResultPage, facets_of
from search.models import SavedSearch

_LONGEST_KEY = 18


@dataclass(frozen=True, slots=True)
class Wish:
    """A saved search with its filters in words."""

    row: SavedSearch
    limits: tuple[str, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def searches(request: ViewerRequest) -> HttpResponse:
    """List the searches of the viewer's confirmed addresses; confirm or forget one."""
    emails = verified_emails_of(request.user.pk)
    if request.method == "POST":
        return _done(request, emails)
    rows = saved.of_addresses(emails)
    context = {
        "wishes": _wishes(rows, local_day(clock.now())),
        "has_address": bool(emails),
    }
    return render(request, "account/searches.html", context)


def confirm_said(request: ViewerRequest, key: int) -> None:
    """Confirm a saved search and say what came of it."""
    try:
        saved.confirm(key=key, now=clock.now())
    except saved.TooManySavedError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Good. We write to you once, when it arrives."))


def limits_of(query: ProductQuery, names: Names, today: date) -> tuple[str, ...]:
    """Return the category and the filters of a query in words."""
    naming = Naming(names, today, query.currency)
    filters = Filters(ResultPage(), query, naming, "", pairs_of(query))
    within = (naming.label("category", query.scope),) if query.scope else ()
    return (*within, *(chip.label for chip in filters.chips()))


def names_of(queries: Sequence[ProductQuery]) -> Names:
    """Return the names of all that queries filter by, in one query."""
    chosen: dict[str, frozenset[str]] = {}
    for query in queries:
        within = {"category": frozenset({query.scope})} if query.scope else {}
        for group, values in (*query.filters.items(), *within.items()):
            chosen[group] = chosen.get(group, frozenset()) | values
    unwanted = (group for query in queries for group in unwanted_groups(query))
    return selectors.facet_names((*facets_of({}, chosen), *unwanted))


def _wishes(rows: Sequence[SavedSearch], today: date) -> list[Wish]:
    queries = [saved.query_of(row) for row in rows]
    names = names_of(queries)
    return [
        Wish(row, limits_of(query, names, today))
        for row, query in zip(rows, queries, strict=True)
    ]


def _done(request: ViewerRequest, emails: Sequence[str]) -> HttpResponse:
    typed = request.POST.get("key", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_KEY):
        raise Http404
    key = int(typed)
    is_confirmed = request.POST.get("do") == "confirm"
    if not saved.is_theirs(key=key, emails=emails):
        # Forgotten in another tab: what was wanted is done. Others' are not told apart.
        return redirect("account-searches")
    if is_confirmed:
        confirm_said(request, key)
    else:
        row = saved.saved_by_key(key)
        saved.cancel(key=key)
        said = _("“%(text)s” is forgotten.") % {"text": row.text if row else ""}
        messages.success(request, said)
    return redirect("account-searches")
