"""A seller who goes to Stripe while a worker opens the account."""

import threading
from time import sleep

import pytest
from django.db import connection, transaction

from payouts.models import MoneyCommand
from payouts.services import accounts, commands
from payouts.services.accounts import AccountRequest
from tests.integration.payouts.wire import Wire
from tests.integration.sale import make_seller

pytestmark = pytest.mark.live


def test_a_worker_that_was_faster_is_waited_for(wire: Wire):
    bindery = make_seller("Bindery")
    request = AccountRequest(
        vendor_id=bindery.pk,
        name="Bindery",
        email="bindery@example.org",
        country="BE",
        is_company=True,
    )
    accounts.request_account(request=request, now=wire.now())
    is_claiming = threading.Event()

    def work() -> None:
        with transaction.atomic():
            taken = commands._claim(MoneyCommand.objects.all(), wire.now())
            is_claiming.set()
            sleep(0.3)
        sleep(0.3)
        commands._carry_out(taken, wire.now())
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    is_claiming.wait(timeout=10)
    account = accounts.open_now(vendor_id=bindery.pk, now=wire.now())
    worker.join()

    assert account.stripe_account_id is not None
