"""What a seller says of an offer."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from frontend.forms import IntegerField, SwitchInput
from frontend.portal.fields import AmountField, WholeField
from marketplace.core.money import from_decimal
from marketplace.shop.partner.models import StockRecord
from vendors.services.offers import MOST_HANDLING_DAYS, MOST_STOCK, OfferTerms


class OfferForm(forms.Form):
    """Price, stock, condition, handling time: all in one page."""

    price = AmountField(
        label=_("Price with VAT"), error_messages={"required": _("Enter a price.")}
    )
    stock = WholeField(
        label=_("In stock"),
        min_value=0,
        max_value=MOST_STOCK,
        error_messages={"required": _("Enter how many you have.")},
    )
    condition = forms.ChoiceField(
        label=_("Condition"), choices=StockRecord.Condition.choices
    )
    condition_note = forms.CharField(
        label=_("About the condition"),
        max_length=200,
        required=False,
        help_text=_("Scratches, missing parts; only if it is used."),
    )
    handling_days = WholeField(
        label=_("Working days until it leaves"),
        min_value=0,
        max_value=MOST_HANDLING_DAYS,
        initial=1,
        help_text=_("0: the same day."),
    )
    sku = forms.CharField(
        label=_("Your number"),
        max_length=128,
        help_text=_("By which you know it: on your shelf, in your sheet, in the API."),
    )
    min_quantity = WholeField(
        label=_("Fewest in an order"), min_value=1, max_value=MOST_STOCK, initial=1
    )
    max_quantity = WholeField(
        label=_("Most in an order"), min_value=1, max_value=MOST_STOCK, required=False
    )
    is_active = forms.BooleanField(
        label=_("On sale"), required=False, initial=True, widget=SwitchInput
    )

    currency = settings.CURRENCY

    @property
    def terms(self) -> OfferTerms:
        """Return the terms, once the form is valid."""
        given = self.cleaned_data
        return OfferTerms(
            sku=given["sku"],
            price_minor=given["price"],
            currency=self.currency,
            stock=given["stock"],
            condition=given["condition"],
            condition_note=given["condition_note"],
            handling_days=given["handling_days"],
            min_quantity=given["min_quantity"],
            max_quantity=given["max_quantity"],
            is_active=given["is_active"],
        )


class ChangeForm(OfferForm):
    """An offer that is there; stock that was sold meanwhile is not put back."""

    seen_stock = IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, offer: StockRecord) -> None:
        super().__init__(data, initial=terms_of(offer))
        self.currency = offer.price_currency
        self.left = offer.available

    def clean(self) -> dict[str, Any]:
        """Leave a stock that was not touched as it is now."""
        given: dict[str, Any] = super().clean() or {}
        stock, seen = given.get("stock"), given.get("seen_stock")
        if stock is None or seen is None:
            return given
        if stock == seen:
            given["stock"] = self.left
        elif self.left not in {stock, seen}:
            self.add_error("stock", self._changed_meanwhile())
        return given

    def _changed_meanwhile(self) -> str:
        # What is there now has been seen from here on: saving again takes the number.
        self.data = dict(self.data.items()) | {"seen_stock": str(self.left)}
        return gettext("Meanwhile it has become %(n)d. Check it and save again.") % {
            "n": self.left
        }


def terms_of(offer: StockRecord) -> dict[str, Any]:
    """Return an offer as the form's first values."""
    return {
        "price": from_decimal(offer.price, offer.price_currency),
        "stock": offer.available,
        "seen_stock": offer.available,
        "condition": offer.condition,
        "condition_note": offer.condition_note,
        "handling_days": offer.handling_days,
        "sku": offer.partner_sku,
        "min_quantity": offer.min_quantity,
        "max_quantity": offer.max_quantity,
        "is_active": offer.is_active,
    }
