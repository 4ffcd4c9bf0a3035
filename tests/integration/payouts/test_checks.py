"""A shop that cannot take money safely does not start; broken books are told."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError
from django.test import Client

from marketplace.accounts.models import User
from payouts.checks import check_stripe_settings
from payouts.gateway import GatewayRefusedError, UnavailableError, connect
from payouts.gateway.stripe import StripeGateway
from payouts.models import LedgerTransaction, SettlementLine
from payouts.selectors.invariants import violations_of_points
from payouts.services import points
from tests.integration.payouts.market import NOW, books
from tests.integration.payouts.wire import Wire
from tests.servers import Sandbox


def ids() -> list[str | None]:
    return [message.id for message in check_stripe_settings()]


def test_a_sandbox_on_purpose_is_fine(settings: Any) -> None:
    assert ids() == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"STRIPE_IS_LIVE": True}, ["payouts.E001"]),
        ({"ALLOW_SANDBOX": False}, ["payouts.E003"]),
        ({"ALLOW_SANDBOX": False, "DEBUG": True}, []),
        ({"STRIPE_WEBHOOK_SECRET": " "}, ["payouts.E002"]),
        ({"STRIPE_THIN_WEBHOOK_SECRET": ""}, ["payouts.E002"]),
        ({"STRIPE_RETRIES": 0}, ["payouts.E005"]),
    ],
)
def test_settings_that_would_lose_money_are_refused(
    settings: Any, changes: dict[str, object], found: list[str]
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)

    assert ids() == found


@pytest.mark.live
@pytest.mark.parametrize(
    ("retries", "told"), [(0, UnavailableError), (1, GatewayRefusedError)]
)
def test_a_call_is_repeated_as_often_as_the_setting_says(
    retries: int, told: type[Exception], sandbox: Sandbox, settings: Any
) -> None:
    settings.STRIPE_RETRIES = retries
    sandbox.post("faults", kind="500_before", path="/v1/", method="GET", count=1)

    # There is no such page: whoever is told so was answered in the end.
    with pytest.raises(told):
        connect().session("cs_test_unknown")


@pytest.mark.django_db
def test_points_are_owed_from_the_moment_they_are_earned() -> None:
    for _ in range(2):
        points.book_earned(key="o:1", amount_minor=100, currency="EUR", now=NOW)
    points.book_clawed_back(key="o:1", amount_minor=30, currency="EUR", now=NOW)
    points.book_expired(key="o:1", amount_minor=20, currency="EUR", now=NOW)

    assert books() == {"points_expense": 50, "points_liability": -50}
    assert violations_of_points(outstanding={"EUR": 50}) == []
    assert [str(each) for each in violations_of_points(outstanding={"EUR": 51})] == [
        "I8 points are worth 0.51 EUR with those on their way, the ledger owes 0.50 EUR"
    ]


@pytest.mark.live
def test_money_check_says_that_the_books_hold(wire: Wire) -> None:
    wire.receive(wire.sell(wire.seller()))
    wire.work()
    out = StringIO()

    call_command("money_check", stdout=out)

    assert out.getvalue() == "The books hold.\n"


@pytest.mark.live
def test_money_check_says_nothing_but_its_answer(
    wire: Wire, capfd: pytest.CaptureFixture[str]
) -> None:
    wire.receive(wire.sell(wire.seller()))
    wire.work()
    capfd.readouterr()

    call_command("money_check")

    told = capfd.readouterr()
    assert (told.out, told.err) == ("The books hold.\n", "")


@pytest.mark.live
def test_money_check_leaves_out_offline_what_only_stripe_can_tell(wire: Wire) -> None:
    # Sold and sent since somebody last asked for Stripe's rows.
    wire.receive(wire.sell(wire.seller()))
    wire.work()
    out = StringIO()

    call_command("money_check", "--offline", stdout=out)

    assert out.getvalue() == (
        "The books hold, as far as they tell by themselves: Stripe was not asked, "
        "so I2 and its rows were left out.\n"
    )


def refuse(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("asked", "answer", "words"),
    [
        (
            "ensure_connection",
            refuse(OperationalError()),
            "The market's database does not answer.",
        ),
        (
            "introspection.table_names",
            list,
            "This database has no market in it yet.",
        ),
    ],
)
def test_money_check_says_that_there_is_no_market(
    asked: str,
    answer: Callable[..., Any],
    words: str,
    db: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(f"django.db.connection.{asked}", answer)
        with pytest.raises(CommandError, match=words) as failed:
            call_command("money_check")

    assert failed.value.returncode == 2
    assert "STATE" in str(failed.value)


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, ProgrammingError])
def test_money_check_tells_a_fault_of_its_own_as_one(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = "payouts.management.commands.money_check.now"
    monkeypatch.setattr(now, refuse(error("deadlock detected")))

    with pytest.raises(error, match="deadlock"):
        call_command("money_check")


@pytest.mark.live
def test_money_check_asks_again_what_a_sale_of_this_moment_explains(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.sell(wire.seller())
    wire.endow()
    ask, answers = StripeGateway.balance, []

    def balance(gateway: StripeGateway) -> dict[str, int]:
        answers.append(ask(gateway))
        sold = 900 if len(answers) == 1 else 0
        return {**answers[-1], "EUR": answers[-1]["EUR"] + sold}

    monkeypatch.setattr(StripeGateway, "balance", balance)
    out = StringIO()

    call_command("money_check", stdout=out)

    assert out.getvalue() == "The books hold.\n"
    assert len(answers) == 2


@pytest.mark.live
def test_money_check_tells_each_violation_and_fails(wire: Wire) -> None:
    wire.sell(wire.seller())
    SettlementLine.objects.update(reversed_net_minor=1, refunded_gross_minor=1)
    out = StringIO()

    with pytest.raises(CommandError) as failed:
        call_command("money_check", stdout=out)

    assert failed.value.returncode == 1
    assert out.getvalue().startswith("I10 settlement ")


@pytest.mark.live
def test_a_charge_that_is_in_nobodys_books_is_told(wire: Wire) -> None:
    wire.sell(wire.seller())
    wire.client().v1.payment_intents.create(
        {
            "amount": 900,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )

    found = wire.violations()

    assert [each.split()[0] for each in found] == ["I2", "Stripe", "I2"]


@pytest.mark.django_db
def test_money_can_be_looked_at_and_not_changed(client: Client) -> None:
    boss = User.objects.create_superuser(email="boss@example.org", password="secret")
    client.force_login(boss)
    points.book_earned(key="o:1", amount_minor=100, currency="EUR", now=NOW)
    row = LedgerTransaction.objects.get()

    pages = [
        client.get(f"/admin/payouts/{name}/").status_code
        for name in sorted(
            model._meta.model_name or ""
            for model in admin.site._registry
            if model._meta.app_label == "payouts"
        )
    ]
    page = f"/admin/payouts/ledgertransaction/{row.pk}/"

    assert pages == [200] * 10
    assert client.get(f"{page}change/").status_code == 200
    assert client.post(f"{page}change/", {"key": "x"}).status_code == 403
    assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
