"""Which rule a decision follows: an operator chooses, both sides read it."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.db.models import prefetch_related_objects
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from frontend.forms import ChoiceCards
from marketplace.db import clock
from support.models import Problem
from support.proposing import proposed_for
from support.rules import rules_for


class DecisionForm(forms.Form):
    """By which rule it ends, and why."""

    rule = forms.ChoiceField(
        label=gettext_lazy("Rule that decides"),
        widget=ChoiceCards,
        error_messages={"required": gettext_lazy("Choose the rule that decides this.")},
    )
    decision = forms.CharField(
        label=gettext_lazy("Decision, as both sides will read it"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Sent with the rule and how to object."),
    )

    def __init__(self, *args: Any, told: Problem, **kwargs: Any) -> None:
        prefetch_related_objects([told], "answers", "vendor_order__parcels")
        self.proposed = proposed_for(told, now=clock.now())
        chosen = self.proposed.rule.code if self.proposed.rule else None
        super().__init__(*args, **{"initial": {"rule": chosen}, **kwargs})
        rule = cast("forms.ChoiceField", self.fields["rule"])
        rule.choices = list(_choices(told.kind))


def _choices(kind: str) -> Iterator[tuple[str, SafeString]]:
    for rule in rules_for(kind):
        yield rule.code, format_html("<b>{}</b> {}", rule.code, rule.title)
