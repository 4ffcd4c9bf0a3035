"""Whatever is done in whatever order, every balance is the sum of its rows."""

from typing import Any

import pytest
import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .sandbox import DAY, Sandbox, Shop

CARDS = [
    "pm_card_visa",
    "pm_card_bypassPending",
    "pm_card_createDispute",
    "pm_card_refundFail",
    "pm_card_pendingRefund",
    "pm_card_visa_chargeDeclined",
]

ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("charge"), st.integers(50, 30_000), st.sampled_from(CARDS)),
        st.tuples(st.just("transfer"), st.integers(1, 20_000), st.booleans()),
        st.tuples(st.just("refund"), st.integers(1, 30_000), st.integers(0, 9)),
        st.tuples(st.just("reverse"), st.integers(1, 20_000), st.integers(0, 9)),
        st.tuples(st.just("payout"), st.integers(1, 20_000), st.booleans()),
        st.tuples(st.just("topup"), st.integers(1, 50_000), st.none()),
        st.tuples(st.just("answer"), st.integers(0, 9), st.booleans()),
        st.tuples(st.just("wait"), st.integers(1, 40), st.none()),
        st.tuples(st.just("bank"), st.none(), st.booleans()),
    ),
    min_size=4,
    max_size=14,
)


class Market:
    """A platform and one seller, on whom anything may be tried; a refusal is fine."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.client = sandbox.client()
        self.shop = Shop(sandbox, self.client)
        self.seller = self.shop.seller()

    def act(self, action: tuple[Any, ...]) -> None:
        name, *arguments = action
        try:
            getattr(self, name)(*arguments)
        except (stripe.InvalidRequestError, stripe.CardError):
            return

    def charge(self, amount: int, card: str) -> None:
        self.shop.charge(amount, card)

    def transfer(self, amount: int, is_sourced: bool) -> None:
        charges = self.client.v1.charges.list().data
        more = {"source_transaction": charges[0].id} if is_sourced and charges else {}
        self.shop.transfer(amount, self.seller, **more)

    def refund(self, amount: int, which: int) -> None:
        charges = self.client.v1.charges.list().data
        if charges:
            charge = charges[which % len(charges)].id
            self.client.v1.refunds.create({"charge": charge, "amount": amount})

    def reverse(self, amount: int, which: int) -> None:
        transfers = self.client.v1.transfers.list().data
        if transfers:
            transfer = transfers[which % len(transfers)].id
            self.client.v1.transfers.reversals.create(transfer, {"amount": amount})

    def payout(self, amount: int, is_sellers: bool) -> None:
        options = {"stripe_account": self.seller} if is_sellers else {}
        self.client.v1.payouts.create({"amount": amount, "currency": "eur"}, options)

    def topup(self, amount: int, _nothing: None) -> None:
        self.client.v1.topups.create({"amount": amount, "currency": "eur"})

    def answer(self, which: int, is_won: bool) -> None:
        disputes = self.client.v1.disputes.list().data
        if disputes:
            text = "winning_evidence" if is_won else "losing_evidence"
            dispute = disputes[which % len(disputes)].id
            evidence = {"uncategorized_text": text}
            self.client.v1.disputes.update(dispute, {"evidence": evidence})

    def wait(self, days: int, _nothing: None) -> None:
        self.shop.advance(days * DAY // 4)

    def bank(self, _nothing: None, fails: bool) -> None:
        refusal = "account_closed" if fails else None
        self.sandbox.control("POST", f"onboarding/{self.seller}", bank_fail=refusal)

    def rows(self, account: str | None) -> list[stripe.BalanceTransaction]:
        options = {"stripe_account": account} if account else {}
        listed = self.client.v1.balance_transactions.list({"limit": 100}, options)
        return list(listed.auto_paging_iter())


@settings(
    # Each example is a few dozen requests: a quarter of what the profile says.
    max_examples=settings.default.max_examples // 4,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(actions=ACTIONS)
def test_every_balance_is_the_sum_of_its_rows(
    sandbox_process: Sandbox, actions: list[tuple[Any, ...]]
) -> None:
    sandbox_process.control("POST", "reset")
    market = Market(sandbox_process)

    for action in actions:
        market.act(action)
        assert market.sandbox.control("GET", "books")["equal"]

    assert_books_balance(market)


def assert_books_balance(market: Market) -> None:
    for account in (None, market.seller):
        rows = market.rows(account)
        assert sum(row.net for row in rows) == sum(market.shop.balance(account))
        assert all(row.net == row.amount - row.fee for row in rows)


def test_money_is_neither_made_nor_lost_between_platform_and_seller(
    sandbox: Sandbox,
) -> None:
    market = Market(sandbox)
    for action in [
        ("charge", 10_000, "pm_card_bypassPending"),
        ("transfer", 8800, True),
        ("reverse", 2200, 0),
        ("refund", 2500, 0),
        ("wait", 12, None),
    ]:
        market.act(action)

    kept = sum(sum(market.shop.balance(account)) for account in (None, market.seller))
    paid_out = sum(
        payout.amount
        for payout in market.client.v1.payouts.list(
            {}, {"stripe_account": market.seller}
        ).data
    )
    assert kept + paid_out == 10_000 - 175 - 2500
    assert paid_out == 8800 - 2200


def test_what_an_automatic_payout_paid_sums_to_it(sandbox: Sandbox) -> None:
    market = Market(sandbox)
    for _ in range(3):
        market.act(("charge", 10_000, "pm_card_bypassPending"))
        market.act(("transfer", 3000, True))
    market.act(("wait", 8, None))
    other = {"stripe_account": market.seller}

    payout = market.client.v1.payouts.list({}, other).data[0]

    rows = market.client.v1.balance_transactions.list({"payout": payout.id}, other).data
    assert payout.amount == 9000
    assert sum(row.net for row in rows if row.type != "payout") == payout.amount
    assert pytest.approx(0) == sum(row.net for row in rows)
