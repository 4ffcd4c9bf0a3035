"""A shop's offers: the table that is typed into, one offer, and a new one."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frontend.middleware import ViewerRequest
from frontend.portal import import_words, offer_bulk
from frontend.portal.access import OFFERS, form_page, shop_page
from frontend.portal.commission import terms_of_offers
from frontend.portal.frame import asked_words, back_to, show
from frontend.portal.offer_forms import ChangeForm, OfferForm
from frontend.portal.offer_rows import (
    MOST_ROWS,
    TABS,
    Row,
    add_standings,
    categories_of,
    edits_of,
    is_edited,
    match_best,
    offers_found,
    refuse,
    rows_of,
    tab_counts,
    typed_rows,
)
from frontend.portal.standing import (
    HINT_NAMES,
    HINT_WORDS,
    Standing,
    qualities,
    standings,
)
from frontend.templatetags.comptoir import LOW_STOCK
from marketplace.core.amounts import SYMBOLS
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.edit_offers import edit_offers
from marketplace.flows.list_product import change_offer, list_offer
from marketplace.shop.catalogue.models import Product
from vendors.models import ImportJob, Vendor
from vendors.selectors.offers import (
    offers_of,
    product_to_offer,
    products_to_offer,
)

_A_PAGE = 25
TAB_WORDS = {
    "all": gettext_lazy("All"),
    "live": gettext_lazy("On sale"),
    "low": gettext_lazy("Running out"),
    "out": gettext_lazy("Sold out"),
    "off": gettext_lazy("Off"),
    "review": gettext_lazy("In review"),
    "refused": gettext_lazy("Needs a change"),
}
_TAB_TONES = {"low": "warn", "refused": "bad"}


@form_page
@shop_page(*OFFERS)
def table(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show the offers; a POST saves the rows that changed."""
    if request.method == "POST":
        return _sent(request, vendor)
    return _list(request, vendor)


def _list(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    tab, words, category = _asked(request)
    found = offers_found(vendor, tab, words, category)
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": rows_of(page),
        "undoable": offer_bulk.undoable(request, vendor),
        **_import_under_way(vendor),
    }
    return _table(request, vendor, context)


@form_page
@shop_page(*OFFERS)
def offer(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Show one offer with all its terms, and change it."""
    found = offers_of(vendor).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    form = ChangeForm(request.POST or None, offer=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_offer(offer=found, terms=form.terms, now=clock.now())
        except RefusedError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return back_to("portal-offers", vendor)
    place = standings(vendor, [found], clock.now()).get(public_id)
    context: dict[str, Any] = {
        "form": form,
        "offer": found,
        "product": found.product,
        "place": place,
        "quality": told_quality(found.product, place),
        "terms": next(iter(terms_of_offers(vendor, [found], clock.now())), None),
    }
    return show(request, "portal/offer.html", vendor, context, nav="portal-offers")


@form_page
@shop_page(*OFFERS)
def new(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Find a product by EAN or words, then offer it, all in one page."""
    words = asked_words(request)
    chosen = _product(vendor, request.GET.get("product", ""))
    if chosen is None:
        products = _with_pictures(products_to_offer(vendor=vendor, words=words))
        found = {"words": words, "products": products if words else []}
        return show(
            request, "portal/offer_new.html", vendor, found, nav="portal-offers"
        )
    form = OfferForm(request.POST or None, initial={"sku": _number(chosen)})
    if request.method == "POST" and form.is_valid():
        try:
            list_offer(vendor=vendor, product=chosen, terms=form.terms, now=clock.now())
        except RefusedError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("“%s” is in your shop.") % chosen.title)
            return back_to("portal-offers", vendor)
    context = {"form": form, "product": chosen, "words": words}
    return show(request, "portal/offer.html", vendor, context, nav="portal-offers")


def told_quality(product: Product, place: Standing | None) -> dict[str, Any]:
    """Return how well a product tells what it is, and what would win most, in words."""
    quality = qualities([product], {product.pk: place})[product.pk]
    return {
        "points": quality.points,
        "state": quality.state,
        "hints": [
            {
                "name": HINT_NAMES[hint.key],
                "words": HINT_WORDS[hint.key],
                "is_done": hint.is_done,
                "gain": hint.most - hint.points,
            }
            for hint in quality.hints
        ],
    }


def add_refusal(form: forms.Form, error: RefusedError) -> None:
    """Show a refusal at the field that it names, else above the form."""
    field = getattr(error, "field", None)
    form.add_error(field if field in form.fields else None, error.message)


def _sent(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Save the table, look at a change of chosen rows, or type the best price in."""
    rows = typed_rows(vendor, request.POST)
    action = request.POST.get("do", "save")
    if action == "look":
        return _look(request, vendor, rows)
    if action.startswith("match-"):
        for row in rows:
            if action == f"match-{row.offer.public_id}":
                match_best(vendor, row, clock.now())
        return _table(request, vendor, {"rows": rows})
    return _save(request, vendor, rows)


def _look(request: ViewerRequest, vendor: Vendor, rows: list[Row]) -> HttpResponse:
    if any(is_edited(row) for row in rows):
        messages.warning(request, _("Save what you typed first, then change many."))
        return _table(request, vendor, {"rows": rows})
    if request.POST.get("all") == "yes":
        tab, words, category = _asked(request)
        offers = list(offers_found(vendor, tab, words, category)[: MOST_ROWS + 1])
        if len(offers) > MOST_ROWS:
            said = _("Up to %(n)d offers change at once: show fewer, or send a sheet.")
            messages.warning(request, said % {"n": MOST_ROWS})
            return _table(request, vendor, {"rows": rows})
    else:
        offers = [row.offer for row in rows if row.is_chosen]
    return offer_bulk.look(request, vendor, offers) or _table(
        request, vendor, {"rows": rows}
    )


def _import_under_way(vendor: Vendor) -> dict[str, Any]:
    """Return the import that is going in, if one is."""
    states = (*import_words.RUNNING, ImportJob.State.PAUSED)
    job = vendor.imports.filter(state__in=states).order_by("-id").first()
    if job is None:
        return {}
    told = import_words.told(job, clock.now())
    return {**told, **import_words.steps(job), "handle": vendor.handle}


def _save(request: ViewerRequest, vendor: Vendor, rows: list[Row]) -> HttpResponse:
    edits = edits_of(rows)
    answers = edit_offers(vendor=vendor, edits=edits, now=clock.now())
    by_id = {row.offer.public_id: row for row in rows}
    for answer in answers:
        if answer.outcome == "refused":
            refuse(by_id[answer.offer_id], field=answer.field, message=answer.message)
    saved = sum(answer.outcome == "changed" for answer in answers)
    if saved:
        words = ngettext("%(n)d offer saved.", "%(n)d offers saved.", saved)
        messages.success(request, words % {"n": saved})
    wrong = [row for row in rows if row.error]
    if not wrong:
        if not saved:
            messages.info(request, _("Nothing was changed."))
        return _back(request, vendor, onward=request.POST.get("do") == "next")
    return _table(request, vendor, {"rows": wrong, "wrong": len(wrong)})


def _back(
    request: ViewerRequest, vendor: Vendor, *, onward: bool = False
) -> HttpResponse:
    answer = back_to("portal-offers", vendor)
    asked = request.GET.copy()
    if onward:
        here = asked.get("page", "1")
        asked["page"] = str(int(here) + 1) if here.isdecimal() else "2"
    query = asked.urlencode()
    if query:
        answer["Location"] += f"?{query}"
    return answer


def _table(
    request: ViewerRequest, vendor: Vendor, context: dict[str, Any]
) -> HttpResponse:
    tab, words, category = _asked(request)
    counts = tab_counts(vendor)
    add_standings(vendor, context["rows"], clock.now())
    tabs = [
        {
            "key": key,
            "words": TAB_WORDS[key],
            "count": counts[key],
            "tone": _TAB_TONES.get(key, "") if counts[key] else "",
        }
        for key in TABS
        if counts[key] or key in {"all", "live", tab}
    ]
    frame = {
        "tabs": tabs,
        "tab": tab,
        "words": words,
        "query": request.GET.urlencode(),
        "lead": _lead(counts),
        "category": category,
        "categories": categories_of(vendor),
        "actions": offer_bulk.ACTIONS.items(),
        "most": MOST_ROWS,
        "low_stock": LOW_STOCK,
        "symbol": SYMBOLS.get(settings.CURRENCY, settings.CURRENCY),
        "unsaved": sum(is_edited(row) for row in context["rows"]),
    }
    return show(request, "portal/offers.html", vendor, {**frame, **context})


def _lead(counts: dict[str, int]) -> str:
    said = [
        ngettext("%(n)d on sale", "%(n)d on sale", counts["live"])
        % {"n": counts["live"]},
        ngettext("%(n)d running out", "%(n)d running out", counts["low"])
        % {"n": counts["low"]},
        ngettext("%(n)d needs a change", "%(n)d need a change", counts["refused"])
        % {"n": counts["refused"]},
    ]
    there = (True, counts["low"] > 0, counts["refused"] > 0)
    return ", ".join(
        words for words, is_there in zip(said, there, strict=True) if is_there
    )


def _asked(request: ViewerRequest) -> tuple[str, str, str]:
    tab = request.GET.get("tab", "all")
    category = request.GET.get("category", "").replace("\0", "")[:500]
    return tab if tab in TABS else "all", asked_words(request), category


def _product(vendor: Vendor, public_id: str) -> Product | None:
    if not public_id:
        return None
    try:
        return product_to_offer(vendor=vendor, public_id=public_id)
    except Product.DoesNotExist:
        raise Http404 from None


def _with_pictures(products: list[Product]) -> list[dict[str, Any]]:
    return [
        {
            "product": product,
            "image": next((each.original for each in product.images.all()), None),
            "ean": next((each.value for each in product.identifiers.all()), ""),
        }
        for product in products
    ]


def _number(product: Product) -> str:
    """Suggest a number for an offer: the product's EAN, else none."""
    first = product.identifiers.first()
    return str(first.value) if first else ""
