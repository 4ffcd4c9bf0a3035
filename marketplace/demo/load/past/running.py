"""Money leaves in runs that two people approve; the newest waits for the second.

One shop is paid at the bank: of its two payments one was made, and one waits.
"""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction

from marketplace.demo.load.past.world import World
from marketplace.demo.load.people import FINANCE
from marketplace.flows.send_payouts import (
    approve_run,
    confirm_batch,
    pay_at_the_bank,
    prepare_batch,
    prepare_run,
)
from payouts.services.bank_payments import waiting_payments
from payouts.services.runs import PayoutRun, RunRefusedError, total_of
from payouts.services.sending import IN_RUNS
from vendors.models import Vendor

_RUNS, _EVERY = 3, timedelta(days=7)
_LAST_BEFORE, _WAITS_SINCE = timedelta(days=5), timedelta(hours=3)
_CENTS = 100
# An account that banks give as an example.
_AT_THE_BANK, _IBAN, _BIC = "polder", "NL91 ABNA 0417 1643 00", "ABNANL2A"


def expect_runs(world: World) -> None:
    """Write runs into the diary, one each week, where money leaves in runs."""
    if settings.TRANSFERS != IN_RUNS:
        return
    last = world.diary.until - _LAST_BEFORE
    for number in range(_RUNS):
        world.diary.note(last - number * _EVERY, partial(_run, world))
    world.diary.note(last - _EVERY * 1.5, partial(_open_at_the_bank, world))
    world.diary.note(last - _EVERY / 2, partial(_pay_at_the_bank, world))
    newest = world.diary.until - _WAITS_SINCE
    world.diary.note(newest, partial(_leave_one, world))


def _begun(world: World, moment: datetime) -> PayoutRun | None:
    """Preview what sellers are due and approve it once, if anybody is due anything."""
    finance = world.people.by_email[FINANCE].pk
    try:
        run = prepare_run(currency=settings.CURRENCY, operator_id=finance, now=moment)
    except RunRefusedError:
        # Before anything was written; and a past has no savepoint to go back to.
        transaction.set_rollback(False)
        return None
    _approve(run, by=finance, at=moment)
    return run


def _leave_one(world: World, moment: datetime) -> None:
    _begun(world, moment)


def _run(world: World, moment: datetime) -> None:
    if run := _begun(world, moment):
        later = moment + timedelta(minutes=40)
        _approve(run, by=world.people.operator.pk, at=later)
        world.settle(later)


def _open_at_the_bank(world: World, moment: datetime) -> None:
    shop = Vendor.objects.get(handle=_AT_THE_BANK)
    pay_at_the_bank(
        vendor=shop,
        holder=shop.legal_name,
        iban=_IBAN,
        bic=_BIC,
        operator_id=world.people.by_email[FINANCE].pk,
        now=moment,
    )


def _pay_at_the_bank(world: World, moment: datetime) -> None:
    if not waiting_payments().filter(currency=settings.CURRENCY).exists():
        return
    finance = world.people.by_email[FINANCE].pk
    batch = prepare_batch(currency=settings.CURRENCY, operator_id=finance, now=moment)
    confirm_batch(
        batch_id=batch.pk,
        reference=f"COMPTOIR {moment:%d%m%y} 01",
        operator_id=world.people.operator.pk,
        now=moment + timedelta(hours=2),
    )


def _approve(run: PayoutRun, *, by: int, at: datetime) -> None:
    whole = total_of(run) // _CENTS
    approve_run(run_id=run.pk, whole=whole, operator_id=by, now=at)
