"""The form of the next rule of points."""

from collections.abc import Mapping
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

# Rows of the table of tiers: those there are and one more, up to so many.
FEWEST_TIERS, MOST_TIERS = 3, 8
# What the button for one more row sends.
ANOTHER = "row"
_HUNDRED = 100
_EXAMPLE = 10_000


def _percent(label: Any, **more: Any) -> DecimalField:
    return DecimalField(
        label=label,
        min_value=Decimal(0),
        max_value=Decimal(_HUNDRED),
        max_digits=5,
        decimal_places=2,
        widget=UnitInput("%"),
        **more,
    )


class RuleForm(forms.Form):
    """Shares, lives and tiers from a day on, and an order to try them with."""

    earn = _percent(gettext_lazy("Points for what is paid"))
    share = _percent(gettext_lazy("Of an order at most"))
    lives_days = IntegerField(
        label=gettext_lazy("Points live, in days"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=gettext_lazy("Empty: for ever. Given ones keep their days."),
    )
    tier_days = IntegerField(
        label=gettext_lazy("A tier counts, in days"),
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
        self.rows = _rows(self.data or self.initial)
        self.fields["example"] = DecimalField(
            label=gettext_lazy("An order to try it with"),
            min_value=Decimal(0),
            max_digits=9,
            decimal_places=exponent(rule.currency),
            widget=UnitInput(rule.currency),
        )
        for number in range(self.rows):
            self.fields[f"name_{number}"] = forms.CharField(
                label=gettext_lazy("Tier"), max_length=40, required=False
            )
            self.fields[f"from_{number}"] = IntegerField(
                label=gettext_lazy("From points"), min_value=1, required=False
            )
            self.fields[f"earn_{number}"] = _percent(
                gettext_lazy("Percent"), required=False
            )
        if self.initial.get("do") == ANOTHER:
            self.fields[f"name_{self.rows - 1}"].widget.attrs["data-focus"] = ""

    @property
    def tiers(self) -> list[list[forms.BoundField]]:
        """Return the fields of each tier, in their order."""
        return [
            [self[f"{part}_{number}"] for part in ("name", "from", "earn")]
            for number in range(self.rows)
        ]

    @property
    def may_have_more(self) -> bool:
        """Say whether another tier can be added."""
        return self.rows < MOST_TIERS

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
                for number in range(self.rows)
                if any(entered[f"{part}_{number}"] for part in ("name", "from", "earn"))
            ),
            tier_days=entered["tier_days"],
            valid_from=timezone.make_aware(day),
        )

    @property
    def example_minor(self) -> int:
        """Return the order to try it with in minor units, once it is valid."""
        return from_decimal(self.cleaned_data["example"], self.currency)


def _rows(given: Mapping[str, Any]) -> int:
    """Return how many tiers are given room: those there are, and one more if asked."""
    shown = sum(f"name_{number}" in given for number in range(MOST_TIERS))
    wanted = max(shown, FEWEST_TIERS) + (given.get("do") == ANOTHER)
    return min(MOST_TIERS, wanted)


def _initial(rule: Rule) -> dict[str, Any]:
    given: dict[str, Any] = {
        "earn": Decimal(rule.earn_bps) / _HUNDRED,
        "share": Decimal(rule.spend_share_bps) / _HUNDRED,
        "lives_days": rule.lives_days,
        "tier_days": rule.tier_days,
        "example": to_decimal(_EXAMPLE, rule.currency),
    }
    for number, tier in enumerate(rule.tiers[:MOST_TIERS]):
        given[f"name_{number}"] = tier.name
        given[f"from_{number}"] = tier.from_points
        given[f"earn_{number}"] = Decimal(tier.earn_bps) / _HUNDRED
    return given
