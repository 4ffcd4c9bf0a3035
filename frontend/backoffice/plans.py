"""Commission plans: the list in its order, one plan, and which applies to what."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.plan_form import PlanForm, initial_of
from frontend.backoffice.plan_words import plan_rows, terms_of
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.shop.catalogue.models import Product
from payouts.plans import Plan
from payouts.selectors.commission import explain_sale, plans_in_order
from payouts.services.commission import (
    add_plan,
    change_plan,
    remove_plan,
    reorder_plans,
)
from vendors.models import Vendor


@require_safe
@operators(OperatorPermission.FINANCE)
def plans(request: ViewerRequest) -> HttpResponse:
    """List the plans in the order in which they are asked, and answer “which”."""
    return office_page(
        request,
        "plans",
        {
            "rows": plan_rows(plans_in_order(), settings.CURRENCY),
            "vendors": Vendor.objects.order_by("name"),
            **_answer(request),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def plan_new(request: ViewerRequest) -> HttpResponse:
    """Write a new plan; it goes before the one for everything else."""
    form = PlanForm(request.POST or None, initial={"is_enabled": True} | _DEFAULTS)
    if request.method == "POST" and form.is_valid():
        try:
            add_plan(plan=form.plan(), actor_id=request.user.pk, now=clock.now())
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The plan is in the list."))
            return redirect("office-plans")
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def plan(request: ViewerRequest, plan_id: int) -> HttpResponse:
    """Write a plan anew; what was sold keeps the numbers of its day."""
    row = _plan(plan_id)
    form = PlanForm(request.POST or None, initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            change_plan(
                plan_id=plan_id,
                plan=form.plan(),
                seen_version=form.cleaned_data["seen"],
                actor_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The plan has a new version."))
            return redirect("office-plans")
    return _page(request, form, row)


@require_POST
@operators(OperatorPermission.FINANCE)
def plan_move(request: ViewerRequest, plan_id: int) -> HttpResponse:
    """Move a plan one place up or down, or delete it; one that is gone stays gone."""
    now, actor_id = clock.now(), request.user.pk
    try:
        if request.POST.get("to") == "delete":
            reason = request.POST.get("reason", "")[:500]
            remove_plan(plan_id=plan_id, actor_id=actor_id, now=now, reason=reason)
        else:
            order = _moved(plan_id, up=request.POST.get("to") == "up")
            reorder_plans(plan_ids=order, actor_id=actor_id, now=now)
    except RefusedError as refusal:
        messages.error(request, refusal.message)
    # Back to the plan that was moved: a keyboard goes on from there.
    return redirect(f"{reverse('office-plans')}#plan-{plan_id}")


_DEFAULTS = {"include_shipping": True, "charge_vat": True}


def _page(request: ViewerRequest, form: PlanForm, row: Plan | None) -> HttpResponse:
    return office_page(
        request,
        "plan",
        {"form": form, "plan": row, "nav": "office-plans"},
        status=422 if form.errors else 200,
    )


def _plan(plan_id: int) -> Plan:
    for row in plans_in_order():
        if row.id == plan_id:
            return row
    raise Http404


def _moved(plan_id: int, *, up: bool) -> list[int]:
    order = [row.id for row in plans_in_order() if not row.is_catch_all]
    if plan_id not in order:
        return order
    place = order.index(plan_id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order


def _answer(request: ViewerRequest) -> dict[str, object]:
    """Say which plan applies to the product and seller that were asked about."""
    asked, handle = (
        request.GET.get(name, "").replace("\0", "").strip()
        for name in ("product", "seller")
    )
    vendor = Vendor.objects.filter(handle=handle).first()
    if vendor is None:
        return {"asked": asked}
    product = (
        Product.objects.filter(public_id=asked)
        | Product.objects.filter(identifiers__value=asked)
    ).first()
    verdicts = explain_sale(
        vendor_id=vendor.pk,
        product_id=product.pk if product else None,
        at=clock.now(),
    )
    winner = next((one for one in verdicts if one.applies), None)
    return {
        "asked": asked,
        "asked_vendor": vendor,
        "asked_product": product,
        "is_unknown": bool(asked) and product is None,
        # Nobody asks the plans below the one that counts.
        "verdicts": verdicts[: verdicts.index(winner) + 1] if winner else verdicts,
        "winner": winner,
        "winner_terms": winner and terms_of(winner.plan, settings.CURRENCY),
    }
