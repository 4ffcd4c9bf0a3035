"""What a seller says of an order: sent, partly sent, or not to be delivered."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms import ChoiceCards, IntegerField
from frontend.portal.fields import offer_choices
from marketplace.core.errors import RefusedError
from marketplace.shop.shipping.models import Carrier
from vendors.models import VendorOrder, VendorOrderLine
from vendors.services.fulfilment import CancelReason, Dispatch
from vendors.services.tracking import checked_number

_LONGEST_NUMBER = 80
_PIECES = re.compile(r"[0-9]{1,9}")
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

    # How many parcels had left, and how many pieces waited, when the form was shown.
    after = IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    waiting = IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(
        self,
        *args: Any,
        part: VendorOrder,
        carriers: list[Carrier],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        self._by_code = {carrier.code: carrier for carrier in carriers}
        self.lines = list(part.lines.all())
        self.initial["after"] = len(part.parcels.all())
        self.initial["waiting"] = self._left
        choices = [(carrier.code, carrier.name) for carrier in carriers]
        offer_choices(self.fields["carrier"], choices)
        self.initial.setdefault("carrier", part.carrier_code)
        # Whose parcels have no number is the exception; the service asks the others.
        without = [each.name for each in carriers if not each.tracking_pattern]
        number: Any = self.fields["tracking_number"]
        number.required = not without
        number.when_optional = _("optional for %s") % ", ".join(without)
        chosen = self["carrier"].value()
        shown = self._by_code.get(str(chosen))
        number.help_text = _named(shown) if shown else ""

    @property
    def dispatch(self) -> Dispatch:
        """Return the parcel with all that is left, once the form is valid."""
        return Dispatch(
            carrier_code=self.cleaned_data["carrier"],
            tracking_number=self.cleaned_data["tracking_number"],
            after=self.cleaned_data["after"],
        )

    @property
    def seen_parcels(self) -> int | None:
        """Return how many parcels had left when this was shown, if it says so."""
        written = str(self["after"].data or "")
        return int(written) if _PIECES.fullmatch(written) else None

    def check_number(self) -> None:
        """Note what the carrier would say of the number, before anything is sent."""
        if not self.is_valid():
            # What has no number yet is not wrong: the next list may bring it.
            if not self["tracking_number"].value():
                self.errors.pop("tracking_number", None)
            return
        carrier = self._by_code[self.cleaned_data["carrier"]]
        try:
            checked_number(carrier, self.cleaned_data["tracking_number"])
        except RefusedError as error:
            self.add_error("tracking_number", error.message)

    def clean(self) -> dict[str, Any]:
        """Send no box that was packed before some of it was called off."""
        given: dict[str, Any] = super().clean() or {}
        # What has left since is another matter: the service says so.
        if self.seen_parcels in {None, self.initial["after"]}:
            self._check_nothing_was_called_off()
        return given

    def _check_nothing_was_called_off(self) -> None:
        if (self.cleaned_data.get("waiting") or 0) <= self._left:
            return
        words = _("Something of it is not to be sent any more. Left to send: %s.")
        self.add_error(None, words % so_many(self._waits))
        fresh = {self.add_prefix("waiting"): str(self._left)}
        self.data = {**dict(self.data.items()), **fresh}

    @property
    def _waits(self) -> dict[VendorOrderLine, int]:
        return {line: line.left_to_ship for line in self.lines if line.left_to_ship}

    @property
    def _left(self) -> int:
        return sum(self._waits.values())


def so_many(quantities: Mapping[VendorOrderLine, int]) -> str:
    """Return pieces of lines in words: `1 × Loaf, 2 × Jam`."""
    return ", ".join(
        f"{quantity} × {line.order_line.title}" for line, quantity in quantities.items()
    )


def _named(carrier: Carrier) -> str:
    """Return the name with what its numbers look like."""
    hint = carrier.tracking_hint.removesuffix(".")
    return f"{carrier.name} · {hint}" if hint else carrier.name


class ParcelForm(ShipForm):
    """A parcel with some of what is left."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line_names: list[str] = []
        for line, left in self._waits.items():
            name = f"line_{line.pk}"
            self.line_names.append(name)
            self.fields[name] = IntegerField(
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
            after=whole.after,
        )

    def _check_nothing_was_called_off(self) -> None:
        """Refuse lines of which nothing waits any more; of the others fields do."""
        asked = {line: self.data.get(f"line_{line.pk}", "") for line in self.lines}
        gone = {
            line: int(written)
            for line, written in asked.items()
            if not line.left_to_ship and _PIECES.fullmatch(written) and int(written)
        }
        if gone:
            words = _("Not to be sent any more: %s. Please take it out of the parcel.")
            self.add_error(None, words % so_many(gone))


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
