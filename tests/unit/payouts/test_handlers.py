"""What each command asks of Stripe, and how it is found again."""

from datetime import UTC, datetime, timedelta

import pytest

from payouts.gateway import (
    AccountFacts,
    BadSignatureError,
    GatewayRefusedError,
    UnavailableError,
)
from payouts.gateway.fake import SIGNATURE, FakeGateway
from payouts.models import MoneyCommand
from payouts.services.account_commands import OpenAccount
from payouts.services.handlers import Handler
from payouts.services.refund_commands import MakeRefund
from payouts.services.sessions import ExpireSession, OpenSession
from payouts.services.transfer_commands import MakeTransfer, ReverseTransfer

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def command(**payload: object) -> MoneyCommand:
    payload["metadata"] = {"command": "the command"}
    return MoneyCommand(natural_key="the command", payload=payload)


PAGE = {
    "line_items": [{"price_data": {"currency": "eur", "unit_amount": 900}}],
}
COMMANDS: list[tuple[Handler, MoneyCommand]] = [
    (MakeTransfer(), command(amount=900, transfer_group="order:1")),
    (ReverseTransfer(), command(amount=900, transfer="tr_1")),
    (MakeRefund(), command(amount=900, payment_intent="pi_1")),
    (OpenAccount(), command(display_name="Bakery")),
]


@pytest.mark.parametrize(
    ("handler", "asked"), COMMANDS, ids=lambda each: type(each).__name__
)
def test_what_a_lost_answer_hid_is_found_by_the_commands_name(
    handler: Handler, asked: MoneyCommand
) -> None:
    gateway = FakeGateway(late_failures=[UnavailableError("the line was cut")])
    with pytest.raises(UnavailableError):
        handler.call(gateway, asked)

    found = handler.find(gateway, asked)
    again = handler.call(gateway, asked)

    assert found is not None
    assert found.stripe_id == again.stripe_id


@pytest.mark.parametrize(
    ("handler", "asked"), COMMANDS, ids=lambda each: type(each).__name__
)
def test_what_was_never_done_is_not_found(
    handler: Handler, asked: MoneyCommand
) -> None:
    assert handler.find(FakeGateway(), asked) is None


def test_a_reversal_names_its_transfer_once() -> None:
    gateway = FakeGateway()

    answer = ReverseTransfer().call(gateway, command(amount=900, transfer="tr_1"))

    assert gateway.reversals[answer.stripe_id] == {
        "amount": 900,
        "metadata": {"command": "the command"},
    }


def test_a_page_that_was_paid_is_told_instead_of_closed() -> None:
    gateway = FakeGateway()
    page = OpenSession().call(gateway, command(**PAGE))
    gateway.pay(page.stripe_id, at=NOW)

    answer = ExpireSession().call(gateway, command(session=page.stripe_id))

    assert answer.facts.is_paid
    assert answer.facts.charge.amount_minor == 900


def test_an_open_page_is_closed() -> None:
    gateway = FakeGateway()
    page = OpenSession().call(gateway, command(**PAGE))
    closing = command(session=page.stripe_id)

    before = ExpireSession().find(gateway, closing)
    answer = ExpireSession().call(gateway, closing)
    after = ExpireSession().find(gateway, closing)

    assert before is None
    assert answer.facts.status == "expired"
    assert after is not None
    assert after.facts.status == "expired"


def test_a_page_is_never_found_again() -> None:
    gateway = FakeGateway()
    OpenSession().call(gateway, command(**PAGE))

    assert OpenSession().find(gateway, command(**PAGE)) is None


def test_the_fake_signs_what_it_sends() -> None:
    gateway = FakeGateway()
    body = b'{"id": "evt_1", "type": "x", "object_id": "y", "created": 0}'

    facts = gateway.event(endpoint="platform", body=body, signature=SIGNATURE)

    assert (facts.event_id, facts.type, facts.object_id) == ("evt_1", "x", "y")
    with pytest.raises(BadSignatureError):
        gateway.event(endpoint="platform", body=body, signature="forged")


def test_the_fake_keeps_accounts_and_rows() -> None:
    facts = AccountFacts(account_id="acct_1", status="active")
    gateway = FakeGateway(accounts={"acct_1": facts})

    gateway.set_payout_interval("acct_1", interval="weekly")

    assert gateway.account("acct_1") == facts
    assert gateway.intervals == {"acct_1": "weekly"}
    assert list(gateway.balance_rows(since=NOW - timedelta(days=1))) == []
    assert gateway.balance() == {}
    assert "acct_1" in gateway.dashboard_url("acct_1")
    assert "back" in gateway.onboarding_url(
        "acct_1", refresh_url="again", return_url="back"
    )


def test_the_fake_refuses_to_close_a_page_twice() -> None:
    gateway = FakeGateway()
    page = OpenSession().call(gateway, command(**PAGE))
    gateway.expire_session(page.stripe_id, key="1")

    with pytest.raises(GatewayRefusedError):
        gateway.expire_session(page.stripe_id, key="2")
