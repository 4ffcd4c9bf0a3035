"""The three-way match: our ledger, the payment provider and the bank."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Q
from django.db.models.functions import Abs
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.desk import Desk, Filter, Rows, desk_of
from frontend.backoffice.match_forms import AsideForm, BookingForm, StatementForm
from frontend.backoffice.match_words import tables_of
from frontend.backoffice.narrow import by_size, in_list
from frontend.middleware import ViewerRequest
from frontend.storefront.requests import ShopRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.shop.order.models import Order
from payouts.bank_sheet import MOST_BYTES
from payouts.gateway import GatewayRefusedError, UnavailableError
from payouts.selectors.matching import (
    bank_is_ahead,
    bookings_without_line,
    last_done,
    movements_of,
    open_bank_lines,
    rows_of,
    rows_without_booking,
    runs,
    seen_bank_lines,
)
from payouts.selectors.operators import ledger_of
from payouts.services import bank, matching
from payouts.services.order_match import compare_order
from vendors.selectors.sales import sales_for_office

_SHOWN = 50
_PER_PAGE = 25
_WAYS = (("in", gettext_lazy("Came in")), ("out", gettext_lazy("Went out")))
_LISTS = (("seen", gettext_lazy("Lines that are seen to")),)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def match(request: ShopRequest) -> HttpResponse:
    """Show the last comparison and what is open; asked to, compare again."""
    if request.method == "POST":
        matching.request_run(operator_id=request.user.pk, now=clock.now())
        return redirect("office-match")
    if request.htmx:
        return _progress(request)
    if number := request.GET.get("order", "").strip():
        return _find(request, number)
    return _page(request)


def _progress(request: ViewerRequest) -> HttpResponse:
    """Answer who asks again and again: the waiting part, or the whole page anew."""
    newest = runs(request.viewer).first()
    if newest is None or newest.is_over:
        # The whole page has what was found: load it once.
        return HttpResponse(headers={"HX-Redirect": request.path})
    return render(request, "office/_match_progress.html", {"newest": newest})


def _find(request: ViewerRequest, number: str) -> HttpResponse:
    found = _order_of(request, number)
    if found is None:
        messages.error(
            request,
            _("There is no order “%(number)s”.") % {"number": number[:20]},
        )
        return redirect("office-match")
    return redirect("office-match-order", number=found.number)


def _order_of(request: ViewerRequest, number: str) -> Order | None:
    plain = number.replace("\0", "").upper().partition("-")[0]
    return sales_for_office(request.viewer).filter(number=plain).first()


def _desk(request: ViewerRequest, rows: Rows) -> Desk:
    """Return lines of the bank, narrowed as the address says."""
    return desk_of(
        request,
        rows,
        Filter(
            name="q",
            label=gettext_lazy("Text or reference"),
            narrow=lambda rows, words: rows.filter(
                Q(text__icontains=words) | Q(reference__icontains=words)
            ),
        ),
        in_list("list", every=gettext_lazy("Lines that are open"), choices=_LISTS),
        Filter(
            name="way",
            label=gettext_lazy("Direction"),
            every=gettext_lazy("In and out"),
            choices=_WAYS,
            narrow=lambda rows, way: rows.filter(
                **{"amount_minor__gt" if way == "in" else "amount_minor__lt": 0}
            ),
        ),
        by_size(Abs("amount_minor"), every=gettext_lazy("By date")),
        route="office-match",
    )


def _page(
    request: ViewerRequest,
    *,
    statement: Form | None = None,
    refused: dict[int, Form] | None = None,
) -> HttpResponse:
    viewer = request.viewer
    newest, done = runs(viewer).first(), last_done(viewer)
    bookings = bookings_without_line(viewer)
    desk = _desk(request, open_bank_lines(viewer))
    wants_seen = desk.value_of("list") == "seen"
    number = request.GET.get("page")
    page = Paginator(desk.rows, _SHOWN).get_page(None if wants_seen else number)
    seen = Paginator(_desk(request, seen_bank_lines(viewer)).rows, _PER_PAGE)
    return office_page(
        request,
        "match",
        {
            "newest": newest,
            "done": done,
            "tables": tables_of(rows_of(done)) if done else [],
            "at_stripe": rows_without_booking(viewer)[:_SHOWN],
            "in_ledger": movements_of(done) if done else [],
            "desk": desk,
            "wants_seen": wants_seen,
            "page": page,
            "lines": _lines(list(page), bookings, refused or {}),
            "bookings": bookings[:_SHOWN],
            "is_behind": done is not None and bank_is_ahead(done),
            "statement": statement or StatementForm(),
            "seen": seen.get_page(number if wants_seen else None),
        },
        status=422 if statement or refused else 200,
    )


def _lines(
    lines: list[Any], bookings: list[Any], refused: dict[int, Form]
) -> list[tuple[Any, Form | None, Form]]:
    """Return open lines of the bank with the two things one may say of each."""
    of_amount: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for booking in bookings:
        of_amount[booking.currency, booking.amount_minor].append(booking)
    shown: list[tuple[Any, Form | None, Form]] = []
    for line in lines:
        fitting = of_amount[line.currency, line.amount_minor]
        wrong = refused.get(line.pk)
        choice = BookingForm(bookings=fitting, auto_id=f"match-{line.pk}-%s")
        aside = AsideForm(auto_id=f"aside-{line.pk}-%s")
        if isinstance(wrong, AsideForm):
            aside = wrong
        elif isinstance(wrong, BookingForm):
            choice = wrong
        shown.append((line, choice if fitting or choice is wrong else None, aside))
    return shown


@require_POST
@operators(OperatorPermission.FINANCE)
def statement(request: ViewerRequest) -> HttpResponse:
    """Take a statement of the bank."""
    form = StatementForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, statement=form)
    file = form.cleaned_data["file"]
    try:
        taken = bank.import_statement(
            # One byte more than may be is enough to refuse it.
            content=file.read(MOST_BYTES + 1),
            source=file.name,
            operator_id=request.user.pk,
            now=clock.now(),
        )
    except RefusedError as refusal:
        form.add_error("file", refusal.message)
        return _page(request, statement=form)
    messages.success(request, _told(taken))
    return redirect("office-match")


def _told(taken: bank.Taken) -> str:
    if not taken.new:
        return _("Nothing new: all of its lines were there already.")
    words = [
        ngettext("%d new line.", "%d new lines.", taken.new) % taken.new,
        ngettext(
            "%d has found its booking.", "%d have found their booking.", taken.matched
        )
        % taken.matched,
    ]
    if taken.known:
        words.append(
            ngettext("%d was there already.", "%d were there already.", taken.known)
            % taken.known
        )
    return " ".join(words)


@require_POST
@operators(OperatorPermission.FINANCE)
def line_match(request: ViewerRequest, line_id: int) -> HttpResponse:
    """Match a line to a booking by hand."""
    fitting = bookings_without_line(request.viewer)
    form = BookingForm(request.POST, bookings=fitting, auto_id=f"match-{line_id}-%s")
    return _said(request, line_id, form, bank.match_by_hand, "key")


@require_POST
@operators(OperatorPermission.FINANCE)
def line_aside(request: ViewerRequest, line_id: int) -> HttpResponse:
    """Set a line aside with a reason."""
    form = AsideForm(request.POST, auto_id=f"aside-{line_id}-%s")
    return _said(request, line_id, form, bank.set_aside, "reason")


def _said(
    request: ViewerRequest, line_id: int, form: Form, act: Any, name: str
) -> HttpResponse:
    if form.is_valid():
        try:
            act(
                line_id=line_id,
                operator_id=request.user.pk,
                now=clock.now(),
                **{name: form.cleaned_data[name]},
            )
        except RefusedError as refusal:
            messages.error(request, refusal.message)
        except ObjectDoesNotExist as error:
            raise Http404 from error
        else:
            messages.success(request, _("This line is seen to."))
        lines = _desk(request, open_bank_lines(request.viewer))
        return redirect(lines.address("office-match"))
    return _page(request, refused={line_id: form})


@require_POST
@operators(OperatorPermission.FINANCE)
def line_reopen(request: ViewerRequest, line_id: int) -> HttpResponse:
    """Take back what was said of a line."""
    try:
        bank.reopen(line_id=line_id, operator_id=request.user.pk, now=clock.now())
    except ObjectDoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("This line is open again."))
    return redirect("office-match")


@require_safe
@operators(OperatorPermission.FINANCE)
def order(request: ViewerRequest, number: str) -> HttpResponse:
    """Hold one order against the provider this moment."""
    found = _order_of(request, number)
    if found is None:
        raise Http404
    movements, why = [], ""
    try:
        movements = compare_order(order_id=found.pk)
    except UnavailableError:
        why = _("The payment provider does not answer. Try again in a moment.")
    except GatewayRefusedError as refusal:
        why = refusal.message
    return office_page(
        request,
        "match_order",
        {
            "order": found,
            "movements": movements,
            "is_agreed": all(each.agrees for each in movements),
            "why": why,
            "bookings": ledger_of(request.viewer, order_id=found.pk),
            "nav": "office-match",
        },
    )
