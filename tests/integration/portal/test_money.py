"""A shop's money: the balance, each order to the cent, and the month as a statement."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.shop.partner.models import StockRecord
from payouts.models import VendorPayoutAccount
from payouts.services.settlement import freeze
from tests.integration.portal.conftest import GOOD_NUMBER, NOW, queries_of
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for
from vendors.models import Vendor
from vendors.services.fulfilment import Dispatch

# €60.10: 12 % commission and 21 % VAT on it, each rounded by the line.
KEPT = 5138


def address(route: str, **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def receive(sale: Sale) -> None:
    """Have everything sent and received by a payable shop: the money is released."""
    VendorPayoutAccount.objects.create(
        vendor=sale.part.vendor,
        stripe_account_id="acct_bindery",
        country="BE",
        email="binder@example.org",
        currency="EUR",
        recipient_status="active",
        created_at=NOW,
    )
    dispatch = Dispatch(carrier_code="bpost", tracking_number=GOOD_NUMBER)
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)
    confirm_receipt(part=sale.part, now=moment("2026-11-26 09:00"))


def test_the_page_shows_each_order_with_gross_commission_vat_net_and_state(
    owner: Client, sale: Sale
):
    page = owner.get(address("portal-payouts")).content.decode()

    row = page.split("<tbody>")[1].split("</tbody>")[0]
    for words in (sale.part.number, "€60.10", "−€7.21", "−€1.51", "€51.38"):
        assert words in row
    assert "Waiting for delivery" in row


def test_what_a_problem_holds_does_not_wait_for_deliveries_too(
    owner: Client, sale: Sale, anna: User, bindery: Vendor, notebook: StockRecord
):
    stopped = pay_for({bindery: {notebook: 1}}, user=anna)
    freeze(vendor_order_id=stopped.part.pk, key="problem:1", reason="Torn", now=NOW)

    pages = [
        owner.get(address(route)).context["balances"]
        for route in ("portal-payouts", "portal-today")
    ]

    # A notebook and its delivery: €28.90 less commission and VAT.
    for (balance,) in pages:
        assert (balance["waiting"].minor, balance["frozen"].minor) == (KEPT, 2471)


def test_before_the_first_sale_everything_is_nothing(owner: Client, bindery: Vendor):
    page = owner.get(address("portal-payouts")).content.decode()

    assert "No sale yet" in page
    assert "Stripe cannot pay you yet." in page


def test_what_comes_next_waits_for_a_delivery_only_where_something_does(
    owner: Client, bindery: Vendor, request: pytest.FixtureRequest
):
    where, waits = address("portal-payouts"), "what you sell waits for its delivery"

    before = owner.get(where).text
    request.getfixturevalue("sale")
    after = owner.get(where).text

    assert "Nothing waits: it begins with your next sale." in before
    assert "Nothing waits" not in after
    assert waits not in before
    assert "You are paid when the buyer confirms" in before


def test_the_page_asks_as_often_for_many_orders_as_for_few(
    owner: Client, anna: User, bindery: Vendor, notebook: StockRecord
):
    pay_for({bindery: {notebook: 1}}, user=anna)
    few = queries_of(owner, address("portal-payouts"))
    for _number in range(5):
        pay_for({bindery: {notebook: 1}}, user=anna)

    assert queries_of(owner, address("portal-payouts")) == few


def test_another_shops_money_is_in_none_of_it(
    owner: Client, anna: User, bindery: Vendor, notebook: StockRecord
):
    bakery = make_seller("Bakery")
    loaf = make_offer(bakery, "Loaf", cents=450)
    sold = pay_for({bindery: {notebook: 1}, bakery: {loaf: 1}}, user=anna)
    theirs = sold.parts[1].number

    pages = [
        owner.get(address(route)).content.decode()
        for route in ("portal-payouts", "portal-statement", "portal-today")
    ]
    file = owner.get(address("portal-statement-csv")).content.decode()

    assert all(theirs not in page for page in (*pages, file))


def test_finance_sees_numbers_without_a_way_into_the_order(browser_of, sale: Sale):
    page = browser_of("finance").get(address("portal-payouts")).content.decode()

    assert sale.part.number in page
    assert address("portal-order", number=sale.part.number) not in page
