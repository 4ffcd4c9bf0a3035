"""The order of results: its factors, what other weights would do, publishing them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from frontend.backoffice.access import office_page, operators
from frontend.forms import IntegerField, UnitInput
from frontend.middleware import ViewerRequest
from frontend.storefront.cards import product_address
from marketplace.accounts.selectors import names_of
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from search import comparing, weights
from search.backends.base import ProductQuery
from search.ranking import FACTORS, MOST_WEIGHT, Factor
from search.words import MAX_QUERY_LENGTH, storable

if TYPE_CHECKING:
    from search.models import Ranking

_PER_PAGE = 20
_LONGEST_REASON = 500


class WeightsForm(forms.Form):
    """New weights, a query to try them on, and why; `seen` is the row they follow."""

    seen = IntegerField(required=False, widget=forms.HiddenInput)
    query = forms.CharField(
        label=gettext_lazy("Try it on"),
        required=False,
        max_length=MAX_QUERY_LENGTH,
        help_text=gettext_lazy("As a buyer types it; empty shows all things."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=_LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("It stays in the history."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason: Any = self.fields["reason"]
        reason.when_optional = _("needed to publish")
        for factor in FACTORS:
            self.fields[factor.key] = IntegerField(
                label=str(factor.name),
                min_value=0,
                max_value=MOST_WEIGHT,
                widget=UnitInput("%", {"inputmode": "numeric"}),
            )

    @property
    def weights(self) -> dict[str, int]:
        """Return what was typed, by factor."""
        return {factor.key: self.cleaned_data[factor.key] for factor in FACTORS}

    @property
    def weight_fields(self) -> list[forms.BoundField]:
        """Return the fields of the factors, in their order."""
        return [self[factor.key] for factor in FACTORS]


@dataclass(frozen=True, slots=True)
class Published:
    """Weights as the history shows them."""

    since: datetime
    weights: list[tuple[Factor, int]]
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Result:
    """A result at its place in a comparison."""

    place: int
    title: str
    href: str
    seller: str
    moved: int | None

    @property
    def moved_down(self) -> int:
        """Return how far down it goes."""
        return -(self.moved or 0)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def ranking(request: ViewerRequest) -> HttpResponse:
    """Show the weights in force; try others on a query, and publish them."""
    # Not what this process remembers: the form says what it was chosen upon.
    seen, in_force = weights.newest()
    form = WeightsForm(request.POST or None, initial={"seen": seen, **in_force})
    preview = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "publish" and _publish(request, form):
            messages.success(request, _("Published. Searches follow within seconds."))
            return redirect("office-search-ranking")
        preview = _preview(form)
    rows = weights.history()
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    return office_page(
        request,
        "search_ranking",
        {
            "form": form,
            "preview": preview,
            "factors": [(factor, in_force[factor.key]) for factor in FACTORS],
            "history": _history(page),
            "page": page,
            "nav": "office-search",
        },
        status=422 if form.errors else 200,
    )


def _publish(request: ViewerRequest, form: WeightsForm) -> bool:
    """Put the weights in force, or say beside the field why not."""
    try:
        weights.publish(
            weights=form.weights,
            reason=form.cleaned_data["reason"],
            chosen_by=request.user.pk,
            now=clock.now(),
            seen=form.cleaned_data["seen"] or 0,
        )
    except weights.StaleWeightsError as refusal:
        form.add_error(None, refusal.message)
        # What is typed stays; who publishes it now has seen what is in force.
        typed = request.POST.copy()
        typed["seen"] = str(weights.newest()[0])
        form.data = typed
    except weights.WeightsRefusedError as refusal:
        form.add_error(refusal.field or "reason", refusal.message)
    return not form.errors


def _preview(form: WeightsForm) -> dict[str, object]:
    text = storable(form.cleaned_data.get("query") or "")
    query = ProductQuery(text=text, currency=settings.CURRENCY)
    found = comparing.compared(query, form.weights)
    return {
        "query": text,
        "total": found.total,
        "has_moves": found.has_moves,
        "sides": (
            ("now", _("Now"), [_result(each) for each in found.now]),
            ("then", _("With these weights"), [_result(each) for each in found.then]),
        ),
    }


def _result(placed: comparing.Placed) -> Result:
    card = placed.card
    address = product_address(card)
    return Result(placed.place, card["title"], address, card["seller"], placed.moved)


def _history(page: "Page[Ranking]") -> list[Published]:
    rows = list(page)
    names = names_of(row.chosen_by for row in rows if row.chosen_by)
    return [
        Published(
            since=row.since,
            weights=[
                (factor, row.weights.get(factor.key, factor.usual_weight))
                for factor in FACTORS
            ],
            reason=row.reason,
            by=names.get(row.chosen_by or 0, ""),
        )
        for row in rows
    ]
