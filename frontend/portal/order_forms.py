"""What a seller says of an order: sent, partly sent, or not to be delivered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms import ChoiceCards
from frontend.portal.fields import offer_choices
from marketplace.shop.shipping.models import Carrier
from vendors.models import VendorOrder
from vendors.services.fulfilment import CancelReason, Dispatch

_LONGEST_NUMBER = 80
_REASONS = [
    (CancelReason.SOLD_OUT, _("Sold out: the stock becomes 0")),
    (CancelReason.DAMAGED, _("Damaged before it left: these pieces are gone")),
    (CancelReason.WRONG_PRICE, _("The price was wrong")),
    (CancelReason.CANNOT_DELIVER, _("We cannot deliver to this address")),
    (CancelReason.BUYER_ASKED, _("The buyer asked for it")),
    (CancelReason.OTHER, _("Another reason: please say which")),
]


def carriers_in_use() -> list[Carrier]:
    """Return the carriers that can be chosen; one query."""
    return list(Carrier.objects.filter(is_active=True))


class ShipForm(forms.Form):
    """Carrier and number of a parcel; one of several on a page has a prefix."""

    carrier = forms.ChoiceField(label=_("Carrier"))
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        max_length=_LONGEST_NUMBER,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "class": "mono"}),
        error_messages={"required": _("Enter the tracking number of the carrier.")},
    )

    def __init__(
        self,
        *args: Any,
        part: VendorOrder,
        carriers: list[Carrier],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        choices = [(carrier.code, _named(carrier)) for carrier in carriers]
        offer_choices(self.fields["carrier"], choices)
        self.initial.setdefault("carrier", part.carrier_code)
        # Whose parcels have no number is the exception; the service asks the others.
        without = [each.name for each in carriers if not each.tracking_pattern]
        number: Any = self.fields["tracking_number"]
        number.required = not without
        number.when_optional = _("optional for %s") % ", ".join(without)
        chosen = self["carrier"].value()
        number.help_text = dict(choices).get(chosen, "")

    @property
    def dispatch(self) -> Dispatch:
        """Return the parcel with all that is left, once the form is valid."""
        return Dispatch(
            carrier_code=self.cleaned_data["carrier"],
            tracking_number=self.cleaned_data["tracking_number"],
        )


def _named(carrier: Carrier) -> str:
    """Return the name with what its numbers look like."""
    hint = carrier.tracking_hint.removesuffix(".")
    return f"{carrier.name} · {hint}" if hint else carrier.name


class ParcelForm(ShipForm):
    """A parcel with some of what is left, and how many had left when it was shown."""

    after = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["after"] = len(self.part.parcels.all())
        self.line_names: list[str] = []
        for line in self.part.lines.all():
            left = line.left_to_ship
            if not left:
                continue
            name = f"line_{line.pk}"
            self.line_names.append(name)
            self.fields[name] = forms.IntegerField(
                label=line.order_line.title,
                min_value=0,
                max_value=left,
                initial=left,
                help_text=_("of %(left)d") % {"left": left},
            )

    @property
    def line_fields(self) -> list[forms.BoundField]:
        """Return the fields that ask how many of each line go."""
        return [self[name] for name in self.line_names]

    @property
    def dispatch(self) -> Dispatch:
        """Return the parcel with what was chosen, once the form is valid."""
        whole = super().dispatch
        return Dispatch(
            carrier_code=whole.carrier_code,
            tracking_number=whole.tracking_number,
            quantities={
                int(name.removeprefix("line_")): self.cleaned_data[name]
                for name in self.line_names
            },
            after=self.cleaned_data["after"],
        )


class GiveBackForm(forms.Form):
    """What the buyer reads, and a second look before the money goes."""

    text = forms.CharField(
        label=_("To the buyer"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Say in a few words why.")},
    )
    is_sure = forms.BooleanField(
        error_messages={"required": _("Tick this when you are sure.")},
    )

    def __init__(self, *args: Any, is_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("All of it goes back. It cannot be taken back.")
        if not is_all:
            words = _("The reported pieces go back. It cannot be taken back.")
        self.fields["is_sure"].label = words


class RefuseForm(forms.Form):
    """Why something will not be delivered."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=_REASONS,
        widget=ChoiceCards,
        error_messages={"required": _("Choose a reason.")},
    )
    text = forms.CharField(
        label=_("To the buyer"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The buyer reads it in the mail about the refund."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where the reason says nothing."""
        given: dict[str, Any] = super().clean() or {}
        is_other = given.get("reason") == CancelReason.OTHER
        if is_other and not str(given.get("text", "")).strip():
            self.add_error("text", _("Say in a few words why."))
        return given
