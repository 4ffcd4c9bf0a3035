"""When each task runs: a broker may lose a wake-up, so each topic is swept."""

from typing import Any

MINUTE = 60.0

# Messages of the outbox and tables that a worker empties; a flow wakes them by name.
TOPICS = (
    "account.changed",
    "account.export",
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
    "vendors.webhooks",
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
    "sweep.searches",
    "sweep.alerts",
    "sweep.erasures",
    "sweep.nights",
    "sweep.search",
)


def task_of(topic: str) -> str:
    """Return the name of the task that empties a topic."""
    return f"drain.{topic}"


def schedule() -> dict[str, dict[str, Any]]:
    """Return Celery's beat schedule."""
    every_minute = [*(task_of(topic) for topic in TOPICS), *SWEEPS]
    # A sweep that could not start within its minute: the next one does its work.
    return {
        name: {"task": name, "schedule": MINUTE, "options": {"expires": MINUTE}}
        for name in every_minute
    }
