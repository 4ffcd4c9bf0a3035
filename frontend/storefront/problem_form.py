"""A buyer's report: what is asked, and what was wished for in words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from frontend import formats
from frontend.answers import AnswerField
from frontend.forms import ChoiceCards, DecimalField, UnitInput, filled
from frontend.storefront.sale_forms import PhotosField
from marketplace.core.money import Money, exponent, from_decimal
from marketplace.flows.report_problem import reportable_pieces
from support.models import Problem
from support.services.conversation import LONGEST
from support.services.photos import MOST_PHOTOS
from support.services.points import Point
from support.services.problems import kinds_for
from vendors.models import VendorOrder

_WISHES = {
    "refund": _("My money back"),
    "replacement": pgettext_lazy("a wish", "A new one"),
    "answer": _("An answer from the seller"),
    # Last: how much is asked for right below it.
    "less": _("Keep it for less"),
}
_ASKED = (Point.USABLE, Point.CAUSE, Point.BACK)


class ProblemForm(forms.Form):
    """A report: which things, what is wrong, what would put it right."""

    kind = forms.ChoiceField(
        label=_("Choose what fits best"),
        choices=Problem.Kind.choices,
        widget=ChoiceCards,
        error_messages={"required": _("Choose what is the matter.")},
    )
    text = forms.CharField(
        label=_("In your words"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Say in a few words what is wrong.")},
    )
    photos = PhotosField(
        label=_("Photos"),
        required=False,
        help_text=filled(
            _("JPG, PNG or WebP, up to %(most)d. Their place and time are removed."),
            most=MOST_PHOTOS,
        ),
    )
    wanted = forms.ChoiceField(
        label=_("Choose one"),
        choices=_WISHES.items(),
        initial="refund",
        widget=ChoiceCards,
    )

    usable = AnswerField(Point.USABLE, label=_("Can it be used?"))
    cause = AnswerField(Point.CAUSE, label=_("Where did it break?"))
    back = AnswerField(Point.BACK, label=_("Would you send it back?"))

    def __init__(self, *args: Any, part: VendorOrder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = part.currency
        self.fields["less"] = self._amount()
        kinds = [(kind.value, kind.label) for kind in kinds_for(part)]
        cast("forms.ChoiceField", self.fields["kind"]).choices = kinds
        self.line_names: list[str] = []
        left = reportable_pieces(part)
        self.is_one_piece = sum(left.values()) == 1
        for line in part.lines.all():
            had = left[line.pk]
            if not had:
                continue
            name = f"line_{line.pk}"
            self.line_names.append(name)
            self.fields[name] = forms.TypedChoiceField(
                label=line.order_line.title,
                choices=_quantities(had),
                coerce=int,
                required=False,
                empty_value=None,
                initial=had if sum(map(bool, left.values())) == 1 else 0,
            )

    def _amount(self) -> forms.Field:
        places = exponent(self.currency)
        field = DecimalField(
            label=_("How much back would be right?"),
            help_text=_("The seller answers."),
            required=False,
            min_value=Decimal(1).scaleb(-places),
            max_digits=10,
            decimal_places=places,
            widget=UnitInput(self.currency),
        )
        # It is asked for where that is chosen.
        field.when_optional = " "
        return field

    def clean(self) -> dict[str, Any]:
        """Ask how much back, where that is wanted; it counts for nothing else."""
        cleaned = super().clean() or {}
        if cleaned.get("wanted") != "less":
            self.errors.pop("less", None)
            cleaned["less"] = None
        elif "less" in cleaned and cleaned["less"] is None:
            self.add_error("less", _("Say how much back would be right."))
        return cleaned

    def say_worth(self, worth: Money | None) -> None:
        """Show beside the wishes for money what can come back; None if unknown."""
        cards = cast("ChoiceCards", self.fields["wanted"].widget)
        amount = "" if worth is None else formats.amount(worth)
        most = gettext("up to %(amount)s") % {"amount": amount} if amount else ""
        cards.beside = {"refund": amount, "less": most}

    @property
    def less_minor(self) -> int | None:
        """How much back they ask for, in minor units, once the form is valid."""
        less = self.cleaned_data["less"]
        return None if less is None else from_decimal(less, self.currency)

    @property
    def wish(self) -> str:
        """Return what is wished for so far, whatever else is missing."""
        return str(self["wanted"].value() or "")

    @property
    def less_so_far(self) -> Money | None:
        """Return how much back is typed so far; None of what is no amount."""
        if "less" in self.errors:
            return None
        try:
            amount = self.fields["less"].clean(self["less"].value())
        except forms.ValidationError:
            return None
        if amount is None:
            return None
        return Money(from_decimal(amount, self.currency), self.currency)

    @property
    def answers(self) -> dict[str, str]:
        """Return what is answered to short questions, once the form is valid."""
        return {point: self.cleaned_data[point] for point in _ASKED}

    @property
    def asks_for_return(self) -> bool:
        """Say whether a return is asked for, where there can be one."""
        field = cast("forms.ChoiceField", self.fields["kind"])
        return_ = Problem.Kind.RETURN
        return self["kind"].value() == return_ and field.valid_value(return_)

    @property
    def line_fields(self) -> Sequence[forms.BoundField]:
        """Return the fields that ask how many of each thing."""
        return [self[name] for name in self.line_names]

    @property
    def chosen(self) -> dict[int, int]:
        """Return how many of each line are chosen so far, whatever else is missing."""
        found = {}
        for name in self.line_names:
            written = str(self[name].value() or "")
            field = cast("forms.TypedChoiceField", self.fields[name])
            if field.valid_value(written) and written.isdecimal():
                found[int(name.removeprefix("line_"))] = int(written)
        return found

    @property
    def quantities(self) -> dict[int, int]:
        """Return how many of each line are meant, once the form is valid."""
        return {
            int(name.removeprefix("line_")): self.cleaned_data[name]
            for name in self.line_names
            if self.cleaned_data.get(name)
        }


def words_of_wish(problem: Problem) -> str:
    """Return what would put a problem right, in its buyer's words."""
    if problem.wanted_minor is None:
        return str(_WISHES.get(problem.wanted, ""))
    amount = Money(problem.wanted_minor, problem.vendor_order.currency)
    return gettext("Keep it, with %(amount)s back") % {"amount": formats.amount(amount)}


def _quantities(had: int) -> list[tuple[int, Any]]:
    return [(0, _("none")), *((n, str(n)) for n in range(1, had + 1))]
