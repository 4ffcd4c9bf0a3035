"""What is held for long, what is in reserve, and after how many days money goes."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.desk import Desk, Filter, desk_of
from frontend.backoffice.narrow import by_seller, by_size, in_list
from frontend.forms import DecimalField, IntegerField, of_this_age
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from payouts.selectors.holds import limits_of, long_holds, why_frozen
from payouts.selectors.reserves import open_reserves
from payouts.services import perks, reserve
from payouts.services.reserve import ReserveTerms, ReserveTermsError
from payouts.vocabulary import MOST_BPS, MOST_DAYS
from vendors.models import Vendor
from vendors.ranks import Rank
from vendors.selectors.shops import shop_to_judge

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from payouts.models import VendorReserve

_PER_PAGE = 25
_WHY = (
    ("frozen", gettext_lazy("Frozen")),
    ("held", gettext_lazy("Not frozen")),
    ("suspended", gettext_lazy("Shop suspended")),
)
_LISTS = (("reserves", gettext_lazy("Reserves alone")),)


class PerksForm(forms.Form):
    """After how many days from delivery the money of each rank goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rank, days in perks.days_of_ranks().items():
            if rank != Rank.REGULAR:
                self.fields[rank.value] = IntegerField(
                    label=rank.label, min_value=0, initial=days
                )


class ReserveForm(forms.Form):
    """A share of each release of a seller waits some days more."""

    percent = DecimalField(
        label=gettext_lazy("Share of each release, in percent"),
        max_digits=4,
        decimal_places=2,
        initial=10,
    )
    days = IntegerField(label=gettext_lazy("Days that it waits"), initial=30)
    until = forms.DateTimeField(
        label=gettext_lazy("Ends on"),
        required=False,
        help_text=gettext_lazy("Empty: until somebody ends it."),
        widget=forms.DateInput({"type": "date"}),
        validators=[of_this_age],
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The seller reads it too."),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )

    @property
    def terms(self) -> ReserveTerms:
        """Return what was entered, once it is valid."""
        entered = self.cleaned_data
        return ReserveTerms(
            bps=int(entered["percent"] * 100),
            days=entered["days"],
            reason=entered["reason"],
            until=entered["until"],
        )


class EndForm(forms.Form):
    """Why a reserve ends."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def holds(request: ViewerRequest) -> HttpResponse:
    """Show what is held for long and all reserves; change the days of ranks."""
    now = clock.now()
    form = PerksForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            perks.set_days(days=form.cleaned_data, actor_id=request.user.pk, now=now)
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Timers that start from now on use it."))
            return redirect("office-holds")
    desk, kept = _desks(request, now=now)
    wants_reserves = desk.value_of("list") == "reserves"
    number = request.GET.get("page")
    page = Paginator(desk.rows, _PER_PAGE).get_page(None if wants_reserves else number)
    reserves = Paginator(kept, _PER_PAGE).get_page(number if wants_reserves else None)
    frozen = why_frozen([row.pk for row in page])
    context = {
        "form": form,
        "usual": perks.days_of_ranks()[Rank.REGULAR],
        "desk": desk,
        "wants_reserves": wants_reserves,
        "page": page,
        "rows": [
            (row, limits_of(row.paid_at), frozen.get(row.pk, ""))
            for row in page
            if row.paid_at is not None
        ],
        "reserves": reserves,
        "now": now,
    }
    return office_page(request, "holds", context, status=422 if form.errors else 200)


def _desks(
    request: ViewerRequest, *, now: datetime
) -> tuple[Desk, "QuerySet[VendorReserve]"]:
    """Return the sales that wait, and the reserves, both narrowed to one seller."""
    held = long_holds(request.viewer, now=now)
    kept = open_reserves(request.viewer)
    seller = by_seller("vendor")
    desk = desk_of(
        request,
        held,
        in_list("list", every=gettext_lazy("Sales and reserves"), choices=_LISTS),
        seller,
        Filter(
            name="why",
            label=gettext_lazy("Why"),
            every=gettext_lazy("Frozen or not"),
            choices=_WHY,
            narrow=_because,
        ),
        by_size(F("kept_minor"), every=gettext_lazy("Longest held first")),
        route="office-holds",
    )
    if words := desk.value_of(seller.name):
        kept = seller.narrow(kept, words)
    return desk, kept


def _because(rows: "QuerySet[Any]", why: str) -> "QuerySet[Any]":
    """Narrow to sales that are kept for one reason."""
    if why == "suspended":
        return rows.filter(waiting_minor__gt=0)
    return rows.filter(state=why)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def seller_reserve(request: ViewerRequest, handle: str) -> HttpResponse:
    """Let a seller's reserve begin, or another follow it."""
    shop = _shop(handle)
    form = ReserveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reserve.set_policy(
                vendor_id=shop.pk,
                terms=form.terms,
                actor_id=request.user.pk,
                now=clock.now(),
            )
        except ReserveTermsError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("It is kept back of every release from now."))
            return redirect("office-seller", handle=handle)
    context = {
        "shop": shop,
        "form": form,
        "most_percent": MOST_BPS / 100,
        "most_days": MOST_DAYS,
        "nav": "office-sellers",
    }
    return office_page(
        request, "seller_reserve", context, status=422 if form.errors else 200
    )


@require_POST
@operators(OperatorPermission.FINANCE)
def seller_reserve_end(request: ViewerRequest, handle: str) -> HttpResponse:
    """End a seller's reserve: nothing more is kept back."""
    shop = _shop(handle)
    form = EndForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        reserve.end_policy(
            vendor_id=shop.pk,
            reason=reason,
            actor_id=request.user.pk,
            now=clock.now(),
        )
    except RefusedError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Nothing more is kept back."))
    return redirect("office-seller", handle=handle)


def _shop(handle: str) -> Vendor:
    try:
        return shop_to_judge(handle)
    except Vendor.DoesNotExist as error:
        raise Http404 from error
