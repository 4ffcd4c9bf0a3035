"""Tell me when it arrives: a search that is saved, confirmed by mail, or cancelled."""

from dataclasses import replace

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontend.middleware import ViewerRequest
from frontend.storefront.asking import (
    address,
    results_address,
    scoped_pairs,
    scoped_query_of,
)
from frontend.storefront.saved import confirm_said, limits_of, names_of
from marketplace.accounts.addresses import of_a_provider, plain_address
from marketplace.accounts.selectors import has_verified_email
from marketplace.db import clock, limits
from marketplace.flows.tell_of_arrivals import save_search
from marketplace.shop.shipping.dates import local_day
from search import saved
from search.backends.base import ProductQuery, Sort
from search.words import names_a_site

# Guards other people's mailboxes: it must hold at all times.
VISITOR = limits.Limit(most=10, seconds=3600, is_strict=True)
MAILBOX = limits.Limit(most=5, seconds=24 * 3600, is_strict=True)


class AddressForm(forms.Form):
    """Where to write to."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        validators=[plain_address, of_a_provider],
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy(
            "We ask there whether it is yours, then write once when it arrives."
        ),
    )


class TellForm(AddressForm):
    """Where to write to; `is_full` once there is no room for another search."""

    is_full = False


def tell_address(query: ProductQuery) -> str:
    """Return the address where a query can be saved."""
    return address(reverse("search-tell"), scoped_pairs(replace(query, page=1)))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tell(request: ViewerRequest) -> HttpResponse:
    """Ask where to write to; the answer is the same for every address."""
    # How it is sorted, and which page, is nothing to wait for.
    query = replace(scoped_query_of(request.GET), sort=Sort.RELEVANCE, page=1)
    if not query.text:
        return redirect("search")
    names = names_of([query])
    if query.scope and ("category", query.scope) not in names:
        raise Http404
    own = own_address(request)
    form = _form(request, own)
    if form.is_valid() and _is_saved(request, query, form, own=own):
        return redirect(address(request.path, scoped_pairs(query), sent=1))
    return render(
        request,
        "search/tell.html",
        {
            "form": form,
            "own": own,
            "is_sent": request.GET.get("sent") == "1" and not form.is_bound,
            "query": query.text,
            "limits": limits_of(query, names, local_day(clock.now())),
            "back": results_address(query),
        },
        status=422 if form.errors else 200,
    )


def _form(request: ViewerRequest, own: str) -> TellForm:
    typed = request.POST if request.method == "POST" else None
    form = TellForm(typed, initial={"email": request.viewer.email})
    if own:
        del form.fields["email"]
    return form


def _is_saved(
    request: ViewerRequest, query: ProductQuery, form: TellForm, *, own: str
) -> bool:
    """Save what may be saved, or say in the form why not."""
    if names_a_site(query.text):
        form.add_error(
            None, _("This is an address on the web: say what the thing is called.")
        )
        return False
    if _is_too_much(request):
        form.add_error(
            None, _("You have saved many searches: please go on in an hour.")
        )
        return False
    try:
        _save(query, own=own, email=own or form.cleaned_data["email"])
    except saved.TooManySavedError as refused:
        form.add_error(None, refused.message)
        form.is_full = True
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def saved_search(request: ViewerRequest, token: str) -> HttpResponse:
    """Confirm or cancel a saved search; only a click does either, not a preview."""
    key = saved.key_of(token)
    if key is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("do") == "confirm":
            confirm_said(request, key)
        else:
            saved.cancel(key=key)
        return redirect(request.path)
    return render(request, "search/saved.html", {"saved": saved.saved_by_key(key)})


def own_address(request: ViewerRequest) -> str:
    """Return the address of an account that has shown it is theirs, or nothing."""
    if request.viewer.user_id is None or not has_verified_email(request.user):
        return ""
    return request.user.email


def _is_too_much(request: ViewerRequest) -> bool:
    who = request.META.get("REMOTE_ADDR", "")
    now = clock.now()
    used = limits.take(name="search-tell", who=who, limit=VISITOR, now=now)
    return not used.is_allowed


def _save(query: ProductQuery, *, own: str, email: str) -> None:
    """Save it, unless the mailbox has been asked often: whoever asks is not told."""
    now = clock.now()
    used = limits.take(name="search-tell-to", who=email.lower(), limit=MAILBOX, now=now)
    if own or used.is_allowed:
        save_search(
            query,
            path=results_address(query),
            email=email,
            is_confirmed=bool(own),
            now=now,
        )
