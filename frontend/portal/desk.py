"""The order desk: what must leave, by deadline; several at once."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.navigation import IN_QUESTION
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.desk_filters import (
    asked_of,
    countries_of,
    found_for,
    methods_of,
)
from frontend.portal.frame import back_to, show
from frontend.portal.health import on_time_of
from frontend.portal.order_forms import ShipForm, carriers_in_use
from frontend.portal.order_news import tell_why_none_waits
from frontend.portal.order_rows import (
    REPORTED,
    TABS,
    WAITING,
    OrderRow,
    counts_of,
    rows_of,
)
from frontend.portal.spreading import spread
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.ship_parcel import ship_parcel
from vendors.models import Vendor, VendorOrder
from vendors.selectors.orders import orders_of_shop

_A_PAGE = 25
_MOST_AT_ONCE = 50
_NAV = "portal-orders"
TAB_WORDS = {
    "to_ship": gettext_lazy("To ship"),
    "late": gettext_lazy("Late"),
    "ready": gettext_lazy("Getting ready"),
    "shipped": gettext_lazy("On the way"),
    "delivered": pgettext_lazy("orders", "Delivered"),
    "returns": gettext_lazy("Returns"),
    "problems": gettext_lazy("In question"),
    "cancelled": pgettext_lazy("orders", "Cancelled"),
    "all": pgettext_lazy("orders", "All"),
}
_TONES = {"to_ship": "brand", "late": "bad", "returns": "warn", "problems": "warn"}


@require_safe
@shop_page(*DESK)
def orders(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show the orders of a tab, the most urgent first."""
    asked, now = asked_of(request), clock.now()
    found = found_for(request, vendor, asked, now)
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": _tabs(request, vendor),
        "tab": asked.tab,
        "asked": asked,
        "methods": methods_of(vendor),
        "countries": countries_of(vendor),
        "on_time": on_time_of(vendor),
        "page": page,
        "rows": rows_of(page, now),
        "can_ship": TABS[asked.tab] == WAITING,
        "is_reported": asked.tab in REPORTED,
    }
    nav = _NAV + IN_QUESTION if asked.tab == "problems" else _NAV
    return show(request, "portal/orders.html", vendor, context, nav=nav)


@form_page
@shop_page(*DESK)
def ship(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Ask for carrier and number of each chosen order; a POST sends what is right.

    What cannot be sent stays on the page with what was typed and its own reason.
    """
    chosen = request.POST if request.method == "POST" else request.GET
    numbers = chosen.getlist("order")
    parts = _chosen(request, vendor, numbers)
    if not parts:
        messages.info(request, _("Choose the orders that leave, then ship them."))
        return back_to(_NAV, vendor)
    is_spread = "spread" in request.POST
    pasted = _spread(request, numbers) if is_spread else None
    waiting = _forms_of_waiting(request, parts, pasted)
    if is_spread:
        forms = _checked(waiting)
    else:
        forms = _send(request, waiting) if request.method == "POST" else waiting
    if not forms:
        return back_to(_NAV, vendor)
    now = clock.now()
    rows = [(OrderRow(form.part, now), form) for form in forms]
    wrong = sum(bool(form.errors) for form in forms)
    have_left = len(waiting) > len(forms)
    context = {
        "rows": rows,
        "wrong": wrong,
        "have_others_left": have_left,
        "is_checked": is_spread,
    }
    return show(request, "portal/ship.html", vendor, context, nav=_NAV)


@require_safe
@shop_page(*DESK)
def slips(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show a packing slip for each chosen order, a page each on paper."""
    parts = _chosen(request, vendor, request.GET.getlist("order"))
    if not parts:
        messages.info(request, _("Choose the orders that leave, then print."))
        return back_to(_NAV, vendor)
    rows = rows_of(parts, clock.now())
    for row in rows:
        if not row.to_pack:
            tell_why_none_waits(request, row.part)
    rows = [row for row in rows if row.to_pack]
    if not rows:
        return back_to(_NAV, vendor)
    return show(request, "portal/slips.html", vendor, {"rows": rows}, nav=_NAV)


def _tabs(request: ViewerRequest, vendor: Vendor) -> list[dict[str, object]]:
    counts = counts_of(request.viewer, vendor, clock.now())
    return [
        {
            "key": tab,
            "words": TAB_WORDS[tab],
            "count": counts[tab],
            "tone": _TONES.get(tab, ""),
        }
        for tab in TABS
        # Who need not accept an order has none that is getting ready.
        if tab != "ready" or vendor.wants_acceptance
    ]


def _chosen(
    request: ViewerRequest, vendor: Vendor, numbers: Iterable[str]
) -> list[VendorOrder]:
    """Return the shop's orders with these numbers, in that order."""
    wanted = [number.replace("\0", "") for number in dict.fromkeys(numbers)]
    found = orders_of_shop(request.viewer, vendor.partner_id).select_related(
        "settlement"
    )
    by_number = {
        part.number: part for part in found.filter(number__in=wanted[:_MOST_AT_ONCE])
    }
    return [by_number[number] for number in wanted if number in by_number]


def _spread(request: ViewerRequest, numbers: list[str]) -> QueryDict:
    """Return what was typed with the pasted numbers in the fields of the orders."""
    orders = [number.upper() for number in dict.fromkeys(numbers)]
    given, left_over = spread(request.POST.get("pasted", ""), orders)
    typed = request.POST.copy()
    for order, number in given.items():
        typed[f"{order}-tracking_number"] = number
    if left_over:
        words = ngettext(
            "%(n)d line was left over.", "%(n)d lines were left over.", left_over
        )
        messages.warning(request, words % {"n": left_over})
    return typed


def _checked(forms: list[ShipForm]) -> list[ShipForm]:
    """Look at each number as its carrier would; nothing is sent."""
    for form in forms:
        form.check_number()
    return forms


def _forms_of_waiting(
    request: ViewerRequest,
    parts: Iterable[VendorOrder],
    typed: QueryDict | None = None,
) -> list[ShipForm]:
    """Return a form for each order that waits; of the others say why they do not."""
    carriers = carriers_in_use()
    given = typed or request.POST or None
    forms = [
        ShipForm(given, prefix=part.number, part=part, carriers=carriers)
        for part in parts
    ]
    for form in forms:
        if form.part.state not in WAITING:
            seen = form.seen_parcels if form.is_bound else None
            tell_why_none_waits(request, form.part, seen_parcels=seen)
    return [form for form in forms if form.part.state in WAITING]


def _send(request: ViewerRequest, forms: list[ShipForm]) -> list[ShipForm]:
    """Send each parcel on its own; return the forms that need a second look."""
    left, sent = [], 0
    for form in forms:
        if not form.is_valid():
            left.append(form)
            continue
        try:
            ship_parcel(
                part=form.part,
                dispatch=form.dispatch,
                actor_id=request.viewer.user_id,
                now=clock.now(),
            )
        except RefusedError as error:
            form.add_error(field_of(error), error.message)
            left.append(form)
        else:
            sent += 1
    if sent:
        words = ngettext(
            "%(n)d parcel is on its way.", "%(n)d parcels are on their way.", sent
        )
        messages.success(request, words % {"n": sent})
    return left


def field_of(error: RefusedError) -> str | None:
    """Return the field that a refusal of a parcel is about."""
    fields = {"parcel.carrier": "carrier", "parcel.tracking_number": "tracking_number"}
    return fields.get(error.code)
