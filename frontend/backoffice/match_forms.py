"""What an operator says of a line of the bank's statement."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from frontend import formats
from payouts.selectors.matching import BankBooking


class StatementForm(forms.Form):
    """A statement of our bank."""

    file = forms.FileField(
        label=gettext_lazy("Statement of the bank"),
        widget=forms.FileInput({"accept": ".csv,text/csv,text/plain"}),
        help_text=gettext_lazy("CSV in UTF-8, up to 5 MB. Statements may overlap."),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("This file is empty."),
        },
    )


class AsideForm(forms.Form):
    """Why a line has no booking."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is none of the market’s"),
        max_length=500,
        help_text=gettext_lazy("Kept with the line and in the audit log."),
    )


class CommandAsideForm(forms.Form):
    """Why nobody has to look at a refused command any more."""

    reason = forms.CharField(
        label=gettext_lazy("What was done about it"),
        max_length=500,
        help_text=gettext_lazy("Kept with the command and in the audit log."),
    )
    # Of the list that it stands in: it comes back there.
    page = forms.CharField(required=False, widget=forms.HiddenInput)


class BookingForm(forms.Form):
    """The booking that a line belongs to: only those of its amount are offered."""

    key = forms.ChoiceField(label=gettext_lazy("It is"))

    def __init__(
        self, *args: Any, bookings: Iterable[BankBooking], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (each.key, f"{each.source or each.key}, {formats.moment(each.booked_at)}")
            for each in bookings
        ]
        self.fields["key"] = forms.ChoiceField(
            label=self.fields["key"].label,
            choices=choices,
            error_messages={
                "invalid_choice": gettext_lazy(
                    "This booking has its line already. Look again."
                )
            },
        )
