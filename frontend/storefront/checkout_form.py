"""What a buyer types to order."""

import re
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from frontend.storefront.destination import destinations, named
from marketplace.accounts.addresses import plain_address
from marketplace.shop.order.services import Address

# How a postcode looks, and how to say so: https://www.upu.int (postal addressing).
POSTCODES = {
    "AT": (r"\d{4}", _("Enter a postcode with four digits.")),
    "BE": (r"[1-9]\d{3}", _("Enter a postcode with four digits.")),
    "DE": (r"\d{5}", _("Enter a postcode with five digits.")),
    "ES": (r"\d{5}", _("Enter a postcode with five digits.")),
    "FR": (r"\d{5}", _("Enter a postcode with five digits.")),
    "IT": (r"\d{5}", _("Enter a postcode with five digits.")),
    "LU": (r"\d{4}", _("Enter a postcode with four digits.")),
    "NL": (r"\d{4} ?[A-Za-z]{2}", _("Enter a postcode such as 1012 AB.")),
}


def _text(label: Any, autocomplete: str, missing: Any, most: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        error_messages={"required": missing},
        widget=forms.TextInput({"autocomplete": autocomplete}),
    )


class CheckoutForm(forms.Form):
    """E-mail of a guest, address, points; ways of delivery stand beside it."""

    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("For the receipt and parcel news. No account needed."),
        error_messages={
            "required": _("Enter your e-mail, so that we can send the receipt."),
            "invalid": _("Enter an e-mail such as name@example.org."),
        },
        validators=[plain_address],
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    name = _text(_("Full name"), "name", _("Enter the name on the door bell."), 120)
    street = _text(
        _("Street and number"),
        "address-line1",
        _("Enter the street and the number of the house."),
        120,
    )
    postcode = _text(_("Postcode"), "postal-code", _("Enter your postcode."), 12)
    city = _text(_("City"), "address-level2", _("Enter your city."), 80)
    country = forms.ChoiceField(
        label=_("Country"),
        widget=forms.Select({"autocomplete": "country"}),
        error_messages={"invalid_choice": _("Sellers do not deliver there yet.")},
    )
    phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        region=settings.BUYER_COUNTRY,
        error_messages={"invalid": _("Enter a phone number, or leave it empty.")},
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(
        self, *args: Any, is_guest: bool, country: str = "", **kwargs: Any
    ) -> None:
        """Take the country that the sums are made for; a number is read as its."""
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["country"])
        field.choices = named(destinations())
        self.buys_from = country or settings.BUYER_COUNTRY
        cast("PhoneNumberField", self.fields["phone"]).region = self.buys_from
        if not is_guest:
            del self.fields["email"]

    def clean_postcode(self) -> str:
        """Refuse what cannot be a postcode of the country."""
        postcode = str(self.cleaned_data["postcode"]).strip().upper()
        pattern, words = POSTCODES.get(self.buys_from, (".+", ""))
        if not re.fullmatch(pattern, postcode):
            raise forms.ValidationError(words)
        return postcode

    def address(self) -> Address:
        """Return the address of a valid form."""
        typed = self.cleaned_data
        return Address(
            name=typed["name"],
            street=typed["street"],
            postcode=typed["postcode"],
            city=typed["city"],
            country=typed["country"],
            phone=str(typed["phone"] or ""),
        )
