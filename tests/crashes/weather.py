"""What happens around the people: Stripe stumbles, time passes, sweeps are called."""

from random import Random
from threading import Event

from celery import Celery
from kombu.exceptions import OperationalError

from marketplace.config.embedded import broker_url
from marketplace.jobs.schedule import SWEEPS, TOPICS, task_of
from tests.servers import Sandbox

SWEEP = 4
_FAULTS = ("500_before", "500_after", "500_sticky", "drop_after", "429", "slow")
_PATHS = ("/v1/checkout/sessions", "/v1/transfers", "/v1/refunds", "/v1/")
# With more that met nobody yet, whoever asks last meets them all, and then new ones.
_MOST_WAITING = 3
_WEBHOOKS = ("drop", "duplicate", "duplicate", "reorder")


def sweep(redis_url: str, is_over: Event) -> None:
    """Call the sweeps every few seconds: a minute is long for a test."""
    with Celery(broker=broker_url(redis_url)) as app:
        while not is_over.wait(SWEEP):
            try:
                for name in (*map(task_of, TOPICS), *SWEEPS):
                    app.send_task(name, expires=SWEEP, retry=False, ignore_result=True)
            except (OperationalError, OSError):
                # The queue is away. So would be the scheduler's, for a moment.
                continue


def blow(sandbox: Sandbox, dice: Random, is_over: Event) -> None:
    """Let Stripe answer badly, and lose, repeat and mix up what it tells."""
    while not is_over.wait(dice.uniform(0.2, 2)):
        if dice.random() < 0.6:
            if len(sandbox.get("faults")["data"]) >= _MOST_WAITING:
                continue
            sandbox.post(
                "faults",
                kind=dice.choice(_FAULTS),
                path=dice.choice(_PATHS),
                method=dice.choice(("POST", "POST", "*")),
                seconds=1,
            )
        else:
            kind, count = dice.choice(_WEBHOOKS), dice.randint(1, 4)
            sandbox.post("webhook_faults", kind=kind, count=count)


def let_time_pass(sandbox: Sandbox, dice: Random, is_over: Event) -> None:
    """Let time jump, so that leases run out and forgotten payment pages close."""
    while not is_over.wait(dice.uniform(5, 15)):
        sandbox.post("clock", advance=dice.randint(10, 50))
