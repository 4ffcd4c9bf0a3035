"""Which days a page of figures is about: a form, and the periods people ask for."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.middleware import ViewerRequest
from marketplace.db import clock
from payouts.accounting.entries import Period, PeriodError, currencies_of, period

_QUARTER = 3


class PeriodForm(forms.Form):
    """The days and the currency; where there is only one, it is not asked for."""

    first = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput({"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput({"type": "date"})
    )

    def __init__(self, *args: Any, currencies: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_one = len(currencies) == 1
        self.fields["currency"] = forms.ChoiceField(
            label=gettext_lazy("Currency"),
            choices=[(each, each) for each in currencies],
            widget=forms.HiddenInput if is_one else forms.Select,
            required=False,
        )

    @property
    def currency(self) -> str:
        """Return the currency that was asked for; the market's own if none was."""
        found: str = self.cleaned_data["currency"]
        return found or settings.CURRENCY

    def clean(self) -> dict[str, Any]:
        """Make the period of the two days."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last:
            try:
                cleaned["period"] = period(first, last)
            except PeriodError as refusal:
                self.add_error("last", refusal.message)
        return cleaned


def today() -> date:
    """Return the present day where the market is."""
    return timezone.localtime(clock.now()).date()


def period_form(request: ViewerRequest) -> PeriodForm:
    """Return the form as the address fills it; the year so far where it does not."""
    day = today()
    begins = Period(day, day).year_begins
    year = {"first": begins.isoformat(), "last": day.isoformat()}
    values = {**year, **request.GET.dict()}
    everything = Period(date(2000, 1, 1), day + timedelta(days=366))
    currencies = currencies_of(everything) or [settings.CURRENCY]
    values.setdefault("currency", currencies[0])
    return PeriodForm(values, currencies=currencies)


def presets() -> list[tuple[str, Period]]:
    """Return the periods that are a click away, by their names."""
    day = today()
    month = day.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    quarter = month.replace(month=month.month - (month.month - 1) % _QUARTER)
    year = Period(day, day).year_begins
    last_year = Period(year - timedelta(days=1), day).year_begins
    return [
        (_("This month"), Period(month, day)),
        (_("Last month"), Period(before, month - timedelta(days=1))),
        (_("This quarter"), Period(quarter, day)),
        (_("This year"), Period(year, day)),
        (_("Last year"), Period(last_year, year - timedelta(days=1))),
    ]
