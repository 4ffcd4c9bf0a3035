"""How a problem ends: the outcome, who bears it, by which rule, and why."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.backoffice.problem_page import Stakes
from frontend.forms import ChoiceCards, ChoiceLines, DecimalField, UnitInput
from frontend.templatetags.comptoir import money_plain
from marketplace.core.money import exponent, from_decimal, to_decimal
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db import clock
from marketplace.db.dates import written_day
from marketplace.flows.claim_from_carrier import Bearer
from marketplace.flows.decide_problem import Outcome, Verdict
from marketplace.flows.refund_look import Look
from marketplace.flows.resolve_problem import Decision
from payouts.vocabulary import RefundBearer
from support.models import Problem
from support.proposing import Proposed, proposed_for
from support.rules import rules_for
from vendors.models import Parcel, VendorOrder

# Before the public id of a parcel: its carrier bears it.
_CARRIER = "carrier:"


class _BearerField(forms.ChoiceField):
    """Who bears it: the seller, unless somebody else is chosen."""

    def clean(self, value: Any) -> Any:
        """Return who was chosen."""
        return super().clean(value or RefundBearer.VENDOR)


class ProblemDecisionForm(forms.Form):
    """What an operator decides; it begins with what is proposed."""

    # The amount and who bears it are asked for only where they matter: a browser must
    # not insist on what it does not show.
    use_required_attribute = False

    how = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        widget=ChoiceLines,
        error_messages={
            "required": gettext_lazy("Choose how it ends."),
            "invalid_choice": gettext_lazy("Choose how it ends."),
        },
    )
    amount = DecimalField(label=gettext_lazy("How much"), required=False)
    SELLER = (RefundBearer.VENDOR, gettext_lazy("The seller"))
    MARKET = (
        RefundBearer.PLATFORM,
        format_lazy(gettext_lazy("{}, as goodwill"), settings.MARKET_NAME),
    )
    bearer = _BearerField(
        label=gettext_lazy("Who bears it"),
        choices=[SELLER],
        widget=ChoiceLines,
        error_messages={"invalid_choice": gettext_lazy("Choose who bears it.")},
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("Rule that decides"),
        widget=ChoiceCards,
        error_messages={
            each: gettext_lazy("Choose the rule that decides this.")
            for each in ("required", "invalid_choice")
        },
    )
    decision = forms.CharField(
        label=gettext_lazy("Decision, as both sides will read it"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Sent with the rule and how to object."),
    )

    def __init__(
        self, *args: Any, told: Problem, stakes: Stakes, viewer: Viewer, **kwargs: Any
    ) -> None:
        part = told.vendor_order
        prefetch_related_objects([told], "answers", "vendor_order__parcels")
        self.proposed = proposed_for(told, now=clock.now())
        self.currency = part.currency
        offered = list(_outcomes(stakes, self.currency))
        begun = _begun(self.proposed, told, [how for how, _words in offered])
        super().__init__(*args, **{"initial": begun, **kwargs})
        self._offer_outcomes(offered)
        self._ask_amount()
        if viewer.may(OperatorPermission.FINANCE):
            # The market's own money is given by who may give it on an order's page.
            self._offer_bearers(part)
            if stakes.money.points:
                self._tell_of_points()
        rules = cast("forms.ChoiceField", self.fields["rule"])
        rules.choices = list(_rules(told.kind))

    @property
    def is_in_part(self) -> bool:
        """Whether an amount goes back, once the form is valid."""
        return bool(self.cleaned_data["how"] == Outcome.PART)

    def verdict(self, seen: str) -> Verdict:
        """Return what was decided, once the form is valid; `seen` marks its sums."""
        given = self.cleaned_data
        minor = from_decimal(given["amount"], self.currency) if self.is_in_part else 0
        return Verdict(
            outcome=Outcome(given["how"]),
            decision=Decision(given["decision"], given["rule"]),
            bearer=_bearer(given["bearer"]),
            amount_minor=minor,
            seen=seen,
        )

    def clean(self) -> dict[str, Any]:
        """Ask for an amount where a part goes back, and for no bearer of nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        how, bearer = cleaned.get("how"), cleaned.get("bearer")
        if how != Outcome.PART:
            # It is out of sight then: what was typed there first does not count.
            self.errors.pop("amount", None)
        elif "amount" not in self.errors and cleaned.get("amount") is None:
            self.add_error("amount", _("Say how much goes back."))
        if how == Outcome.RELEASE and bearer and bearer != RefundBearer.VENDOR:
            self.add_error(
                "bearer",
                _(
                    "Nothing goes back to the buyer here: choose another outcome,"
                    " or the seller."
                ),
            )
        return cleaned

    def _offer_outcomes(self, offered: list[tuple[str, str]]) -> None:
        """Show what can be done now; what could be a moment ago is refused in words."""
        field = cast("forms.ChoiceField", self.fields["how"])
        field.choices = [(each, each) for each in Outcome]
        lines = cast("ChoiceLines", field.widget)
        lines.choices, lines.keys = offered, {Outcome.RELEASE: "r"}

    def _ask_amount(self) -> None:
        places = exponent(self.currency)
        amount = DecimalField(
            label=self.fields["amount"].label,
            required=False,
            min_value=Decimal(1).scaleb(-places),
            max_digits=10,
            decimal_places=places,
            widget=UnitInput(self.currency),
        )
        amount.when_optional = _("of a part")
        self.fields["amount"] = amount

    def _offer_bearers(self, part: VendorOrder) -> None:
        """Offer the carrier of each parcel, and the market's own pocket."""
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
                "day": written_day(timezone.localdate(due), "d MMMM"),
            }

    def _tell_of_points(self) -> None:
        """Say that only a refund of the seller's gives points back."""
        field = self.fields["bearer"]
        spent = _(
            "Points that paid a part come back only where the seller bears it: others"
            " give what was paid by card."
        )
        field.help_text = f"{field.help_text} {spent}".strip()


def _bearer(chosen: str) -> Bearer:
    if chosen.startswith(_CARRIER):
        return Bearer(parcel=chosen.removeprefix(_CARRIER))
    return Bearer(is_market=chosen == RefundBearer.PLATFORM)


def _begun(proposed: Proposed, told: Problem, offered: list[str]) -> dict[str, Any]:
    """Return what is chosen already: what is proposed, as far as it can be done."""
    begun: dict[str, Any] = {"bearer": RefundBearer.VENDOR}
    if told.wanted_minor:
        begun["amount"] = to_decimal(told.wanted_minor, told.vendor_order.currency)
    rule = proposed.rule
    if rule is None:
        return begun
    if Problem.State.REFUNDED not in rule.ends:
        how = Outcome.RELEASE
    elif rule.gives == "part":
        how = Outcome.PART
    else:
        how = Outcome.PIECES if Outcome.PIECES in offered else Outcome.ALL
    return {**begun, "rule": rule.code, **({"how": how} if how in offered else {})}


def _outcomes(stakes: Stakes, currency: str) -> Iterator[tuple[str, str]]:
    """Yield each way in which it can end now, with what that moves."""
    if stakes.pieces:
        yield (
            Outcome.PIECES,
            _with_sum(_("Refund these pieces"), stakes.pieces, currency),
        )
    if stakes.rest:
        yield Outcome.ALL, _with_sum(_("Refund all"), stakes.rest, currency)
        yield Outcome.PART, _("Part of it")
    elif stakes.is_free:
        yield Outcome.ALL, _("Settle it for the buyer")
    yield Outcome.RELEASE, _to_seller(stakes, currency)


def _with_sum(words: str, look: Look, currency: str) -> str:
    if not look.to_buyer:
        return words
    return f"{words}, {money_plain(look.to_buyer, currency)}"


def _to_seller(stakes: Stakes, currency: str) -> str:
    if not stakes.money.left:
        return _("Settle it, nothing is left to pay")
    left = {"sum": money_plain(stakes.money.left, currency)}
    if stakes.is_held:
        return _("Pay the seller %(sum)s") % left
    return _("Leave the seller %(sum)s") % left


def _rules(kind: str) -> Iterator[tuple[str, SafeString]]:
    for rule in rules_for(kind):
        yield rule.code, format_html("<b>{}</b> {}", rule.code, rule.title)


def _named(parcel: Parcel) -> str:
    """Return a parcel's carrier with its number, if it has one."""
    return f"{parcel.carrier_name} {parcel.tracking_number}".strip()
