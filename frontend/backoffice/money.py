"""Where the money is: sellers' balances, what is held and why, failed commands."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.middleware import ViewerRequest
from loyalty.selectors import worth_outstanding
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.retry_command import retry_command
from payouts.selectors.invariants import violations_of_books, violations_of_points
from payouts.selectors.operators import (
    failed_commands,
    held_and_why,
    parked_events,
    positions_of_all,
    stuck_commands,
    unmatched_rows,
)

_PER_PAGE = 50
_SHOWN = 100


@require_safe
@operators(OperatorPermission.FINANCE)
def payouts(request: ViewerRequest) -> HttpResponse:
    """Show each seller's balance, and each sum that is held with the reason."""
    held = Paginator(held_and_why(request.viewer, now=clock.now()), _PER_PAGE)
    positions = positions_of_all(request.viewer)
    return office_page(
        request,
        "payouts",
        {
            "positions": positions,
            "held": held.get_page(request.GET.get("page")),
            "held_total": sum(position.held for position in positions),
            "due_total": sum(max(0, position.due) for position in positions),
            "debt_total": sum(min(0, position.due) for position in positions),
        },
    )


@require_safe
@operators(OperatorPermission.FINANCE)
def check(request: ViewerRequest) -> HttpResponse:
    """Check the books now, as `money_check` does every night."""
    found = [
        *violations_of_books(),
        *violations_of_points(outstanding=worth_outstanding()),
    ]
    return office_page(request, "check", {"violations": found, "nav": "office-payouts"})


@require_safe
@operators(OperatorPermission.FINANCE)
def commands(request: ViewerRequest) -> HttpResponse:
    """List what Stripe refused, what waits for an answer, and what nobody knows."""
    now = clock.now()
    return office_page(
        request,
        "commands",
        {
            "failed": failed_commands(request.viewer)[:_SHOWN],
            "stuck": stuck_commands(request.viewer, now=now)[:_SHOWN],
            "parked": parked_events(request.viewer)[:_SHOWN],
            "unmatched": unmatched_rows(request.viewer)[:_SHOWN],
        },
    )


@require_POST
@operators(OperatorPermission.FINANCE)
def command_retry(request: ViewerRequest, command_id: int) -> HttpResponse:
    """Send a failed command again."""
    try:
        retry_command(
            command_id=command_id, operator_id=request.user.pk, now=clock.now()
        )
    except RefusedError as refusal:
        messages.error(request, refusal.message)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    else:
        messages.success(request, _("It is sent again within a minute."))
    return redirect("office-commands")
