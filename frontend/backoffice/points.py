"""Points: the rule in force, what is owed for them, and the rule that follows."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.points_form import ANOTHER, RuleForm
from frontend.middleware import ViewerRequest
from loyalty import rules
from loyalty.liability import YearEarned, liability_of, year_earned
from loyalty.models import PointsRule
from loyalty.rules import NextRule, RuleRefusedError
from loyalty.selectors import rule_asked_for, rule_at, rule_of, rules_published
from loyalty.worth import Rule, earned
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock

_PER_PAGE = 10
_EXAMPLE = 10_000
_POINTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """What an order earns somebody of a tier, by the rule in force and by the next."""

    who: str
    now: int
    after: int
    after_worth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be different with another rule; amounts in minor units."""

    rule: Rule
    order: int
    earned: list[Earned]
    year: YearEarned

    @property
    def more(self) -> int:
        """Return how much more a year like the last one would be owed."""
        return self.year.after - self.year.then


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def points(request: ViewerRequest) -> HttpResponse:
    """Show the rule and what is owed; look at the next rule, or ask for it."""
    rule = rule_at(settings.CURRENCY, now=clock.now())
    if rule is None:
        return office_page(request, "points", {})
    if request.POST.get("do") == ANOTHER:
        form = RuleForm(initial=request.POST.dict(), rule=rule)
    else:
        form = RuleForm(request.POST or None, rule=rule)
    preview = None
    if form.is_bound and form.is_valid():
        try:
            if request.POST.get("do") == "ask":
                _ask(request, form)
                return redirect("office-points")
            rules.check(form.next_rule, now=clock.now())
        except RuleRefusedError as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            preview = _preview(rule, _as_rule(form.next_rule, rule), form.example_minor)
    return _page(request, rule, form, preview)


@require_POST
@operators(OperatorPermission.FINANCE)
def decide(request: ViewerRequest, rule_id: int) -> HttpResponse:
    """Publish a rule that somebody else asked for, or drop it."""
    asked = {"rule_id": rule_id, "operator_id": request.user.pk, "now": clock.now()}
    try:
        if request.POST.get("do") == "publish":
            rules.publish_rule(**asked)
            messages.success(request, _("Published. It applies from its day on."))
        elif request.POST.get("do") == "drop":
            rules.drop_rule(**asked)
            messages.success(request, _("Dropped. The rule in force stays."))
    except PointsRule.DoesNotExist as error:
        raise Http404 from error
    except RefusedError as refusal:
        messages.error(request, refusal.message)
    return redirect("office-points")


def _ask(request: ViewerRequest, form: RuleForm) -> None:
    rules.ask_for_rule(
        rule=form.next_rule,
        reason=form.cleaned_data["reason"],
        operator_id=request.user.pk,
        now=clock.now(),
    )
    messages.success(request, _("Asked for. Somebody else publishes it."))


def _page(
    request: ViewerRequest, rule: Rule, form: RuleForm, preview: Preview | None
) -> HttpResponse:
    now = clock.now()
    published = rules_published(rule.currency)
    waiting = rule_asked_for(rule.currency)
    context: dict[str, Any] = {
        "rule": rule,
        "row": published.filter(valid_from__lte=now).first(),
        "coming": published.filter(valid_from__gt=now).order_by("valid_from"),
        "waiting": waiting,
        "is_mine": waiting is not None and waiting.asked_by_id == request.user.pk,
        "waiting_preview": _preview(rule, rule_of(waiting), _EXAMPLE)
        if waiting
        else None,
        "page": Paginator(published, _PER_PAGE).get_page(request.GET.get("page")),
        "liability": liability_of(rule, now=now),
        "hundred": rule.worth_of(_POINTS),
        "form": form,
        "preview": preview,
    }
    return office_page(request, "points", context, status=422 if form.errors else 200)


def _as_rule(asked: NextRule, rule: Rule) -> Rule:
    said = asdict(asked) | {"tiers": asked.tiers}
    del said["valid_from"]
    tiers = sorted(asked.tiers, key=lambda each: each.from_points)
    return replace(rule, **(said | {"tiers": tuple(tiers), "lives": ()}))


def _preview(rule: Rule, other: Rule, order: int) -> Preview:
    reached = [(_("Everybody"), 0)]
    reached += [(tier.name, tier.from_points) for tier in other.tiers]
    rows = []
    for who, points_reached in reached:
        after = earned(other.at_rate_of(points_reached), cash_minor=order)
        rows.append(
            Earned(
                who=who,
                now=earned(rule.at_rate_of(points_reached), cash_minor=order),
                after=after,
                after_worth=other.worth_of(after),
            )
        )
    return Preview(
        rule=other,
        order=order,
        earned=rows,
        year=year_earned(rule, other, now=clock.now()),
    )
