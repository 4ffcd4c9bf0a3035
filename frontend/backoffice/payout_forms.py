"""What operators fill in to pay sellers, and to fine or credit them."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.backoffice.shop_fields import ShopField
from frontend.forms import DecimalField, IntegerField, UnitInput
from marketplace.core.money import exponent, from_decimal
from payouts.vocabulary import AdjustmentKind

_KINDS = [
    (kind.value, kind.label)
    for kind in (AdjustmentKind.FINE, AdjustmentKind.CREDIT, AdjustmentKind.WRITE_OFF)
]


class AdjustmentForm(forms.Form):
    """Whom, what and why; the hidden token makes a second click the same request."""

    seller = ShopField(label=gettext_lazy("Seller"))
    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=_KINDS)
    order = forms.CharField(
        label=gettext_lazy("Order"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Only if it is about one sale."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The seller reads it, in a mail and on the statement."),
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=80)
    # Shown once it is needed: where a carrier is to bear a refund of the same sale.
    beside_claim = forms.BooleanField(
        label=gettext_lazy("The fine is for something else."),
        required=False,
        widget=forms.HiddenInput,
    )
    field_order = ("seller", "kind", "amount", "order", "beside_claim", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"].setdefault("token", uuid4().hex)
        super().__init__(*args, **kwargs)
        places = exponent(settings.CURRENCY)
        self.fields["amount"] = DecimalField(
            label=gettext_lazy("Amount"),
            min_value=Decimal(1).scaleb(-places),
            max_digits=10,
            decimal_places=places,
            widget=UnitInput(settings.CURRENCY),
        )
        self.order_fields(self.field_order)

    @property
    def minor(self) -> int:
        """The amount in minor units, once the form is valid."""
        return from_decimal(self.cleaned_data["amount"], settings.CURRENCY)

    def ask_about_claim(self) -> None:
        """Let somebody say that a fine is not for what a carrier is to bear."""
        self.fields["beside_claim"].widget = forms.CheckboxInput()
        words = _(
            "A carrier is to bear a refund of this sale: for the same, we would have it"
            " twice."
        )
        self.add_error("order", words)


class DecisionForm(forms.Form):
    """Why something is refused or taken back."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)


class ApprovalForm(forms.Form):
    """The total of a run, typed by whoever has read it."""

    whole = IntegerField(
        label=gettext_lazy("Type the total in whole units to confirm"),
        help_text=gettext_lazy("Leave the cents out, without rounding: 87 for 87.84."),
        min_value=0,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "data-key": "a"}
        ),
    )


class BankAccountForm(forms.Form):
    """Where a seller is paid by hand."""

    seller = ShopField(label=gettext_lazy("Seller"))
    holder = forms.CharField(label=gettext_lazy("Account holder"), max_length=70)
    iban = forms.CharField(label=gettext_lazy("IBAN"), max_length=42)
    bic = forms.CharField(
        label=gettext_lazy("BIC"),
        max_length=11,
        required=False,
        help_text=gettext_lazy("Needed outside the SEPA area."),
    )


class ReferenceForm(forms.Form):
    """By what the bank's statement shows the payments."""

    reference = forms.CharField(
        label=gettext_lazy("The bank’s reference"),
        max_length=140,
        widget=forms.TextInput({"data-key": "a"}),
    )
    # The sum that was seen, in minor units.
    seen_minor = IntegerField(
        widget=forms.HiddenInput,
        error_messages={
            "required": gettext_lazy("Look at the sum again, then confirm it.")
        },
    )


class SuspendedPaidForm(ReferenceForm):
    """A batch that pays shops which were suspended since: that is seen, and said."""

    has_paid_suspended = forms.BooleanField(
        label=gettext_lazy("The bank has paid the suspended shops too.")
    )
