"""Sellers come in through links, pages and a check; the shop hears of it."""

import re

import pytest
import requests
import stripe

from .sandbox import ACCOUNT, LINK, Listener, Sandbox, Shop

RECIPIENT = {"include": ["configuration.recipient", "requirements"]}


def status_of(client: stripe.StripeClient, account: str) -> str:
    found = client.v2.core.accounts.retrieve(account, RECIPIENT)
    balance = found.configuration.recipient.capabilities.stripe_balance
    return str(balance.stripe_transfers.status)


def walk(url: str, iban: str = "DE89370400440532013000", status: str = "active") -> str:
    """Fill the pages in as a seller would, and return where they lead."""
    browser = requests.Session()
    page = browser.get(url, timeout=20)
    for form in (
        {
            "legal_name": "Boulangerie Anna SARL",
            "number": "1",
            "line1": "1 rue A",
            "postal_code": "75001",
            "city": "Paris",
        },
        {"iban": iban},
    ):
        page = browser.post(page.url, data=form, timeout=20)
    answer = browser.post(
        page.url, data={"status": status}, allow_redirects=False, timeout=20
    )
    return answer.headers["Location"]


def make_link(client: stripe.StripeClient, account: str) -> str:
    link = client.v2.core.account_links.create({"account": account, "use_case": LINK})
    return str(link.url)


def test_the_pages_make_an_account_active(
    sandbox: Sandbox, client: stripe.StripeClient, listener: Listener
) -> None:
    account = client.v2.core.accounts.create(ACCOUNT).id
    before = status_of(client, account)

    target = walk(make_link(client, account))

    sandbox.control("POST", "deliveries/drain")
    after = client.v2.core.accounts.retrieve(account, RECIPIENT)
    capability = "v2.core.account[configuration.recipient].capability_status_updated"
    assert target == "http://127.0.0.1:1/return"
    assert (before, status_of(client, account)) == ("restricted", "active")
    assert after.requirements.entries == []
    assert capability in listener.types("thin")


@pytest.mark.parametrize("status", ["pending", "restricted", "rejected"])
def test_the_check_may_find_something(client: stripe.StripeClient, status: str) -> None:
    account = client.v2.core.accounts.create(ACCOUNT).id

    walk(make_link(client, account), status=status)

    assert status_of(client, account) == status


def test_a_link_works_once(client: stripe.StripeClient) -> None:
    url = make_link(client, client.v2.core.accounts.create(ACCOUNT).id)
    requests.get(url, timeout=20)

    again = requests.get(url, allow_redirects=False, timeout=20)

    assert again.headers["Location"] == "http://127.0.0.1:1/refresh"


def test_a_link_is_short_lived(client: stripe.StripeClient, shop: Shop) -> None:
    url = make_link(client, client.v2.core.accounts.create(ACCOUNT).id)
    shop.advance(301)

    late = requests.get(url, allow_redirects=False, timeout=20)

    assert late.headers["Location"] == "http://127.0.0.1:1/refresh"


def test_an_empty_field_is_named(client: stripe.StripeClient) -> None:
    account = client.v2.core.accounts.create(ACCOUNT).id
    page = requests.get(make_link(client, account), timeout=20)

    answer = requests.post(page.url, data={"legal_name": "Anna"}, timeout=20)

    assert answer.status_code == 422
    assert "Fill in: Registration number or date of birth, Street" in answer.text
    assert 'value="Anna"' in answer.text
    assert status_of(client, account) == "restricted"


def test_a_closed_bank_account_makes_payouts_fail(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    account = client.v2.core.accounts.create(ACCOUNT).id

    walk(make_link(client, account), iban="DE62 3704 0044 0532 0130 0 3001")

    told = sandbox.control("GET", "accounts")["data"][0]
    assert (told["status"], told["bank_fail"]) == ("active", "account_closed")


def test_without_include_the_configuration_is_null(client: stripe.StripeClient) -> None:
    account = client.v2.core.accounts.create(ACCOUNT).id

    bare = client.v2.core.accounts.retrieve(account)

    assert bare.configuration is None
    assert bare.requirements is None
    assert bare.identity is None


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"identity": {"country": "BR"}}, "do not reach"),
        ({"configuration": {"merchant": {}}}, "recipient only"),
        (
            {"defaults": {"responsibilities": {"losses_collector": "stripe"}}},
            "fees_collector",
        ),
    ],
)
def test_accounts_that_could_not_be_paid_are_refused(
    client: stripe.StripeClient, change: dict[str, object], match: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=match):
        client.v2.core.accounts.create(ACCOUNT | change)

    assert client.v2.core.accounts.list().data == []


def test_an_account_with_a_balance_cannot_be_closed(
    client: stripe.StripeClient, shop: Shop
) -> None:
    poor, rich = shop.seller(), shop.seller()
    shop.transfer(100, rich, source_transaction=shop.charge(10_000))

    closed = client.v2.core.accounts.close(poor)
    with pytest.raises(stripe.InvalidRequestError, match="with a balance"):
        client.v2.core.accounts.close(rich)

    assert closed.closed
    assert [account.id for account in client.v2.core.accounts.list().data] == [rich]


def test_a_login_link_shows_balance_and_payouts(
    client: stripe.StripeClient, shop: Shop
) -> None:
    seller = shop.seller()
    charge = shop.charge(10_000, "pm_card_bypassPending")
    shop.transfer(8800, seller, source_transaction=charge)
    client.v1.payouts.create(
        {"amount": 800, "currency": "eur"}, {"stripe_account": seller}
    )

    page = requests.get(client.v1.accounts.login_links.create(seller).url, timeout=20)

    assert re.findall(r"€[\d.,]+", page.text) == [
        "€80.00",
        "€80.00",
        "€0.00",
        "€8.00",
    ]


def test_an_account_before_onboarding_gets_no_login_link(
    client: stripe.StripeClient,
) -> None:
    account = client.v2.core.accounts.create(ACCOUNT).id

    with pytest.raises(stripe.InvalidRequestError, match="not completed onboarding"):
        client.v1.accounts.login_links.create(account)
