"""Give money of a sale back, in two steps: what would move, then do it.

Shared by the portal and the office: who may is asked there.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.forms import DecimalField, IntegerField, UnitInput, at_most, words_of
from marketplace.core.errors import RefusedError
from marketplace.core.money import exponent, from_decimal, to_decimal
from marketplace.db import clock
from marketplace.flows.refund_line import RefundedBy, WantedBack, refund_amounts
from marketplace.flows.refund_look import ChangedMeanwhileError, Look, look_at
from payouts.selectors.refunds import RefundableLine, refundable_lines
from payouts.services.refund import price_of_quantity, was_sent
from vendors.services.fulfilment import CancelledBy

if TYPE_CHECKING:
    from vendors.models import VendorOrder


class RefundForm(forms.Form):
    """How many pieces or how much of each line; the token makes a second click one."""

    # "All that is left" fills the form in: a browser must not insist on the rest yet.
    use_required_attribute = False

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": gettext_lazy("Say in a few words why.")},
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    # The mark of the last look, so that nobody confirms something else.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(
        self,
        *args: Any,
        part: "VendorOrder",
        by_seller: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {"token": uuid4().hex})
        super().__init__(*args, **kwargs)
        self.part, self.by_seller = part, by_seller
        self.lines = _left(part)
        self.waiting = _waiting(part)
        for line in self.lines:
            if not line.is_shipping and line.units_left:
                self.fields[f"pieces_{line.line_id}"] = self._pieces(line)
            self.fields[f"amount_{line.line_id}"] = self._amount(line)

    @property
    def rows(self) -> list[tuple[RefundableLine, Any, Any]]:
        """Each line with its fields: pieces where it has some, and the amount."""
        return [
            (
                line,
                self[f"pieces_{line.line_id}"]
                if f"pieces_{line.line_id}" in self.fields
                else None,
                self[f"amount_{line.line_id}"],
            )
            for line in self.lines
        ]

    @property
    def back(self) -> WantedBack:
        """What goes back, once the form is valid; an amount beats pieces."""
        found = {line.line_id: self._wanted(line) for line in self.lines}
        pieces = {line.line_id: self._number(line) for line in self.lines}
        return WantedBack(
            wanted={line_id: minor for line_id, minor in found.items() if minor},
            pieces={line_id: number for line_id, number in pieces.items() if number},
        )

    def _wanted(self, line: RefundableLine) -> int:
        amount = self.cleaned_data.get(f"amount_{line.line_id}")
        if amount is not None:
            return from_decimal(amount, self.part.currency)
        pieces = self._number(line)
        if not pieces:
            return 0
        return price_of_quantity(line_id=line.line_id, quantity=pieces)

    def _number(self, line: RefundableLine) -> int:
        if self.cleaned_data.get(f"amount_{line.line_id}") is not None:
            return 0
        return self.cleaned_data.get(f"pieces_{line.line_id}") or 0

    def _pieces(self, line: RefundableLine) -> forms.Field:
        field = IntegerField(
            label=_("Pieces"),
            min_value=0,
            max_value=line.units_left,
            required=False,
            help_text=self._of_how_many(line),
        )
        return _may_stay_empty(field)

    def _of_how_many(self, line: RefundableLine) -> str:
        waiting = self.waiting.get(line.line_id, 0)
        if not waiting:
            return _("of %(left)d") % {"left": line.units_left}
        if waiting >= line.units_left and self.by_seller:
            words = _("of %(left)d, not sent yet: what goes back stays with you")
        elif waiting >= line.units_left:
            words = _("of %(left)d, not sent yet: what goes back stays with the seller")
        elif self.by_seller:
            words = _(
                "of %(left)d. What has not left yet (%(waiting)d) goes back first and "
                "stays with you"
            )
        else:
            words = _(
                "of %(left)d. What has not left yet (%(waiting)d) goes back first and "
                "stays with the seller"
            )
        return words % {"left": line.units_left, "waiting": waiting}

    def _amount(self, line: RefundableLine) -> forms.Field:
        places = exponent(self.part.currency)
        field = DecimalField(
            label=_("Amount") if line.is_shipping else _("or an amount"),
            min_value=Decimal(0),
            max_value=to_decimal(line.left, self.part.currency),
            decimal_places=places,
            max_digits=12,
            required=False,
            widget=UnitInput(self.part.currency),
        )
        field.help_text = at_most(line.left, self.part.currency)
        return _may_stay_empty(field)


def _may_stay_empty(field: Any) -> forms.Field:
    """Leave out the word that says so: most lines of the form stay empty."""
    field.when_optional = " "
    answer: forms.Field = field
    return answer


@dataclass(frozen=True, slots=True)
class Step:
    """Where somebody is: choosing, looking at what would move, or done."""

    form: RefundForm
    look: Look | None = None
    is_done: bool = False


def take_step(
    request: HttpRequest, part: "VendorOrder", *, by_seller: bool = False
) -> Step:
    """Read what was sent, show what would move, and move it once that was seen."""
    if request.method != "POST":
        return Step(RefundForm(part=part, by_seller=by_seller))
    sent: dict[str, Any] = request.POST.dict()
    how = sent.get("how", "look")
    token = f"refund:{part.pk}:{words_of(request, 'token', most=64)}"
    # A second click: what the first one took is not there to be taken again.
    if how == "do" and was_sent(token=token):
        return Step(RefundForm(part=part), is_done=True)
    if how == "all":
        sent |= _amounts(part, {line.line_id: line.left for line in _left(part)})
    form = RefundForm(sent, part=part, by_seller=by_seller)
    if not form.is_valid():
        return Step(form)
    by = _refunded_by(request, form, by_seller)
    return _look_or_do(form, token, by if how == "do" else None)


def _look_or_do(form: RefundForm, token: str, by: RefundedBy | None) -> Step:
    """Show what a form would move, or move it for somebody who has seen it."""
    try:
        look = look_at(part=form.part, back=form.back)
        if by is not None:
            _do(look, form, token, by)
            return Step(form, look, is_done=True)
    except ChangedMeanwhileError as refusal:
        return _look_again(form, look, refusal.message)
    except RefusedError as refusal:
        form.add_error(None, refusal.message)
        return Step(form)
    return _look_again(form, look)


def _look_again(form: RefundForm, look: Look, why: str = "") -> Step:
    """Show what would move; the next click is held to it."""
    sent = {**form.data, "seen": look.mark}
    again = RefundForm(sent, part=form.part, by_seller=form.by_seller)
    if why:
        again.add_error(None, why)
    return Step(again, look)


def _do(look: Look, form: RefundForm, token: str, by: RefundedBy) -> None:
    refund_amounts(
        part=form.part,
        back=WantedBack(wanted=look.wanted, pieces=form.back.pieces),
        reason=form.cleaned_data["reason"],
        token=token,
        by=by,
        now=clock.now(),
    )


def _refunded_by(request: HttpRequest, form: RefundForm, by_seller: bool) -> RefundedBy:
    side = CancelledBy.SELLER if by_seller else CancelledBy.PLATFORM
    seen = form.cleaned_data["seen"]
    return RefundedBy(side=side, actor_id=request.user.pk, is_news=True, seen=seen)


def _left(part: "VendorOrder") -> list[RefundableLine]:
    return [line for line in refundable_lines(part.settlement) if line.left > 0]


def _amounts(part: "VendorOrder", wanted: dict[int, int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _left(part):
        minor = wanted.get(line.line_id, 0)
        amount = str(to_decimal(minor, part.currency)) if minor else ""
        found[f"amount_{line.line_id}"] = amount
        found[f"pieces_{line.line_id}"] = ""
    return found


def _waiting(part: "VendorOrder") -> dict[int, int]:
    """Map the frozen lines of a part to how many of their pieces have not left."""
    lines = part.lines.select_related("order_line__settlement_line")
    return {
        line.order_line.settlement_line.pk: line.left_to_ship
        for line in lines.order_by("pk")
    }
