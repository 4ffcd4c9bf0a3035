"""Compare ledger, Stripe and bank, and keep what was found."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from marketplace.db import audit
from marketplace.db.wake import wake
from payouts.gateway import GatewayRefusedError, UnavailableError, connect
from payouts.models import MatchRun, MatchState
from payouts.selectors.invariants import CountPoints, Violation
from payouts.selectors.matching import MatchRow, compare, only_in_ledger
from payouts.services.bank import match_lines
from payouts.services.reconciliation import OF_THE_MOMENT, TRIES, reconcile

log = logging.getLogger(__name__)

WAKE_TOPIC = "payouts.matching"


@transaction.atomic
def request_run(*, operator_id: int | None, now: datetime) -> MatchRun:
    """Ask for a comparison; one that waits already is the answer to both."""
    run, is_new = MatchRun.objects.get_or_create(
        state=MatchState.WAITING,
        defaults={"requested_by_id": operator_id, "requested_at": now},
    )
    if is_new and operator_id is not None:
        audit.record("match.requested", subject=run, actor_id=operator_id, now=now)
    wake(WAKE_TOPIC)
    return run


def run_waiting(*, now: datetime, count_points: CountPoints | None = None) -> bool:
    """Carry out the comparison that waits; say whether there was one.

    Call it outside a transaction: Stripe is asked. One that a dead worker left behind
    stays "running"; the next one that is asked for takes its place.
    """
    run = _claim(now)
    if run is None:
        return False
    try:
        _carry_out(run, now, count_points)
    except (UnavailableError, GatewayRefusedError) as error:
        run.state = MatchState.FAILED
        run.error = str(error)[:2000]
    run.finished_at = now
    run.save()
    return True


@transaction.atomic
def _claim(now: datetime) -> MatchRun | None:
    run = (
        MatchRun.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(state=MatchState.WAITING)
        .first()
    )
    if run is not None:
        MatchRun.objects.filter(state=MatchState.RUNNING).update(
            state=MatchState.FAILED,
            finished_at=now,
            error="The worker stopped before it was done.",
        )
        run.state = MatchState.RUNNING
        run.started_at = now
        run.save()
    return run


def _carry_out(run: MatchRun, now: datetime, count_points: CountPoints | None) -> None:
    for _ in range(TRIES):
        violations = reconcile(now=now, count_points=count_points)
        rows = compare(stripe_holds=connect().balance())
        if not _may_pass(violations, rows):
            break
    match_lines()
    run.violations = [
        {"code": each.code, "message": each.message} for each in violations
    ]
    run.report = [asdict(row) for row in rows]
    run.in_ledger = [asdict(movement) for movement in only_in_ledger()]
    run.state = MatchState.DONE
    for violation in violations:
        log.error("The books do not hold: %s", violation)


def _may_pass(violations: Sequence[Violation], rows: Iterable[MatchRow]) -> bool:
    """Say whether all that differs may be the sales of this very moment."""
    if any(each.code not in OF_THE_MOMENT for each in violations):
        return False
    return bool(violations) or any(row.difference for row in rows if row.provider)
