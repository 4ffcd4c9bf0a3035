"""When each task runs: a broker may lose a wake-up, so each topic is swept."""

from typing import Any

from celery.schedules import crontab

MINUTE = 60.0

# Messages of the outbox and tables that a worker empties; a flow wakes them by name.
TOPICS = (
    "account.changed",
    "adjustment.booked",
    "command.failed",
    "commission.asked",
    "commission.published",
    "commission.replay",
    "dispute.allocated",
    "dispute.lost",
    "dispute.opened",
    "dispute.regained",
    "dispute.sync",
    "dispute.won",
    "mail",
    "payment.expired",
    "payment.failed",
    "payment.returned",
    "payment.succeeded",
    "payout.changed",
    "payouts.commands",
    "payouts.documents",
    "payouts.inbox",
    "payouts.matching",
    "refund.failed",
    "refund.succeeded",
    "sale.taken_back",
    "search.index",
    "settlement.released",
    "settlement.transferred",
    "vendors.imports",
)
# Due dates are rows; these look for them.
SWEEPS = (
    "sweep.payments",
    "sweep.late_orders",
    "sweep.carriers",
    "sweep.receipts",
    "sweep.releases",
    "sweep.long_holds",
    "sweep.points",
)
NIGHTLY = {
    "nightly.reconcile": crontab(hour=3, minute=10),
    "nightly.documents": crontab(hour=4, minute=30),
    "nightly.close_months": crontab(hour=3, minute=25),
    "nightly.balances": crontab(hour=2, minute=50),
    "nightly.tidy": crontab(hour=3, minute=40),
    "nightly.find": crontab(hour=4, minute=5),
}


def task_of(topic: str) -> str:
    """Return the name of the task that empties a topic."""
    return f"drain.{topic}"


def schedule() -> dict[str, dict[str, Any]]:
    """Return Celery's beat schedule."""
    every_minute = [*(task_of(topic) for topic in TOPICS), *SWEEPS]
    return {
        # A sweep that could not start within its minute: the next one does its work.
        **{
            name: {"task": name, "schedule": MINUTE, "options": {"expires": MINUTE}}
            for name in every_minute
        },
        **{name: {"task": name, "schedule": when} for name, when in NIGHTLY.items()},
    }
