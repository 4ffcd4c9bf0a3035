"""A list of tracking numbers: read, shown as a plan, then sent."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.frame import WAITING, back_to, show
from frontend.portal.order_forms import carriers_in_use
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.shop.shipping.models import Carrier
from vendors.models import Vendor, VendorOrder
from vendors.selectors.orders import orders_of_shop
from vendors.services.fulfilment import Dispatch
from vendors.services.tracking import checked_number
from vendors.tracking_sheet import COLUMNS, ParcelRow, read_parcels

_NAV = "portal-orders"
_MOST_BYTES = 200_000
RIGHT, WRONG, GONE = "right", "wrong", "gone"


class ListForm(forms.Form):
    """A file, or the lines of one in a box where they can be mended."""

    file = forms.FileField(
        label=gettext_lazy("Your list"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,text/csv,text/plain"}),
        help_text=gettext_lazy("CSV in UTF-8, up to 200 orders at once."),
    )
    lines = forms.CharField(
        label=gettext_lazy("Its lines"),
        required=False,
        max_length=_MOST_BYTES,
        widget=forms.Textarea({"rows": 8, "class": "mono", "spellcheck": "false"}),
        help_text=gettext_lazy("Mend what is wrong here, and check again."),
    )

    def clean(self) -> dict[str, str]:
        """Return the text of the list, from the file if there is one."""
        given: dict[str, str] = super().clean() or {}
        upload = self.cleaned_data.get("file")
        if upload:
            if upload.size > _MOST_BYTES:
                raise forms.ValidationError(_("This file is too large for a list."))
            given["lines"] = upload.read().decode("utf-8-sig", errors="replace")
        if not str(given.get("lines", "")).strip():
            raise forms.ValidationError(_("Choose a file first."))
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A line with what it would do: right, wrong with a reason, or done before."""

    row: ParcelRow
    state: str
    words: str = ""
    part: VendorOrder | None = None
    carrier: Carrier | None = None
    number: str = ""


@form_page
@shop_page(*DESK)
def tracking(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show what a list would do; a POST with `apply` ships what is right of it."""
    form = ListForm()
    plan: list[Planned] = []
    if request.method == "POST":
        form = ListForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                plan = plan_of(
                    request, vendor, read_parcels(form.cleaned_data["lines"])
                )
            except RefusedError as error:
                form.add_error(None, error.message)
    if plan and "apply" in request.POST:
        plan = _send(request, plan)
        if all(each.state == GONE for each in plan):
            return back_to(_NAV, vendor)
    if plan:
        form = ListForm(initial={"lines": form.cleaned_data["lines"]})
        form.fields["lines"].required = True
    counts = Counter(each.state for each in plan)
    context = {
        "form": form,
        "plan": plan,
        "right": counts[RIGHT],
        "wrong": counts[WRONG],
        "gone": counts[GONE],
        "columns": COLUMNS,
        "carriers": carriers_in_use(),
    }
    return show(request, "portal/tracking.html", vendor, context, nav=_NAV)


@require_safe
@shop_page(*DESK)
def template(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Send a list of what waits, with the numbers left to fill in."""
    waiting = orders_of_shop(request.viewer, vendor.partner_id).filter(
        state__in=WAITING
    )
    rows = waiting.order_by("ship_by", "pk").values_list("number", "carrier_code")
    lines = [",".join(COLUMNS), *(f"{number},{code}," for number, code in rows[:200])]
    answer = HttpResponse("\r\n".join(lines), content_type="text/csv; charset=utf-8")
    name = f"tracking-{vendor.handle}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def plan_of(
    request: ViewerRequest, vendor: Vendor, rows: list[ParcelRow]
) -> list[Planned]:
    """Return what each line would do; as many queries for many lines as for few."""
    numbers = [row.order.upper() for row in rows]
    found = orders_of_shop(request.viewer, vendor.partner_id)
    parts = {part.number: part for part in found.filter(number__in=numbers)}
    carriers = _by_name(carriers_in_use())
    seen: set[str] = set()
    plan = []
    for row in rows:
        number = row.order.upper()
        twice = _("This order stands in an earlier line, too.")
        if number in seen:
            plan.append(Planned(row=row, state=WRONG, words=twice))
        else:
            plan.append(_planned(row, parts.get(number), carriers))
        seen.add(number)
    return plan


def _planned(
    row: ParcelRow, part: VendorOrder | None, carriers: Mapping[str, Carrier]
) -> Planned:
    if part is None:
        words = _("No order of yours has this number.")
        return Planned(row=row, state=WRONG, words=words)
    if part.state == VendorOrder.State.CANCELLED:
        words = _("It was cancelled: do not send it.")
        return Planned(row=row, state=WRONG, words=words, part=part)
    if part.state not in WAITING:
        return Planned(row=row, state=GONE, words=_("It has left already."), part=part)
    carrier = carriers.get((row.carrier or part.carrier_code).lower())
    if carrier is None:
        words = _("We know no carrier “%(code)s”. Choose one of: %(names)s.") % {
            "code": row.carrier,
            "names": ", ".join(sorted({each.code for each in carriers.values()})),
        }
        return Planned(row=row, state=WRONG, words=words, part=part)
    try:
        number = checked_number(carrier, row.tracking_number)
    except RefusedError as error:
        return Planned(row=row, state=WRONG, words=error.message, part=part)
    return Planned(row=row, state=RIGHT, part=part, carrier=carrier, number=number)


def _by_name(carriers: Iterable[Carrier]) -> dict[str, Carrier]:
    found: dict[str, Carrier] = {}
    for each in carriers:
        found[each.name.lower()] = found[each.code.lower()] = each
    return found


def _send(request: ViewerRequest, plan: list[Planned]) -> list[Planned]:
    """Ship each right line on its own; what is refused now becomes a wrong one."""
    after, sent = [], 0
    for each in plan:
        if each.state != RIGHT or each.part is None or each.carrier is None:
            after.append(each)
            continue
        dispatch = Dispatch(
            carrier_code=each.carrier.code,
            tracking_number=each.number,
            after=len(each.part.parcels.all()),
        )
        try:
            ship_parcel(
                part=each.part,
                dispatch=dispatch,
                actor_id=request.viewer.user_id,
                now=clock.now(),
            )
        except RefusedError as error:
            after.append(replace(each, state=WRONG, words=error.message))
        else:
            sent += 1
            after.append(replace(each, state=GONE, words=_("On its way now.")))
    if sent:
        words = ngettext(
            "%(n)d parcel is on its way.", "%(n)d parcels are on their way.", sent
        )
        messages.success(request, words % {"n": sent})
    return after
