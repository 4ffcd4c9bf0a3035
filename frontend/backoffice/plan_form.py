"""A commission plan as an operator writes it."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.forms import SwitchInput, UnitInput, of_this_age
from marketplace.core.money import from_decimal, to_decimal
from marketplace.shop.catalogue.models import Category, Product
from payouts.plans import ANY_CURRENCY, Plan
from payouts.services.commission import PlanInput
from payouts.terms import Terms
from vendors.models import Vendor

_PERCENT = Decimal(100)
_NEWEST = 2**31 - 1
# These stand beside the form, with the button.
_APART = {"form": "plan-form"}

if TYPE_CHECKING:
    CategoryField = forms.ModelMultipleChoiceField[Category]
else:
    CategoryField = forms.ModelMultipleChoiceField


class CategoryChoice(CategoryField):
    """Categories by their whole path."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name, indented by its depth."""
        return f"{' – ' * (obj.depth - 1)}{obj.name}"


class PlanForm(forms.Form):
    """Name, conditions, terms, validity, why, and the version that is changed."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    percent = forms.DecimalField(
        label=gettext_lazy("Commission"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=UnitInput("%"),
    )
    fixed = forms.DecimalField(
        label=gettext_lazy("And for each piece"),
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        widget=UnitInput(settings.CURRENCY),
    )
    least = forms.DecimalField(
        label=gettext_lazy("At least, for a line"),
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        widget=UnitInput(settings.CURRENCY),
    )
    most = forms.DecimalField(
        label=gettext_lazy("At most, for a line"),
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        widget=UnitInput(settings.CURRENCY),
    )
    vendors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only these sellers"),
        queryset=Vendor.objects.all(),
        required=False,
        widget=forms.SelectMultiple({"size": 6}),
        help_text=gettext_lazy("None chosen: all of them."),
    )
    categories = CategoryChoice(
        label=gettext_lazy("Only these categories and all below"),
        queryset=Category.objects.order_by("path"),
        required=False,
        widget=forms.SelectMultiple({"size": 8}),
    )
    products = forms.CharField(
        label=gettext_lazy("Only these products"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("EANs or product ids, one a line."),
    )
    valid_from = forms.DateTimeField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        validators=[of_this_age],
    )
    valid_to = forms.DateTimeField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        validators=[of_this_age],
    )
    include_shipping = forms.BooleanField(
        label=gettext_lazy("On the shipping charge too"),
        required=False,
        widget=SwitchInput(),
    )
    excludes_tax = forms.BooleanField(
        label=gettext_lazy("On the price without VAT"),
        required=False,
        widget=SwitchInput(),
    )
    charge_vat = forms.BooleanField(
        label=gettext_lazy("Add VAT to the commission"),
        required=False,
        widget=SwitchInput(),
    )
    is_enabled = forms.BooleanField(
        label=gettext_lazy("In force"),
        required=False,
        widget=SwitchInput(_APART),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        widget=forms.TextInput(_APART),
        help_text=gettext_lazy("Kept in the audit log."),
    )
    seen = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=_NEWEST
    )

    def clean_products(self) -> list[int]:
        """Find the products. Raises ValidationError naming the first unknown one."""
        words = self.cleaned_data["products"].replace(",", " ").split()
        found = []
        for word in words:
            product = (
                Product.objects.filter(public_id=word)
                | Product.objects.filter(identifiers__value=word)
            ).first()
            if product is None:
                raise forms.ValidationError(_("No product has the number %s.") % word)
            found.append(product.pk)
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse dates that end before they begin."""
        given = super().clean() or {}
        start, end = given.get("valid_from"), given.get("valid_to")
        if isinstance(start, datetime) and isinstance(end, datetime) and end <= start:
            self.add_error("valid_to", _("The end comes before the beginning."))
        return given

    def plan(self) -> PlanInput:
        """Return the plan that was written."""
        given = self.cleaned_data
        most = given["most"]
        terms = Terms(
            bps=int(given["percent"] * _PERCENT),
            fixed_minor=_minor(given["fixed"]),
            min_minor=_minor(given["least"]),
            max_minor=None if most is None else _minor(most),
        )
        rest = Terms(bps=terms.bps)
        return PlanInput(
            name=given["name"],
            terms={settings.CURRENCY: terms, ANY_CURRENCY: rest},
            vendors=[vendor.pk for vendor in given["vendors"]],
            categories=[category.pk for category in given["categories"]],
            products=given["products"],
            is_enabled=given["is_enabled"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            excludes_tax=given["excludes_tax"],
            include_shipping=given["include_shipping"],
            charge_vat=given["charge_vat"],
            reason=given["reason"],
        )


def initial_of(plan: Plan) -> dict[str, Any]:
    """Return what the form shows of a plan that exists."""
    terms = plan.terms_in(settings.CURRENCY)
    products = Product.objects.filter(pk__in=plan.products)
    return {
        "seen": plan.version,
        "name": plan.name,
        "percent": Decimal(terms.bps) / _PERCENT,
        "fixed": _major(terms.fixed_minor),
        "least": _major(terms.min_minor),
        "most": None if terms.max_minor is None else _major(terms.max_minor),
        "vendors": list(plan.vendors),
        "categories": list(plan.categories),
        "products": "\n".join(products.values_list("public_id", flat=True)),
        "valid_from": plan.valid_from,
        "valid_to": plan.valid_to,
        "include_shipping": plan.include_shipping,
        "excludes_tax": plan.excludes_tax,
        "charge_vat": plan.charge_vat,
        "is_enabled": plan.is_enabled,
    }


def _minor(amount: Decimal | None) -> int:
    return from_decimal(amount or Decimal(0), settings.CURRENCY)


def _major(minor: int) -> Decimal:
    return to_decimal(minor, settings.CURRENCY)
