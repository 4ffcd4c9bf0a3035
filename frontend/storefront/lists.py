"""Wish lists: several with names, what got cheaper, shared by a link of their own."""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.middleware import ViewerRequest
from frontend.storefront import hearts, refilled
from frontend.storefront.access import signed_in
from frontend.storefront.destination import country_of
from frontend.storefront.requests import ShopRequest, or_404, way_back
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.shop.basket.filling import Wanted, fill
from marketplace.shop.wishlists import selectors, services
from marketplace.shop.wishlists.models import LONGEST_NAME, WishList
from marketplace.shop.wishlists.selectors import Wished

_BOTH = require_http_methods(["GET", "HEAD", "POST"])


class NameForm(forms.Form):
    """What a list is called."""

    name = forms.CharField(
        label=gettext_lazy("Name of the list"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("Who you share it with sees this name, not yours."),
        error_messages={"required": gettext_lazy("Give the list a name.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )


@require_safe
@never_cache
def lists(request: ViewerRequest) -> HttpResponse:
    """Show the oldest list, or what a visitor keeps in this browser."""
    user_id = request.viewer.user_id
    if user_id is None:
        return render(request, "lists/guest.html", _of_guest(request))
    carried = HttpResponse()
    count = hearts.carry_over(request, user_id, carried)
    known = selectors.lists_of(user_id)
    context = _of_list(request, known[0], known) if known else {"known": known}
    answer = render(request, "lists/page.html", context)
    if count:
        answer.cookies.update(carried.cookies)
    return answer


@require_safe
@signed_in
def wishlist(request: ViewerRequest, key: str) -> HttpResponse:
    """Show one list."""
    shown = _own(request, key)
    known = selectors.lists_of(shown.owner_id)
    return render(request, "lists/page.html", _of_list(request, shown, known))


@require_safe
@never_cache
def shared(request: ViewerRequest, secret: str) -> HttpResponse:
    """Show a list to whoever has its link; it can be read, and nothing else."""
    with or_404(WishList.DoesNotExist):
        shown = selectors.shared_list(secret)
    things = [thing for thing in _things(request, shown) if thing.is_listed]
    answer = render(request, "lists/shared.html", {"list": shown, "things": things})
    # The address is a secret: no page that is opened from here may learn it.
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@require_POST
def heart(request: ShopRequest) -> HttpResponse:
    """Keep a thing or keep it no longer; who has no account keeps it in the browser."""
    drops = request.POST.get("drop", "").replace("\0", "")
    product_id = drops or request.POST.get("keep", "").replace("\0", "")
    change = hearts.drop if drops else hearts.keep
    cookies, refused = HttpResponse(), ""
    try:
        said = change(request, product_id, cookies)
    except RefusedError as refusal:
        said = refused = refusal.message
    answer: HttpResponse
    if request.htmx:
        answer = render(request, "lists/told.html", {"said": said, "refused": refused})
        if not refused:
            answer["HX-Trigger"] = json.dumps(
                {"kept": {"product": product_id, "kept": not drops}}
            )
    else:
        tell = messages.warning if refused else messages.success
        tell(request, said)
        answer = redirect(way_back(request, "lists"))
    answer.cookies.update(cookies.cookies)
    return answer


@_BOTH
@signed_in
def new(request: ViewerRequest) -> HttpResponse:
    """Begin a list."""
    user_id = request.user.pk
    return _named(
        request, lambda name: services.make_list(user_id=user_id, name=name), {}
    )


@_BOTH
@signed_in
def name(request: ViewerRequest, key: str) -> HttpResponse:
    """Call a list something else."""
    shown = _own(request, key)
    return _named(
        request,
        lambda words: services.rename(user_id=shown.owner_id, key=key, name=words),
        {"list": shown},
    )


@_BOTH
@signed_in
def remove(request: ViewerRequest, key: str) -> HttpResponse:
    """Ask once more, then forget a list with its things."""
    shown = _own(request, key)
    if request.method == "POST":
        services.remove_list(user_id=shown.owner_id, key=key)
        messages.success(request, _("“%(name)s” is gone.") % {"name": shown.name})
        return redirect("lists")
    context = {"list": shown, "many": shown.lines.count()}
    return render(request, "lists/remove.html", context)


@require_POST
@signed_in
def change(request: ShopRequest, key: str) -> HttpResponse:
    """Share a list, share it no longer, or put all of it into the basket."""
    shown = _own(request, key)
    do = request.POST.get("do")
    if do == "basket":
        return _all_to_basket(request, shown)
    if do == "share":
        with or_404(WishList.DoesNotExist):
            services.share(user_id=shown.owner_id, key=key)
        messages.success(request, _("Whoever has the link can see the list now."))
    elif do == "unshare":
        services.unshare(user_id=shown.owner_id, key=key)
        messages.success(request, _("The link does not open anything any more."))
    return redirect("list", key)


@require_POST
@signed_in
def thing(request: ViewerRequest, key: str, product_id: str) -> HttpResponse:
    """Move a thing to another list of its owner, or take it off this one."""
    shown = _own(request, key)
    if "remove" in request.POST:  # Whatever list was chosen before, beside it.
        services.remove(user_id=shown.owner_id, product_id=product_id, key=key)
        messages.success(request, _("Removed from the list."))
    elif to := request.POST.get("to", "").replace("\0", ""):
        with or_404(WishList.DoesNotExist):
            there = services.move(
                user_id=shown.owner_id, product_id=product_id, key=key, to=to
            )
        messages.success(request, _("Moved to “%(name)s”.") % {"name": there.name})
    return redirect("list", key)


def _own(request: ViewerRequest, key: str) -> WishList:
    with or_404(WishList.DoesNotExist):
        return selectors.list_of(request.user.pk, key)


def _things(request: ViewerRequest, shown: WishList) -> list[Wished]:
    return selectors.things_on(shown, country=country_of(request), now=clock.now())


def _of_list(
    request: ViewerRequest, shown: WishList, known: list[WishList]
) -> dict[str, Any]:
    things = _things(request, shown)
    secret = shown.share_secret
    link = reverse("list-shared", args=[secret]) if secret else ""
    return {
        "list": shown,
        "known": known,
        "others": [one for one in known if one.pk != shown.pk],
        "things": things,
        "cheaper": sum(each.saved is not None for each in things),
        "ready": sum(each.can_be_added for each in things),
        "link": settings.PUBLIC_URL + link if link else "",
    }


def _of_guest(request: ViewerRequest) -> dict[str, Any]:
    things = selectors.products_numbered(
        hearts.JAR.read(request), country=country_of(request), now=clock.now()
    )
    return {"things": things}


def _all_to_basket(request: ShopRequest, shown: WishList) -> HttpResponse:
    wanted = [
        Wanted(product_id=each.product_id, title=each.title)
        for each in _things(request, shown)
        if each.can_be_added
    ]
    if not wanted:
        messages.warning(request, _("Nothing on this list can be had at the moment."))
        return redirect("list", shown.key)
    filled = fill(request.basket, wanted, country=country_of(request), now=clock.now())
    refilled.say(request, filled)
    return redirect("basket")


def _named(
    request: ViewerRequest, keep: Callable[[str], WishList], context: dict[str, Any]
) -> HttpResponse:
    """Ask for a name and keep it; what was refused stays typed."""
    before = context.get("list")
    typed = request.POST if request.method == "POST" else None
    form = NameForm(typed, initial={"name": before.name if before else ""})
    if form.is_valid():
        try:
            with or_404(WishList.DoesNotExist):
                made = keep(form.cleaned_data["name"])
        except RefusedError as refusal:
            form.add_error("name", refusal.message)
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": made.name})
            return redirect("list", made.key)
    status = 422 if form.errors else 200
    return render(request, "lists/name.html", {"form": form, **context}, status=status)
