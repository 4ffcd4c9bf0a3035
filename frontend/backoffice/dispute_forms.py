"""What an operator writes in a dispute: the evidence, and who bears a lost one."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.forms import DecimalField, UnitInput, at_most
from marketplace.core.money import exponent, from_decimal, to_decimal
from payouts.services.dispute_allocation import Proposal, Share
from payouts.vocabulary import RefundBearer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payouts.models import Dispute, Settlement

_LONGEST = 20_000
_SHORT = 500


class EvidenceForm(forms.Form):
    """The texts that the bank reads; each has a place of its own there."""

    product_description = forms.CharField(
        label=gettext_lazy("What was sold"),
        max_length=_LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    customer_name = forms.CharField(
        label=gettext_lazy("Buyer"), max_length=_SHORT, required=False
    )
    customer_email_address = forms.CharField(
        label=gettext_lazy("Their e-mail"), max_length=_SHORT, required=False
    )
    shipping_address = forms.CharField(
        label=gettext_lazy("Sent to"), max_length=_SHORT, required=False
    )
    shipping_carrier = forms.CharField(
        label=gettext_lazy("Carrier"), max_length=_SHORT, required=False
    )
    shipping_tracking_number = forms.CharField(
        label=gettext_lazy("Tracking numbers"), max_length=_SHORT, required=False
    )
    shipping_date = forms.CharField(
        label=gettext_lazy("Sent on"), max_length=_SHORT, required=False
    )
    refund_policy_disclosure = forms.CharField(
        label=gettext_lazy("Terms that the buyer accepted"),
        max_length=_LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    refund_refusal_explanation = forms.CharField(
        label=gettext_lazy("Why there is nothing to refund"),
        max_length=_LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    uncategorized_text = forms.CharField(
        label=gettext_lazy("The story, with messages and parcels"),
        max_length=100_000,
        required=False,
        widget=forms.Textarea({"rows": 14}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        each: Any
        for each in self.fields.values():
            # Any may be empty; the word beside each would only be noise.
            each.when_optional = " "


# How each text is called, by its name at the bank.
LABELS = {name: field.label for name, field in EvidenceForm.base_fields.items()}


class ShareForm(forms.Form):
    """Who bears how much of a lost dispute, and why."""

    decision = forms.CharField(
        label=gettext_lazy("Decision, as the sellers will read it"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={
            "required": gettext_lazy("Say why: every seller of the order reads it.")
        },
    )

    def __init__(
        self,
        *args: Any,
        dispute: "Dispute",
        parts: "Sequence[Settlement]",
        proposal: Proposal,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.dispute = dispute
        self.parts = [part for part in parts if proposal.most.get(part.pk)]
        proposed = {share.settlement_id: share for share in proposal.shares}
        for part in self.parts:
            share = proposed.get(part.pk)
            self._add(part, share, proposal.most[part.pk])

    @property
    def rows(self) -> "list[tuple[Settlement, Any, Any, Any]]":
        """Each seller's part with its fields: amount, bearer, fee."""
        return [
            (
                part,
                self[f"amount_{part.pk}"],
                self[f"bearer_{part.pk}"],
                self[f"fee_{part.pk}"],
            )
            for part in self.parts
        ]

    @property
    def shares(self) -> list[Share]:
        """The decision, once the form is valid."""
        found = [self._share(part.pk) for part in self.parts]
        return [share for share in found if share.amount_minor or share.fee_minor]

    def _share(self, key: int) -> Share:
        bearer = RefundBearer(self.cleaned_data[f"bearer_{key}"])
        fee = self._minor(f"fee_{key}")
        return Share(
            settlement_id=key,
            amount_minor=self._minor(f"amount_{key}"),
            bearer=bearer,
            # What the platform bears has no fee of the seller's.
            fee_minor=fee if bearer == RefundBearer.VENDOR else 0,
        )

    def _minor(self, name: str) -> int:
        amount = self.cleaned_data.get(name) or Decimal(0)
        return from_decimal(amount, self.dispute.currency)

    def _add(self, part: "Settlement", share: Share | None, most: int) -> None:
        amount = share.amount_minor if share else 0
        fee = share.fee_minor if share else 0
        self.fields[f"amount_{part.pk}"] = self._amount(
            _("Of their sale"), amount, most
        )
        self.fields[f"bearer_{part.pk}"] = forms.ChoiceField(
            label=_("Borne by"),
            choices=[
                (RefundBearer.VENDOR, part.vendor.name),
                (
                    RefundBearer.PLATFORM,
                    _("%s, as goodwill") % settings.MARKET_NAME,
                ),
            ],
            initial=share.bearer if share else RefundBearer.VENDOR,
        )
        self.fields[f"fee_{part.pk}"] = self._amount(
            _("Of the bank’s fee"),
            fee,
            self.dispute.fee_minor,
        )

    def _amount(self, label: str, minor: int, most: int) -> DecimalField:
        currency = self.dispute.currency
        field = DecimalField(
            label=label,
            min_value=Decimal(0),
            max_value=to_decimal(most, currency),
            decimal_places=exponent(currency),
            max_digits=12,
            initial=to_decimal(minor, currency),
            widget=UnitInput(currency),
        )
        field.help_text = at_most(most, currency)
        return field
