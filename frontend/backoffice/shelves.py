"""The market's own lists: categories, tax rates, carriers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.guide_fields import (
    GuideField,
    guides_for,
    refused_guides,
    seen_guides,
    typed_guides,
)
from frontend.countries import NAMES
from frontend.forms import DecimalField, UnitInput, of_this_age, words_of
from frontend.middleware import ViewerRequest
from frontend.tongues import other_tongues
from marketplace.accounts.languages import Tongue
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.keep_lists import (
    add_category,
    add_tax_rate,
    guide_category,
    rename_category,
    save_carrier,
    show_category,
)
from marketplace.shop.catalogue.guides import LONGEST, GuideRefusedError
from marketplace.shop.catalogue.models import Category
from marketplace.shop.catalogue.shelves import shelf_of, shelves_in_groups
from marketplace.shop.shipping.models import Carrier
from marketplace.shop.tax.models import TaxClass
from marketplace.shop.tax.selectors import rates_with_standing

if TYPE_CHECKING:
    CarrierModelForm = forms.ModelForm[Carrier]
    ShelfField = forms.ModelChoiceField[Category]
else:
    CarrierModelForm = forms.ModelForm
    ShelfField = forms.ModelChoiceField


class ShelfChoice(ShelfField):
    """A category of the tree, further right the deeper it stands."""

    def label_from_instance(self, obj: Category) -> str:
        """Return the name, moved to the right by its depth."""
        return "\N{NO-BREAK SPACE}" * 4 * (obj.depth - 1) + obj.name


class CategoryForm(forms.Form):
    """A new category."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    parent = ShelfChoice(
        label=gettext_lazy("Below"),
        queryset=Category.objects.order_by("path"),
        required=False,
        empty_label=gettext_lazy("The first level"),
    )


class TaxForm(forms.Form):
    """A rate from a day on."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"), choices=sorted(NAMES.items())
    )
    tax_class = forms.ChoiceField(
        label=gettext_lazy("Class of goods"), choices=TaxClass.choices
    )
    percent = DecimalField(
        label=gettext_lazy("Rate"),
        min_value=0,
        max_value=50,
        max_digits=4,
        decimal_places=2,
        widget=UnitInput("%"),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput({"type": "date"}),
        validators=[of_this_age],
    )


class CarrierForm(CarrierModelForm):
    """A carrier that sellers may name."""

    class Meta:
        model = Carrier
        fields = [
            "code",
            "name",
            "tracking_url",
            "tracking_pattern",
            "tracking_hint",
            "is_active",
        ]
        labels = {
            "code": gettext_lazy("Code"),
            "name": gettext_lazy("Name"),
            "tracking_url": gettext_lazy("Tracking page, with {number}"),
            "tracking_pattern": gettext_lazy("Pattern of its numbers"),
            "tracking_hint": gettext_lazy("What to say of a wrong number"),
            "is_active": gettext_lazy("Sellers may choose it"),
        }


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def categories(request: ViewerRequest) -> HttpResponse:
    """Show the tree and add to it."""
    form = CategoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_category(
                name=form.cleaned_data["name"],
                parent=form.cleaned_data["parent"],
                operator_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error("name", refusal.message)
        else:
            messages.success(request, _("The category is there."))
            return redirect("office-categories")
    changed = shelf_of(request.GET.get("change", "").replace("\0", ""))
    return _page(request, form, changed, guides_for(changed) if changed else [])


def _page(
    request: ViewerRequest,
    form: CategoryForm,
    changed: Category | None,
    guides: Sequence[GuideField],
) -> HttpResponse:
    """Show the tree, beside it the category that is changed."""
    is_refused = form.errors or any(each.refusal for each in guides)
    return office_page(
        request,
        "categories",
        {
            "groups": shelves_in_groups(),
            "count": Category.objects.count(),
            "changed": changed,
            "said": _said(changed) if changed else [],
            "guides": guides,
            "longest": LONGEST,
            "form": form,
        },
        status=422 if is_refused else 200,
    )


def _said(shelf: Category) -> list[tuple[Tongue, str]]:
    """Return what a category is called in each other language."""
    said = dict(shelf.texts.values_list("language", "name"))
    return [(tongue, said.get(tongue.code, "")) for tongue in other_tongues()]


@require_POST
@operators(OperatorPermission.MODERATE)
def category_guide(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Write what stands at the foot of a category, in each language."""
    shelf = shelf_of(public_id)
    if shelf is None:
        raise Http404
    try:
        guide_category(
            category=shelf,
            texts=typed_guides(request),
            seen=seen_guides(request),
            operator_id=request.user.pk,
            now=clock.now(),
        )
    except GuideRefusedError as refusal:
        guides = refused_guides(request, shelf, refusal)
        return _page(request, CategoryForm(), shelf, guides)
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('office-categories')}?change={public_id}#change")


@require_POST
@operators(OperatorPermission.MODERATE)
def category_change(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Rename a category, show it or hide it."""
    shelf = shelf_of(public_id)
    if shelf is None:
        raise Http404
    now, operator_id = clock.now(), request.user.pk
    try:
        if name := words_of(request, "name", most=100):
            names = {
                tongue.code: words_of(request, f"name-{tongue.code}", most=100)
                for tongue in other_tongues()
                if f"name-{tongue.code}" in request.POST
            }
            rename_category(
                category=shelf,
                name=name,
                names=names,
                operator_id=operator_id,
                now=now,
            )
        else:
            show_category(
                category=shelf,
                is_public=not shelf.is_public,
                operator_id=operator_id,
                now=now,
            )
    except RefusedError as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse('office-categories')}?change={public_id}")
    else:
        messages.success(request, _("Saved."))
    return redirect("office-categories")


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def tax(request: ViewerRequest) -> HttpResponse:
    """Show the rates and add one."""
    form = TaxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            add_tax_rate(
                country=given["country"],
                tax_class=given["tax_class"],
                rate_bps=int(given["percent"] * 100),
                valid_from=given["valid_from"],
                operator_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error("valid_from", refusal.message)
        else:
            messages.success(request, _("The rate is there."))
            return redirect("office-tax")
    return office_page(
        request,
        "tax",
        {
            "rates": rates_with_standing(on=timezone.localdate(clock.now())),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.SUPPORT, OperatorPermission.MODERATE)
def carriers(request: ViewerRequest, code: str = "") -> HttpResponse:
    """Show the carriers; write a new one, or the one named."""
    row = Carrier.objects.filter(code=code).first() if code else None
    if code and row is None:
        raise Http404
    form = CarrierForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_carrier(
                carrier=form.save(commit=False),
                operator_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error(getattr(refusal, "field", None), refusal.message)
        else:
            messages.success(request, _("The carrier is saved."))
            return redirect("office-carriers")
    return office_page(
        request,
        "carriers",
        {
            "carriers": Carrier.objects.all(),
            "form": form,
            "carrier": row,
            "nav": "office-carriers",
        },
        status=422 if form.errors else 200,
    )
