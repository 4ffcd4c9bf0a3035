"""Where the money is: sellers' balances, what is held and why, failed commands."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.book_rules import rules_checked
from frontend.backoffice.desk import Desk, Filter, desk_of
from frontend.backoffice.held_words import WHY_HELD
from frontend.backoffice.match_forms import CommandAsideForm
from frontend.backoffice.narrow import by_age
from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.count_points import points_owed
from marketplace.flows.retry_command import (
    AlreadySetAsideError,
    retry_command,
    retry_commands,
    set_command_aside,
)
from payouts.gateway import UnavailableError
from payouts.selectors.invariants import violations_at_once
from payouts.selectors.operators import (
    Positions,
    commands_set_aside,
    count_unanswered,
    debtors_beyond,
    failed_commands,
    held_and_why,
    parked_events,
    reasons_held,
    stuck_commands,
    sums_of_positions,
    unmatched_rows,
)
from payouts.selectors.runs import (
    adjustments_for,
    failed_payouts,
    own_movements,
    runs_of,
)
from payouts.services.reconciliation import reconcile_meanwhile
from payouts.vocabulary import CommandKind
from support.selectors.problems import problems_to_decide
from vendors.selectors.shops import shops_by_handle

if TYPE_CHECKING:
    from django.db.models import QuerySet

_PER_PAGE = 25
_RUNS = 6
_SHOWN = 100
_KEY = re.compile(r"[0-9]{1,18}")


@require_safe
@operators(OperatorPermission.FINANCE)
def payouts(request: ViewerRequest) -> HttpResponse:
    """Show each seller's balance, or each sum that is held with the reason."""
    by = "orders" if request.GET.get("by") == "orders" else "sellers"
    sums = sums_of_positions(request.viewer)
    seller_count = sum(each.sellers for each in sums)
    deep = debtors_beyond(request.viewer, limit=settings.DEBT_LIMIT, most=_RUNS + 1)
    now = clock.now()
    whys = reasons_held(request.viewer, now=now)
    return office_page(
        request,
        "payouts",
        {
            "by": by,
            "seller_count": seller_count,
            "held_count": sum(whys.values()),
            "currencies": [each.currency for each in sums],
            "run_rows": runs_of(request.viewer)[:_RUNS],
            "in_runs": settings.TRANSFERS == "runs",
            "debtors": deep[:_RUNS],
            "has_more_debtors": len(deep) > _RUNS,
            "refused": failed_payouts(request.viewer, now=now)[:_RUNS],
            "own": own_movements(request.viewer)[:_RUNS],
            "to_decide": adjustments_for(request.viewer)
            .filter(state="requested")
            .count(),
            "sums": sums,
            **(_sellers(request, seller_count) if by == "sellers" else {}),
            **(_orders(request, whys, now) if by == "orders" else {}),
        },
    )


def _sellers(request: ViewerRequest, count: int) -> dict[str, object]:
    """Return a page of balances: debts first, then whose money is most."""
    positions = Positions(request.viewer, count=count)
    page = Paginator(positions, _PER_PAGE).get_page(request.GET.get("page"))
    shops = shops_by_handle(position.handle for position in page.object_list)
    return {
        "page": page,
        "rows": [(each, shops[each.handle].partner) for each in page.object_list],
    }


def _orders(
    request: ViewerRequest, whys: dict[str, int], now: datetime
) -> dict[str, object]:
    """Return a page of what is held, of one reason if it was asked for."""
    why = request.GET.get("why", "")
    held: QuerySet[Any] = held_and_why(request.viewer, now=now)
    if why in whys:
        held = held.filter(why=why)
    page = Paginator(held, _PER_PAGE).get_page(request.GET.get("page"))
    frozen = [each.vendor_order_id for each in page if each.why == "frozen"]
    problems = problems_to_decide(request.viewer).filter(vendor_order__in=frozen)
    return {
        "page": page,
        "why": why,
        "whys": [
            (key, words, whys[key]) for key, words in WHY_HELD.items() if key in whys
        ],
        "problems": dict(problems.values_list("vendor_order_id", "public_id")),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def check(request: ViewerRequest) -> HttpResponse:
    """Check the books now; asked to, compare them with the provider too.

    Comparing fetches the provider's rows first, as `money_check` does:
    without that a transfer of this morning would look like a difference.
    """
    is_asked = False
    if request.method == "POST":
        try:
            found = reconcile_meanwhile(now=clock.now(), count_points=points_owed)
            is_asked = True
        except UnavailableError:
            messages.error(request, _("The payment provider does not answer."))
    if not is_asked:
        found = violations_at_once(count_points=points_owed)
    return office_page(
        request,
        "check",
        {
            "violations": found,
            "is_asked": is_asked,
            "rules": rules_checked(found, is_asked=is_asked),
            "nav": "office-payouts",
        },
    )


@require_safe
@operators(OperatorPermission.FINANCE)
def commands(request: ViewerRequest) -> HttpResponse:
    """List what Stripe refused, what waits for an answer, and what nobody knows."""
    return _commands_page(request)


def _commands_page(
    request: ViewerRequest,
    refused: Mapping[int, Form] | None = None,
    *,
    number: str | None = None,
) -> HttpResponse:
    """Show the lists; `refused` are the forms of commands that came back."""
    number = request.GET.get("page") if number is None else number
    desk = _desk(request)
    failed = Paginator(desk.rows, _SHOWN).get_page(number)
    refused = refused or {}
    lists = {
        "aside": commands_set_aside(request.viewer),
        "stuck": stuck_commands(request.viewer, now=clock.now()),
        "parked": parked_events(request.viewer),
        "unmatched": unmatched_rows(request.viewer),
    }
    found = {name: list(rows[: _SHOWN + 1]) for name, rows in lists.items()}
    return office_page(
        request,
        "commands",
        {
            "failed": failed,
            "desk": desk,
            "can_send_many": sum(row.may_be_sent_again for row in failed) > 1,
            "rows": [
                (row, refused.get(row.pk) or _aside_form(row.pk, failed.number))
                for row in failed
            ],
            **{name: rows[:_SHOWN] for name, rows in found.items()},
            "unanswered": count_unanswered(request.viewer),
            "shown": _SHOWN,
            "is_cut": {name: len(rows) > _SHOWN for name, rows in found.items()},
        },
        status=422 if refused else 200,
    )


def _desk(request: ViewerRequest) -> Desk:
    """Return the refused commands, narrowed by kind as the address says."""
    every = failed_commands(request.viewer)
    kinds = every.order_by("kind").values_list("kind", flat=True).distinct()
    named = dict(CommandKind.choices)
    return desk_of(
        request,
        every,
        Filter(
            name="kind",
            label=gettext_lazy("Kind"),
            every=gettext_lazy("Every kind"),
            choices=[(kind, named.get(kind, kind)) for kind in kinds],
            narrow=lambda rows, kind: rows.filter(kind=kind),
        ),
        by_age("finished_at"),
        route="office-commands",
    )


def _aside_form(
    command_id: int, page: int = 1, data: QueryDict | None = None
) -> CommandAsideForm:
    return CommandAsideForm(
        data, auto_id=f"aside-{command_id}-%s", initial={"page": page}
    )


def _back_to_commands(request: ViewerRequest) -> HttpResponse:
    """Lead to the page of the list from which something was sent."""
    number = words_of(request, "page", most=6)
    page = f"?page={number}" if number.isdecimal() else ""
    return redirect(reverse("office-commands") + page)


@require_POST
@operators(OperatorPermission.FINANCE)
def command_aside(request: ViewerRequest, command_id: int) -> HttpResponse:
    """Take a command that was refused for good out of the way."""
    form = _aside_form(command_id, data=request.POST)
    number = words_of(request, "page", most=6)
    if not form.is_valid():
        return _commands_page(request, {command_id: form}, number=number)
    try:
        set_command_aside(
            command_id=command_id,
            reason=form.cleaned_data["reason"],
            operator_id=request.user.pk,
            now=clock.now(),
        )
    except AlreadySetAsideError as known:
        messages.success(request, known.message)
    except RefusedError as refusal:
        form.add_error("reason", refusal.message)
        # It may have left the list meanwhile, and its form with it.
        messages.error(request, refusal.message)
        return _commands_page(request, {command_id: form}, number=number)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    else:
        messages.success(request, _("It is set aside."))
    return _back_to_commands(request)


@require_POST
@operators(OperatorPermission.FINANCE)
def commands_retry(request: ViewerRequest) -> HttpResponse:
    """Send several failed commands again; what cannot be is left, and said."""
    chosen = request.POST.getlist("command")[:_SHOWN]
    sent, left = retry_commands(
        command_ids=[int(key) for key in chosen if _KEY.fullmatch(key)],
        operator_id=request.user.pk,
        now=clock.now(),
    )
    if not chosen:
        messages.error(request, _("Choose at least one command."))
    if sent:
        words = ngettext(
            "%(n)d is sent again within a minute.",
            "%(n)d are sent again within a minute.",
            sent,
        )
        messages.success(request, words % {"n": sent})
    if left:
        words = ngettext(
            "%(n)d was left: it has been seen to, or cannot be sent again.",
            "%(n)d were left: they have been seen to, or cannot be sent again.",
            left,
        )
        messages.warning(request, words % {"n": left})
    return redirect(_desk(request).address("office-commands"))


@require_POST
@operators(OperatorPermission.FINANCE)
def command_retry(request: ViewerRequest, command_id: int) -> HttpResponse:
    """Send a failed command again."""
    try:
        sent = retry_command(
            command_id=command_id, operator_id=request.user.pk, now=clock.now()
        )
    except RefusedError as refusal:
        messages.error(request, refusal.message)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    else:
        again = _("It is sent again within a minute.")
        elsewhere = _("Their account is another one by now: what is due goes there.")
        messages.success(request, again if sent else elsewhere)
    return _back_to_commands(request)
