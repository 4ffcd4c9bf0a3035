"""A voucher or a campaign as somebody writes it."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend.forms import (
    ChoiceCards,
    DecimalField,
    SwitchInput,
    UnitInput,
    of_this_age,
)
from frontend.portal.fields import AmountField, ShelfChoice, WholeField
from marketplace.core.money import BASIS_POINTS
from marketplace.flows.keep_promotions import Draft, PromotionRefusedError
from marketplace.shop.promotions.models import Promotion
from marketplace.shop.promotions.terms import LONGEST_CODE

_PERCENT = 100
_MOST_USES = 1_000_000
_DAY = forms.DateInput({"type": "date"}, "%Y-%m-%d")


def percent_field(**more: Any) -> DecimalField:
    """Make a field for a percentage."""
    return DecimalField(
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=UnitInput("%"),
        **more,
    )


class PromotionForm(forms.Form):
    """What it gives, on what, when, how often; from a first to a last whole day."""

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=LONGEST_CODE,
        help_text=_("Buyers type it. Without a code it counts by itself: a campaign."),
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("Buyers read it with a campaign; with a voucher, its code."),
    )
    benefit = forms.ChoiceField(
        label=_("What it gives"),
        choices=Promotion.Benefit.choices,
        initial=Promotion.Benefit.PERCENT,
        widget=ChoiceCards,
    )
    percent = percent_field(
        label=_("Percent off"), required=False, help_text=_("For a percentage.")
    )
    amount = AmountField(
        label=_("Amount off"), required=False, help_text=_("For an amount.")
    )
    most = AmountField(
        label=_("At most"),
        required=False,
        help_text=_("For one order, whatever the percentage or the delivery comes to."),
    )
    min_spend = AmountField(
        label=_("From goods worth"),
        required=False,
        help_text=_("Before reductions, without delivery."),
    )
    category = ShelfChoice(
        label=_("Only this category"),
        required=False,
        empty_label=_("All categories"),
        help_text=_("With everything below it."),
    )
    starts_on = forms.DateField(
        label=_("First day"), widget=_DAY, validators=[of_this_age]
    )
    ends_on = forms.DateField(
        label=_("Last day"), required=False, widget=_DAY, validators=[of_this_age]
    )
    uses_total = WholeField(
        label=_("Orders in all"), required=False, min_value=1, max_value=_MOST_USES
    )
    uses_per_buyer = WholeField(
        label=_("Orders of one buyer"),
        required=False,
        min_value=1,
        max_value=_MOST_USES,
    )
    is_first_order = forms.BooleanField(
        label=_("Only for a buyer’s first order"), required=False, widget=SwitchInput
    )
    press = forms.UUIDField(widget=forms.HiddenInput)

    currency = settings.CURRENCY

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What it gives asks for one of them; below each stands for which.
        field: Any
        for field in (self.fields["percent"], self.fields["amount"]):
            field.when_optional = " "

    def draft(self, *, now: datetime, owner_id: int | None) -> Draft:
        """Return what was written, once the form is valid."""
        given = self.cleaned_data
        starts_at = _morning(given["starts_on"])
        ends_on = given["ends_on"]
        return Draft(
            name=given["name"],
            code=given["code"],
            owner_id=owner_id,
            benefit=given["benefit"],
            bps=_bps(given["percent"]),
            amount_minor=given["amount"] or 0,
            most_minor=given["most"],
            currency=self.currency,
            min_spend_minor=given["min_spend"] or 0,
            category_id=given["category"].pk if given["category"] else None,
            is_first_order=given["is_first_order"],
            uses_total=given["uses_total"],
            uses_per_buyer=given["uses_per_buyer"],
            # What starts today starts now: it was not there this morning.
            starts_at=max(starts_at, now) if _is_today(starts_at, now) else starts_at,
            ends_at=None if ends_on is None else _morning(ends_on + timedelta(days=1)),
            press=given["press"],
            **self.payers(),
        )

    def payers(self) -> dict[str, Any]:
        """Return who pays; a seller's own is paid by the seller."""
        return {}

    def refuse(self, refusal: PromotionRefusedError) -> None:
        """Show a refusal at the field that it is about."""
        names = {"starts_at": "starts_on", "ends_at": "ends_on"}
        field = names.get(refusal.field, refusal.field)
        self.add_error(field if field in self.fields else None, refusal.message)

    def clean_starts_on(self) -> date:
        """Refuse days that have gone; a change may keep the day that was set."""
        day: date = self.cleaned_data["starts_on"]
        if day < self.initial["today"]:
            raise forms.ValidationError(_("Choose today or a later day."))
        return day


def empty(*, now: datetime) -> dict[str, Any]:
    """Return what a new form says."""
    today = timezone.localtime(now).date()
    return {"starts_on": today, "today": today, "press": _press()}


def initial_of(row: Promotion, *, now: datetime) -> dict[str, Any]:
    """Return what the form says of a promotion."""
    ends_on = None
    if row.ends_at is not None:
        ends_on = timezone.localtime(row.ends_at - timedelta(seconds=1)).date()
    return {
        "code": row.code,
        "name": row.name,
        "benefit": row.benefit,
        "percent": _percent(row.bps) if row.bps else None,
        "amount": row.amount_minor or None,
        "most": row.most_minor,
        "min_spend": row.min_spend_minor or None,
        "category": row.category,
        "starts_on": timezone.localtime(row.starts_at).date(),
        "ends_on": ends_on,
        "uses_total": row.uses_total,
        "uses_per_buyer": row.uses_per_buyer,
        "is_first_order": row.is_first_order,
        "platform_percent": _percent(row.platform_bps),
        "today": timezone.localtime(now).date(),
        "press": row.press or _press(),
    }


def _press() -> UUID:
    return uuid4()


def _bps(percent: Decimal | None) -> int:
    return int((percent or Decimal(0)) * _PERCENT)


def bps_of(percent: Decimal | None) -> int:
    """Return basis points; nothing typed is everything."""
    return BASIS_POINTS if percent is None else _bps(percent)


def _percent(bps: int) -> Decimal:
    return Decimal(bps) / _PERCENT


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _is_today(starts_at: datetime, now: datetime) -> bool:
    return timezone.localtime(starts_at).date() == timezone.localtime(now).date()
