"""The form of the next rule of points."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from frontend.forms import DecimalField, IntegerField, UnitInput, of_this_age
from loyalty.rules import MOST_DAYS, NextRule
from loyalty.worth import Rule, Tier
from marketplace.core.money import exponent, from_decimal, to_decimal

TIERS = 4
_HUNDRED = 100
_EXAMPLE = 10_000


def _percent(label: Any, **more: Any) -> DecimalField:
    return DecimalField(
        label=label,
        min_value=Decimal(0),
        max_value=Decimal(_HUNDRED),
        max_digits=5,
        decimal_places=2,
        **more,
    )


class RuleForm(forms.Form):
    """Shares, lives and tiers from a day on, and an order to try them with."""

    earn = _percent(gettext_lazy("Points for what is paid, in percent"))
    share = _percent(
        gettext_lazy("At most so much of an order is paid with points, in percent")
    )
    lives_days = IntegerField(
        label=gettext_lazy("Days that points live"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=gettext_lazy("Empty: for ever. What buyers have keeps its days."),
    )
    tier_days = IntegerField(
        label=gettext_lazy("Days that count for a tier"),
        min_value=1,
        max_value=MOST_DAYS,
    )
    valid_from = forms.DateField(
        label=gettext_lazy("In force from"),
        widget=forms.DateInput({"type": "date"}),
        validators=[of_this_age],
        help_text=gettext_lazy("From the beginning of that day on."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Kept with the rule; colleagues read it."),
    )

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(rule))
        super().__init__(*args, **kwargs)
        self.currency = rule.currency
        self.fields["example"] = DecimalField(
            label=gettext_lazy("An order to try it with"),
            min_value=Decimal(0),
            max_digits=9,
            decimal_places=exponent(rule.currency),
            widget=UnitInput(rule.currency),
        )
        for number in range(TIERS):
            self.fields[f"name_{number}"] = forms.CharField(
                label=gettext_lazy("Tier"), max_length=40, required=False
            )
            self.fields[f"from_{number}"] = IntegerField(
                label=gettext_lazy("From points"), min_value=1, required=False
            )
            self.fields[f"earn_{number}"] = _percent(
                gettext_lazy("Percent"), required=False
            )

    @property
    def tiers(self) -> list[list[forms.BoundField]]:
        """Return the fields of each tier, in their order."""
        return [
            [self[f"{part}_{number}"] for part in ("name", "from", "earn")]
            for number in range(TIERS)
        ]

    @property
    def plain(self) -> list[forms.BoundField]:
        """Return the fields above the tiers."""
        return [self["earn"], self["share"], self["lives_days"], self["tier_days"]]

    @property
    def next_rule(self) -> NextRule:
        """Return what was entered, once it is valid."""
        entered = self.cleaned_data
        day = datetime.combine(entered["valid_from"], time.min)
        return NextRule(
            currency=self.currency,
            earn_bps=int(entered["earn"] * _HUNDRED),
            spend_share_bps=int(entered["share"] * _HUNDRED),
            lives_days=entered["lives_days"],
            tiers=tuple(
                Tier(
                    name=entered[f"name_{number}"],
                    from_points=entered[f"from_{number}"] or 0,
                    earn_bps=int((entered[f"earn_{number}"] or 0) * _HUNDRED),
                )
                for number in range(TIERS)
                if any(entered[f"{part}_{number}"] for part in ("name", "from", "earn"))
            ),
            tier_days=entered["tier_days"],
            valid_from=timezone.make_aware(day),
        )

    @property
    def example_minor(self) -> int:
        """Return the order to try it with in minor units, once it is valid."""
        return from_decimal(self.cleaned_data["example"], self.currency)


def _initial(rule: Rule) -> dict[str, Any]:
    given: dict[str, Any] = {
        "earn": Decimal(rule.earn_bps) / _HUNDRED,
        "share": Decimal(rule.spend_share_bps) / _HUNDRED,
        "lives_days": rule.lives_days,
        "tier_days": rule.tier_days,
        "example": to_decimal(_EXAMPLE, rule.currency),
    }
    for number, tier in enumerate(rule.tiers[:TIERS]):
        given[f"name_{number}"] = tier.name
        given[f"from_{number}"] = tier.from_points
        given[f"earn_{number}"] = Decimal(tier.earn_bps) / _HUNDRED
    return given
