"""What a visitor has looked at: kept in the browser alone, and only while they like.

A product's page writes down nothing of who looks. Who does not want it remembered says
so once; then the browser keeps that instead.
"""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontend.storefront.cards import drawn_cards
from frontend.storefront.destination import country_of
from frontend.storefront.requests import is_ahead, way_back
from frontend.storefront.tokens import Jar
from search.shown import shown

JAR = Jar(name="seen", most=20, seconds=90 * 24 * 3600)
_NEVER = "never"


def remember(request: HttpRequest, response: HttpResponse, product_id: str) -> None:
    """Let the browser keep that a product was looked at, the latest first."""
    if request.method != "GET" or is_ahead(request) or not remembers(request):
        return
    before = [one for one in JAR.read(request) if one != product_id]
    JAR.write(response, [(one, None) for one in (product_id, *before)])


def remembers(request: HttpRequest) -> bool:
    """Say whether what is looked at may be kept."""
    return not JAR.says(request, _NEVER)


def shelf(
    request: HttpRequest, *, most: int, without: Iterable[str] = ()
) -> list[SafeString]:
    """Return cards of what was looked at last. One query, none for a new visitor."""
    left_out = set(without)
    wanted = [one for one in JAR.read(request) if one not in left_out]
    return drawn_cards(shown(wanted)[:most], country=country_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def seen(request: HttpRequest) -> HttpResponse:
    """Show what was looked at; forget it, or do not keep it from now on."""
    if request.method == "POST":
        return _done(request)
    context = {
        "cards": shelf(request, most=JAR.most),
        "remembers": remembers(request),
    }
    return render(request, "lists/seen.html", context)


def _done(request: HttpRequest) -> HttpResponse:
    answer = redirect(way_back(request, "seen"))
    do = request.POST.get("do")
    if do == "never":
        JAR.write_words(answer, _NEVER)
        messages.success(request, _("Forgotten, and nothing is kept from now on."))
    elif do == "again":
        JAR.write(answer, ())
        messages.success(request, _("What you look at is kept here again."))
    else:
        if remembers(request):
            JAR.write(answer, ())
        messages.success(request, _("What you looked at is forgotten."))
    return answer
