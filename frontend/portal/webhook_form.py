"""What its owner says of a webhook."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.portal.told_once import PressForm
from marketplace.core.errors import RefusedError
from vendors.gateway.webhooks import AddressFaultError, parts_of
from vendors.models.webhooks import LONGEST_ADDRESS
from vendors.services.webhooks import CHOOSABLE, WebhookTerms


class WebhookForm(PressForm):
    """A name, an address and what it hears."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=60,
        help_text=_("For example “Parcel labels”."),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_ADDRESS,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("There we send JSON by POST, and wait ten seconds for the answer."),
    )
    # What stood there when the page was drawn: another tab may have changed it.
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    events = forms.MultipleChoiceField(
        label=_("It hears when"),
        choices=[(event.value, event.label) for event in CHOOSABLE],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what it hears.")},
    )

    def clean_address(self) -> str:
        """Refuse what is never sent to beside all else that is wrong."""
        address: str = self.cleaned_data["address"]
        try:
            parts_of(address)
        except AddressFaultError as fault:
            raise forms.ValidationError(str(fault.words)) from fault
        return address

    @property
    def terms(self) -> WebhookTerms:
        """Return what was typed, once it is valid."""
        given = self.cleaned_data
        return WebhookTerms(
            name=given["name"],
            address=given["address"],
            events=given["events"],
            seen=given["seen"],
        )

    def refuse(self, error: RefusedError) -> None:
        """Say what the service refused, at the field that it is about."""
        self.add_error(getattr(error, "field", "") or None, error.message)
