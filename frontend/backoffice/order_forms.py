"""What an operator moves by hand in a sale, each time with a reason."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy

from frontend.forms import DecimalField, IntegerField, UnitInput
from marketplace.core.money import exponent, from_decimal


class ReasonForm(forms.Form):
    """Why, and a second look before it is done."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Kept in the audit log."),
    )
    is_sure = forms.BooleanField(
        label=gettext_lazy("I have checked it. It cannot be taken back."),
        error_messages={"required": gettext_lazy("Tick this when you have checked.")},
    )


class GoodwillForm(ReasonForm):
    """How much; the hidden token makes a second click the same gift."""

    amount = DecimalField(label=gettext_lazy("Amount"), max_digits=10)
    token = forms.CharField(widget=forms.HiddenInput, max_length=80)
    field_order = ("amount", "reason", "is_sure", "token")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"token": uuid4().hex})
        super().__init__(*args, **kwargs)
        self.currency = currency
        places = exponent(currency)
        self.fields["amount"] = DecimalField(
            label=self.fields["amount"].label,
            min_value=Decimal(1).scaleb(-places),
            max_digits=10,
            decimal_places=places,
            widget=UnitInput(currency),
        )
        self.order_fields(self.field_order)

    @property
    def minor(self) -> int:
        """The amount in minor units, once the form is valid."""
        return from_decimal(self.cleaned_data["amount"], self.currency)


class RevokeForm(ReasonForm):
    """Which state of the links the operator has seen."""

    seen = IntegerField(widget=forms.HiddenInput)
