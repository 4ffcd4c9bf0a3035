"""A commission plan as an operator writes it."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.backoffice.shop_fields import ShopsField
from frontend.forms import (
    DecimalField,
    IntegerField,
    SwitchInput,
    UnitInput,
    of_this_age,
)
from frontend.portal.fields import countries, offer_choices
from marketplace.core.money import exponent, from_decimal, to_decimal
from marketplace.shop.catalogue.models import Category, Product
from marketplace.shop.catalogue.selectors import products_numbered
from payouts.plans import ANY_CURRENCY, Plan, PriceBand
from payouts.services.accounts import SUPPORTED_COUNTRIES
from payouts.services.commission import PlanInput
from payouts.terms import Terms
from vendors.ranks import Rank

_PERCENT = Decimal(100)
_NEWEST = 2**31 - 1
_LONGEST_BRAND = 120
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


def _amount(label: Any, help_text: Any = "") -> DecimalField:
    return DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=exponent(settings.CURRENCY),
        widget=UnitInput(settings.CURRENCY),
        help_text=help_text,
    )


class PlanForm(forms.Form):
    """Name, conditions, terms, validity, why, and the version that is changed."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    percent = DecimalField(
        label=gettext_lazy("Commission"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=UnitInput("%"),
    )
    fixed = _amount(gettext_lazy("And for each piece"))
    least = _amount(gettext_lazy("At least, for a line"))
    most = _amount(gettext_lazy("At most, for a line"))
    vendors = ShopsField(
        label=gettext_lazy("Only these sellers"),
        required=False,
        help_text=gettext_lazy("Handles or names, one a line. None: all of them."),
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
        max_length=20_000,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("EANs or product ids, one a line."),
    )
    brands = forms.CharField(
        label=gettext_lazy("Only these brands"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("One a line, as on the product; case does not count."),
    )
    price_from = _amount(
        gettext_lazy("From a price of"),
        gettext_lazy("For one piece, as the buyer pays it."),
    )
    price_below = _amount(gettext_lazy("And below"))
    ranks = forms.MultipleChoiceField(
        label=gettext_lazy("Only sellers of these ranks"),
        required=False,
        choices=Rank.choices,
        widget=forms.SelectMultiple({"size": 4}),
    )
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("Only sellers in these countries"),
        required=False,
        widget=forms.SelectMultiple({"size": 4}),
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
        help_text=gettext_lazy(
            "Without effect in a plan for categories, products, brands or prices: a "
            "delivery is none of these, so the first plan without them takes it."
        ),
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
    seen = IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=_NEWEST
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self.fields["countries"], countries(SUPPORTED_COUNTRIES))

    def clean_brands(self) -> list[str]:
        """Return the brands, one a line. Raises ValidationError for a long one."""
        lines = [
            " ".join(line.split()) for line in self.cleaned_data["brands"].splitlines()
        ]
        brands = [line for line in lines if line]
        if any(len(brand) > _LONGEST_BRAND for brand in brands):
            raise forms.ValidationError(_("A brand has at most 120 letters."))
        return brands

    def clean_products(self) -> list[int]:
        """Find the products. Raises ValidationError naming the first unknown one."""
        words = self.cleaned_data["products"].replace(",", " ").split()
        found = products_numbered(words)
        for word in words:
            if word not in found:
                raise forms.ValidationError(_("No product has the number %s.") % word)
        return [found[word] for word in words]

    def clean(self) -> dict[str, Any]:
        """Refuse dates that end before they begin."""
        given = super().clean() or {}
        start, end = given.get("valid_from"), given.get("valid_to")
        if isinstance(start, datetime) and isinstance(end, datetime) and end <= start:
            self.add_error("valid_to", _("The end comes before the beginning."))
        least, below = given.get("price_from"), given.get("price_below")
        if below is not None and below <= (least or 0):
            self.add_error("price_below", _("Enter a price above the first one."))
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
            brands=given["brands"],
            ranks=given["ranks"],
            countries=given["countries"],
            prices=self._prices(),
            is_enabled=given["is_enabled"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            excludes_tax=given["excludes_tax"],
            include_shipping=given["include_shipping"],
            charge_vat=given["charge_vat"],
            reason=given["reason"],
        )

    def _prices(self) -> dict[str, PriceBand]:
        least, below = (
            self.cleaned_data[name] for name in ("price_from", "price_below")
        )
        if least is None and below is None:
            return {}
        band = PriceBand(
            from_minor=_minor(least),
            below_minor=None if below is None else _minor(below),
        )
        return {settings.CURRENCY: band}


def initial_of(plan: Plan) -> dict[str, Any]:
    """Return what the form shows of a plan that exists."""
    terms = plan.terms_in(settings.CURRENCY)
    products = Product.objects.filter(pk__in=plan.products)
    band = plan.prices.get(settings.CURRENCY)
    below = band.below_minor if band else None
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
        "brands": "\n".join(plan.names[f"brand:{key}"] for key in sorted(plan.brands)),
        "ranks": list(plan.ranks),
        "countries": list(plan.countries),
        "price_from": _major(band.from_minor) if band else None,
        "price_below": None if below is None else _major(below),
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
