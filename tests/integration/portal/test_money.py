"""A shop's money: the balance, each order to the cent, and the month as a statement."""

import csv
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.flows.cancel_order import refuse_order
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.shop.partner.models import StockRecord
from payouts.models import LedgerEntry, VendorPayoutAccount
from payouts.services.settlement import freeze
from tests.integration.portal.conftest import GOOD_NUMBER, NOW, queries_of
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for
from vendors.models import Vendor
from vendors.services.fulfilment import CancelReason, Dispatch

# €60.10: 12 % commission and 21 % VAT on it, each rounded by the line.
KEPT = 5138


def address(route: str, **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def lines_of(answer: object) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode()
    return list(csv.reader(StringIO(text)))


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
    assert "Held until delivery" in row


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


def test_the_page_asks_as_often_for_many_orders_as_for_few(
    owner: Client, anna: User, bindery: Vendor, notebook: StockRecord
):
    pay_for({bindery: {notebook: 1}}, user=anna)
    few = queries_of(owner, address("portal-payouts"))
    for _number in range(5):
        pay_for({bindery: {notebook: 1}}, user=anna)

    assert queries_of(owner, address("portal-payouts")) == few


def test_a_month_goes_from_opening_to_closing(owner: Client, sale: Sale):
    page = owner.get(address("portal-statement")).content.decode()

    sums = page.split('id="sum"')[1].split("</table>")[0]
    for words in ("Sales, 1 order", "€60.10", "−€7.21", "−€1.51"):
        assert words in sums
    assert "Closing balance" in sums
    assert "€51.38" in sums.split("<tfoot>")[1]


def test_a_release_moves_money_between_pockets_and_is_no_line(
    owner: Client, sale: Sale
):
    receive(sale)

    page = owner.get(address("portal-statement")).content.decode()

    assert LedgerEntry.objects.filter(transaction__kind="release").exists()
    assert page.count("Every cent") == 1


def test_the_month_before_the_first_sale_is_not_offered_and_the_next_opens_with_it(
    owner: Client, sale: Sale, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clock, "now", lambda: moment("2026-12-02 12:00"))

    page = owner.get(address("portal-statement")).content.decode()
    before = owner.get(address("portal-statement"), {"month": "2026-10"})

    assert "Statement, December 2026" in page
    assert "€51.38" in page.split("Opening balance")[1].split("</tr>")[0]
    assert "Statement, December 2026" in before.content.decode()


def test_a_line_is_opened_to_every_cent(owner: Client, sale: Sale):
    entry = LedgerEntry.objects.get(account__kind="vendor_held")

    page = owner.get(address("portal-statement"), {"line": entry.pk}).content.decode()

    opened = page.split('id="opened"')[1].split("</section>")[0]
    for words in (
        "Notebook",
        "€48.00",
        "12\N{NO-BREAK SPACE}% of €48.00.",
        "−€5.76",
        "21\N{NO-BREAK SPACE}%, Belgium.",
        "−€1.51",
        "You keep",
        "€51.38",
    ):
        assert words in opened


def test_a_refund_stands_in_the_opened_line(owner: Client, sale: Sale):
    refuse_order(part=sale.part, reason=CancelReason.SOLD_OUT, now=NOW)
    entry = LedgerEntry.objects.filter(account__kind="vendor_held").first()

    page = owner.get(address("portal-statement"), {"line": entry.pk}).content.decode()

    opened = page.split('id="opened"')[1].split("</section>")[0]
    assert "Refunded to the buyer" in opened
    assert "−€60.10" in opened
    assert "€8.72" in opened
    assert "€0.00" in opened.split("You keep")[1]


@pytest.mark.parametrize("line", ["0", "x", "9" * 30, "-1", "\u0663"])
def test_a_line_that_is_not_there_opens_nothing(owner: Client, sale: Sale, line: str):
    answer = owner.get(address("portal-statement"), {"line": line})

    assert answer.status_code == 200
    assert 'id="opened"' not in answer.content.decode()


def test_the_file_sums_from_opening_to_closing(owner: Client, sale: Sale):
    receive(sale)

    answer = owner.get(address("portal-statement-csv"), {"month": "2026-11"})

    head, opening, line, closing = lines_of(answer)
    assert answer["Content-Disposition"] == (
        'attachment; filename="statement-bindery-2026-11.csv"'
    )
    assert head == ["date", "order", "what", "amount", "currency", "reference"]
    assert opening[2:5] == ["Opening", "0.00", "EUR"]
    assert line[1:5] == [sale.part.number, "Sale", "51.38", "EUR"]
    assert closing[2:5] == ["Closing", "51.38", "EUR"]


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
    rows = lines_of(owner.get(address("portal-statement-csv")))

    assert all(theirs not in page for page in pages)
    assert theirs not in {row[1] for row in rows}


def test_finance_sees_numbers_without_a_way_into_the_order(browser_of, sale: Sale):
    page = browser_of("finance").get(address("portal-payouts")).content.decode()

    assert sale.part.number in page
    assert address("portal-order", number=sale.part.number) not in page
