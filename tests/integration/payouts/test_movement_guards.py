"""What Stripe was asked to move is written once."""

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from payouts.models import MoneyCommand
from payouts.selectors.guards import GUARDS
from payouts.services import settlement
from tests.integration.payouts.market import NOW, make_seller
from tests.integration.payouts.test_release import sold
from tests.integration.payouts.test_sending import receive

pytestmark = pytest.mark.django_db
REWRITES = (
    """UPDATE payouts_moneycommand SET payload = '{"amount": 1}'""",
    "UPDATE payouts_moneycommand SET natural_key = 'x'",
    "UPDATE payouts_paymentattempt SET amount_minor = amount_minor + 1",
    "UPDATE payouts_vendortransfer SET amount_minor = amount_minor + 1",
    "UPDATE payouts_vendortransfer SET sent_minor = sent_minor + 1",
    "UPDATE payouts_settlementhold SET reason = 'Another'",
)


def test_what_was_asked_of_stripe_is_not_rewritten() -> None:
    row = sold(make_seller())
    receive(row)
    settlement.freeze(
        vendor_order_id=row.vendor_order_id, key="problem:1", reason="Why", now=NOW
    )
    asked = list(MoneyCommand.objects.values_list("payload", "natural_key"))

    for statement in REWRITES:
        with (
            pytest.raises((IntegrityError, InternalError), match="stays"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    assert list(MoneyCommand.objects.values_list("payload", "natural_key")) == asked


def test_every_guard_that_the_migrations_make_is_looked_for() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal"
        )
        made = {name for (name,) in cursor.fetchall()}

    assert made == set(GUARDS)
