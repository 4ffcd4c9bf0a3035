"""What a shop says of itself: who it is, what it sells, how it sends."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from frontend import legal_forms
from frontend.forms import IntegerField, of_this_age
from frontend.portal.fields import (
    AmountField,
    ShelvesChoice,
    countries,
    offer_choices,
)
from marketplace.shop.shipping.models import Carrier, Rate
from payouts.services.accounts import SUPPORTED_COUNTRIES
from vendors.models import Vendor
from vendors.services.application import Identity, ShopText
from vendors.services.shipping import RateTerms, ZoneTerms, version_of
from vendors.vat_number import can_be_checked, is_vat_number

_VAT_NUMBER = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,13}")
_OLDEST = 1000
_LONGEST_RETURNS = 365
_TEXTS = ("tagline", "about", "returns_policy", "returns_days", "founded_year")
_CODE_LENGTH = 40
_NONE: Mapping[str, str] = MappingProxyType({})


class _WhereStated(forms.CharField):
    """Words that a trader states where the law gives them any."""

    def __init__(self, *, when_optional: Promise, **more: Any) -> None:
        super().__init__(required=False, **more)
        self.when_optional = when_optional


class IdentityForm(forms.Form):
    """The legal person, as the imprint shows it."""

    FORMS = (("", _("Choose one")), *legal_forms.FORMS.items())

    legal_form = forms.ChoiceField(label=_("Legal form"), choices=FORMS)
    legal_name = forms.CharField(
        label=_("Legal name"),
        max_length=120,
        help_text=_("As it stands in the register, or your own name."),
    )
    registration_number = _WhereStated(
        label=_("Register number"),
        max_length=40,
        when_optional=_("if you are registered"),
    )
    vat_number = _WhereStated(
        label=_("VAT number"),
        max_length=20,
        when_optional=_("if you have one"),
        help_text=_("With the country in front, such as BE0123456749."),
    )
    street = forms.CharField(label=_("Street and number"), max_length=120)
    postcode = forms.CharField(label=_("Postcode"), max_length=12)
    city = forms.CharField(label=_("Town"), max_length=80)
    country = forms.ChoiceField(label=_("Country"))
    contact_name = forms.CharField(label=_("Contact person"), max_length=120)
    contact_email = forms.EmailField(label=_("Contact e-mail"))
    contact_phone = forms.CharField(label=_("Phone"), max_length=30, required=False)

    def __init__(self, *args: Any, vendor: Vendor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known_countries = {*SUPPORTED_COUNTRIES, vendor.country}
        offer_choices(self.fields["country"], countries(known_countries))
        known = dict(self.FORMS)
        if vendor.legal_form and vendor.legal_form not in known:
            # Written before there was a list: it stays what it is.
            own = (vendor.legal_form, vendor.legal_form)
            offer_choices(self.fields["legal_form"], [*self.FORMS, own])
        for name in self.fields:
            self.initial[name] = getattr(vendor, name)

    def clean_vat_number(self) -> str:
        """Write it without spaces, in capitals."""
        number = re.sub(r"[\s.\-]", "", str(self.cleaned_data["vat_number"])).upper()
        if number and not _VAT_NUMBER.fullmatch(number):
            raise forms.ValidationError(
                _("Begin with the two letters of the country, then the number.")
            )
        # What stood before the digits were looked at stays until it is changed.
        is_new = number != self.initial["vat_number"]
        if is_new and can_be_checked(number) and not is_vat_number(number):
            raise forms.ValidationError(
                _("The check digits are not right: a digit may be mistyped.")
            )
        return number

    @property
    def identity(self) -> Identity:
        """Return who sells, once the form is valid."""
        return Identity(**self.cleaned_data)


class GoodsForm(forms.Form):
    """What the shop wants to sell."""

    sells = forms.CharField(
        label=_("What you sell"),
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Who makes it, how many things, what they cost about."),
    )
    categories = ShelvesChoice(label=_("Shelves that you belong on"), required=False)


class TextsForm(forms.Form):
    """What buyers read of the shop."""

    tagline = forms.CharField(
        label=_("One sentence about you"), max_length=120, required=False
    )
    about = forms.CharField(
        label=_("About you"), max_length=4000, widget=forms.Textarea({"rows": 6})
    )
    returns_policy = forms.CharField(
        label=_("Returns"),
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_(
            "Buyers may always send things back within 14 days. Say how it works,"
            " and whether you give more."
        ),
    )
    returns_days = IntegerField(
        label=_("Days to return"),
        required=False,
        max_value=_LONGEST_RETURNS,
        help_text=_(
            "After delivery. It stands beside your offers and holds for orders from"
            " now on; empty: the days that everybody gives."
        ),
    )
    founded_year = IntegerField(label=_("Since"), min_value=_OLDEST, required=False)
    mark = forms.FileField(
        label=_("Your mark"),
        required=False,
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("A square JPG, PNG or WebP up to 8 MB. Without one we draw it."),
    )
    forget_mark = forms.BooleanField(
        label=_("Use the drawn mark again"), required=False
    )

    def __init__(self, *args: Any, vendor: Vendor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for name in _TEXTS:
            self.initial[name] = getattr(vendor, name)
        if not vendor.partner.mark:
            del self.fields["forget_mark"]

    def clean_returns_days(self) -> int | None:
        """Refuse fewer days than everybody gives."""
        days: int | None = self.cleaned_data["returns_days"]
        if days is not None and days < settings.RETURN_WINDOW_DAYS:
            raise forms.ValidationError(
                _("Everybody gives %(days)d days; enter those or more.")
                % {"days": settings.RETURN_WINDOW_DAYS}
            )
        return days

    def clean_founded_year(self) -> int | None:
        """Refuse a year that has not come."""
        year: int | None = self.cleaned_data["founded_year"]
        if year is not None and year > self.today.year:
            raise forms.ValidationError(_("This year has not come yet."))
        return year

    @property
    def text(self) -> ShopText:
        """Return what buyers read, once the form is valid."""
        return ShopText(**{name: self.cleaned_data[name] for name in _TEXTS})


class AwayForm(forms.Form):
    """The days on which the shop sends nothing."""

    away_from = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=[of_this_age],
    )
    away_until = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=[of_this_age],
    )


class CountryBoxes(forms.CheckboxSelectMultiple):
    """Boxes of countries; one that another zone has says so, and takes no tick."""

    taken: Mapping[str, str] = _NONE

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return a box; of a country that is taken, with the name of its zone."""
        option = super().create_option(*args, **kwargs)
        zone = self.taken.get(str(option["value"]))
        if zone is not None:
            option["label"] = f"{option['label']} · {zone}"
            option["attrs"]["disabled"] = True
        return option


class ZoneForm(forms.Form):
    """Countries with the same rates; `taken` names the zone of those that have one."""

    name = forms.CharField(
        label=_("Name of the zone"),
        max_length=60,
        help_text=_("A heading on your shop’s page, such as “Belgium and neighbours”."),
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        widget=CountryBoxes,
        choices=countries,
        error_messages={"required": _("Choose at least one country.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, taken: Mapping[str, str] = _NONE, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["countries"].widget.taken = taken

    @property
    def terms(self) -> ZoneTerms:
        """Return the terms, once the form is valid."""
        given = self.cleaned_data
        return ZoneTerms(name=given["name"], countries=given["countries"])


class RateForm(forms.Form):
    """A way of delivery and what it costs."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Buyers read it: “Bpost home”.")
    )
    carrier = forms.ModelChoiceField(
        Carrier.objects.filter(is_active=True),
        label=_("Carrier"),
        required=False,
        empty_label=_("Another one, or yourself"),
    )
    first_item = AmountField(label=_("First thing"))
    next_item = AmountField(label=_("Each further thing"))
    free_from = AmountField(
        label=_("Free from"),
        required=False,
        help_text=_("Leave empty if it is never free."),
    )
    days_min = IntegerField(
        label=_("Fewest days on the way"), min_value=0, max_value=90
    )
    days_max = IntegerField(label=_("Most days on the way"), min_value=0, max_value=90)
    is_active = forms.BooleanField(
        label=_("Offered to buyers"), required=False, initial=True
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, rate: Rate | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rate = rate
        if rate is None:
            return
        self.initial = {
            "name": rate.name,
            "carrier": rate.carrier_id,
            "first_item": rate.first_item_minor,
            "next_item": rate.next_item_minor,
            "free_from": rate.free_from_minor,
            "days_min": rate.days_min,
            "days_max": rate.days_max,
            "is_active": rate.is_active,
            "seen": version_of(rate),
        }

    @property
    def terms(self) -> RateTerms:
        """Return the terms, once the form is valid; a rate keeps its code."""
        given = self.cleaned_data
        code = slugify(given["name"])[:_CODE_LENGTH] or "delivery"
        return RateTerms(
            code=self.rate.code if self.rate else code,
            name=given["name"],
            carrier=given["carrier"],
            currency=self.rate.currency if self.rate else settings.CURRENCY,
            first_item_minor=given["first_item"],
            next_item_minor=given["next_item"],
            free_from_minor=given["free_from"],
            days_min=given["days_min"],
            days_max=given["days_max"],
            is_active=given["is_active"],
        )
