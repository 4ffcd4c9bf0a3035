"""What an operator writes to publish a draft of the commission plans."""

from django import forms
from django.utils.translation import gettext_lazy

from frontend.forms import IntegerField, of_this_age
from payouts.services.drafts import Schedule

_NEWEST = 2**31 - 1


class ScheduleForm(forms.Form):
    """From when the draft is to hold, and why, in words for its sellers.

    `words_fit` and `short_notice` are asked for only where they are needed.
    """

    in_force_from = forms.DateTimeField(
        label=gettext_lazy("In force from"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        validators=[of_this_age],
        help_text=gettext_lazy("Empty: as soon as it is published."),
    )
    note = forms.CharField(
        label=gettext_lazy("Why, shown to the sellers"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    words_fit = forms.BooleanField(
        label=gettext_lazy("I have read them: they still fit"), required=False
    )
    short_notice = forms.CharField(
        label=gettext_lazy("Why sellers are told less than 15 days before"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Only if it cannot wait; kept with the version."),
    )
    seen = IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=_NEWEST
    )

    def schedule(self) -> Schedule:
        """Return what was written."""
        given = self.cleaned_data
        return Schedule(
            in_force_from=given["in_force_from"],
            note=given["note"],
            short_notice=given["short_notice"],
            words_fit=given["words_fit"],
        )
