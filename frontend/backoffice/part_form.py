"""How much of a problem's price goes back, and who bears it: a carrier by a claim."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.forms import DecimalField, UnitInput
from marketplace.core.money import exponent, from_decimal
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db import clock
from marketplace.db.dates import written_day
from marketplace.flows.claim_from_carrier import Bearer
from payouts.vocabulary import RefundBearer
from vendors.models import Parcel, VendorOrder

# Before the public id of a parcel: its carrier bears it.
_CARRIER = "carrier:"


class PartForm(forms.Form):
    """How much of it goes back, and out of whose pocket."""

    # It is folded away beside other ways to decide: a browser must not insist on it.
    use_required_attribute = False

    amount = DecimalField(label=gettext_lazy("How much"))
    SELLER = (RefundBearer.VENDOR, gettext_lazy("The seller"))
    MARKET = (
        RefundBearer.PLATFORM,
        format_lazy(gettext_lazy("{}, as goodwill"), settings.MARKET_NAME),
    )
    bearer = forms.ChoiceField(label=gettext_lazy("Who bears it"), choices=[SELLER])

    def __init__(
        self, *args: Any, part: VendorOrder, viewer: Viewer, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.currency = part.currency
        if viewer.may(OperatorPermission.FINANCE):
            # The market's own money is given by who may give it on an order's page.
            self._offer_more(part)
        places = exponent(self.currency)
        self.fields["amount"] = DecimalField(
            label=self.fields["amount"].label,
            min_value=Decimal(1).scaleb(-places),
            max_digits=10,
            decimal_places=places,
            widget=UnitInput(self.currency),
        )
        self.order_fields(["amount", "bearer"])

    @property
    def minor(self) -> int:
        """The amount in minor units, once the form is valid."""
        return from_decimal(self.cleaned_data["amount"], self.currency)

    @property
    def borne_by(self) -> Bearer:
        """Who bears it, once the form is valid."""
        chosen = self.cleaned_data["bearer"]
        if chosen.startswith(_CARRIER):
            return Bearer(parcel=chosen.removeprefix(_CARRIER))
        return Bearer(is_market=chosen == RefundBearer.PLATFORM)

    def _offer_more(self, part: VendorOrder) -> None:
        """Offer the carrier of each parcel, and the market's own pocket."""
        # The page lists them too.
        prefetch_related_objects([part], "parcels")
        parcels = list(part.parcels.all())
        words = _("The carrier, claim against %(carrier)s")
        carriers = [
            (f"{_CARRIER}{parcel.public_id}", words % {"carrier": _named(parcel)})
            for parcel in parcels
        ]
        field = cast("forms.ChoiceField", self.fields["bearer"])
        field.choices = [self.SELLER, *carriers, self.MARKET]
        if parcels:
            due = clock.now() + timedelta(days=settings.CARRIER_CLAIM_DAYS)
            told = _(
                "Where a carrier bears it, %(market)s advances it and the seller keeps "
                "the sale; the claim is open until %(day)s."
            )
            field.help_text = told % {
                "market": settings.MARKET_NAME,
                "day": written_day(timezone.localdate(due), "d MMM"),
            }


def _named(parcel: Parcel) -> str:
    """Return a parcel's carrier with its number, if it has one."""
    return f"{parcel.carrier_name} {parcel.tracking_number}".strip()
