"""The whole life of a sale, each step by its own person in a real browser."""

from decimal import Decimal
from typing import Any

import pytest
import requests

from marketplace.db import clock
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs import sweeps
from marketplace.shop.catalogue.models import Category, Product
from marketplace.shop.order.models import Order
from marketplace.shop.partner.models import Partner, StockRecord
from payouts.models import Settlement, VendorTransfer
from search import services as search
from tests.factories import OfferFactory, ProductFactory, seller
from tests.journeys.books import (
    Shares,
    at_stripe,
    check_books,
    in_ledger,
    points_of,
    settle,
    shares_of,
)
from tests.journeys.conftest import Hire
from tests.journeys.people import (
    KeyboardPerson,
    Person,
    PlainPerson,
    make_operator,
)
from tests.journeys.steps import (
    TRACKING,
    becomes_known_to_stripe,
    delivers_to_belgium,
    fills_address,
    finds,
    imports_sheet,
    is_thanked,
    lists_notebook,
    opens_shop,
    pays,
    places_order,
    puts_into_basket,
    ships,
)
from tests.journeys.waiting import eventually
from tests.journeys.world import is_payable, moves_clock, opens_account
from tests.servers import Sandbox
from vendors.models import ImportRow, Vendor, VendorOrder
from vendors.services.fulfilment import Dispatch

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("worker"),
]
NOTEBOOK, LOAF = "Notebook bound in linen", "Rye loaf"
SHEET = "sku;price;stock;ean\nGL-1;3,50;9;4006381333931\nGL-2;cheap;1;4006381333931\n"

# Of a sale at €24.00 and €10.00 with delivery at €4.90: 12 % of each line, and 21 %
# VAT on each commission.
BINDERY = Shares(2890, 288 + 59, 60 + 12, 2471, 2890, "held")
BAKERY = Shares(1490, 120 + 59, 25 + 12, 1274, 1490, "held")


@pytest.mark.parametrize(
    "kind",
    [
        Person,
        pytest.param(PlainPerson, marks=pytest.mark.deep),
        pytest.param(KeyboardPerson, marks=pytest.mark.deep),
    ],
)
def test_a_first_sale_from_the_application_to_the_payout(
    empty_market: Category, someone: Hire, sandbox: Sandbox
) -> None:
    mieke, anna = someone("mieke@example.org"), someone("anna@example.org")
    operator = someone("operator@example.org")
    make_operator(operator.email)
    bakery = _bakery(empty_market, sandbox)

    _joins_and_lists(mieke, operator)
    first = _buys_of_both(anna)
    _is_paid(anna, operator, first, sandbox)
    _sellers_ship(mieke, bakery, first)
    _receives_and_rates(anna, first)
    _bindery_is_paid(mieke, first, sandbox)
    _time_passes(first, sandbox)
    _bank_is_told(mieke, sandbox)
    second = _spends_points(anna, sandbox)
    _system_ships(mieke, second)
    _operator_releases(operator, second)
    _everything_adds_up(operator, anna, [first, second], sandbox)


def _bakery(shelf: Category, sandbox: Sandbox) -> Partner:
    """Make a second seller, whom Stripe can pay, and a thing that two may sell."""
    bakery = seller("Bakery")
    loaf = ProductFactory.create(title=LOAF, category=shelf)
    OfferFactory.create(product=loaf, partner=bakery, price=Decimal("10.00"))
    glue = ProductFactory.create(title="Glue", category=shelf, ean="4006381333931")
    search.mark_changed([loaf.pk, glue.pk], clock.now())
    opens_account(Vendor.objects.get(partner=bakery), sandbox)
    return bakery


def _joins_and_lists(mieke: Person, operator: Person) -> None:
    """A seller joins and lists; an operator lets shop and product in."""
    opens_shop(mieke)
    delivers_to_belgium(mieke)
    becomes_known_to_stripe(mieke)
    eventually(lambda: is_payable("bindery"))
    lists_notebook(mieke)
    mieke.goes_to("/seller/bindery/set-up/")
    mieke.presses("Send the application")
    mieke.reads("We have it.")

    operator.signs_in()
    operator.goes_to("/office/applications/")
    operator.reads("Bindery BV")
    # Not that of the bars, of which one is for a phone and one for many.
    admit = operator.page.locator("#decide button[value=approve]")
    operator.press(admit.first)
    eventually(lambda: Vendor.objects.get(handle="bindery").state == "open")
    operator.goes_to("/office/products/")
    operator.reads(NOTEBOOK)
    # Not that of the bars, of which one is for a phone and one for many.
    decide = operator.page.locator("#decide button[value=approve]")
    operator.press(decide.first)
    eventually(lambda: Product.objects.get(title=NOTEBOOK).is_public)

    imports_sheet(mieke, SHEET)
    rows = ImportRow.objects.order_by("number").values_list("sku", "outcome", "field")
    assert list(rows) == [("GL-1", "offer_created", ""), ("GL-2", "refused", "price")]
    assert Product.objects.get(title=NOTEBOOK).facts == {"pages": 160}
    assert Product.objects.get(title=NOTEBOOK).images.count() == 1


def _buys_of_both(anna: Person) -> Order:
    """A buyer finds things of two sellers and pays once."""
    anna.signs_up()
    finds(anna, NOTEBOOK)
    finds(anna, LOAF)
    puts_into_basket(anna, NOTEBOOK)
    puts_into_basket(anna, LOAF)
    fills_address(anna)
    anna.reads("€43.80")
    places_order(anna)
    anna.reads("€43.80")
    pays(anna)
    is_thanked(anna)
    return Order.objects.get()


def _is_paid(anna: Person, operator: Person, order: Order, sandbox: Sandbox) -> None:
    """The money is held: buyer, sellers, platform, Stripe and ledger say so."""
    settle(sandbox)
    order.refresh_from_db()
    assert order.status == Order.PAID
    anna.goes_to(f"/order/{order.number}/")
    anna.reads("€43.80")
    assert shares_of("bindery", order=order.number) == BINDERY
    assert shares_of("bakery", order=order.number) == BAKERY
    assert at_stripe(sandbox) == {"platform": 4380 - 91}  # 1.5 % and 25 cents
    assert in_ledger() == {
        "stripe_balance": 4289,
        "processor_fees": 91,
        "vendor_held": 2471 + 1274,
        "commission_deferred": 347 + 179,
        "vat_on_commission": 72 + 37,
    }
    assert _stock() == [(3, 1), (10, 1)]
    operator.goes_to("/office/payouts/")
    operator.reads("€37.45")
    operator.goes_to("/office/payouts/?by=orders")
    operator.reads("Not shipped yet")


def _stock() -> list[tuple[int, int]]:
    offers = StockRecord.objects.filter(product__title__in=(NOTEBOOK, LOAF))
    return list(offers.order_by("-price").values_list("num_in_stock", "num_allocated"))


def _sellers_ship(mieke: Person, bakery: Partner, order: Order) -> None:
    """One seller ships on her page, the other's system by itself."""
    part = VendorOrder.objects.get(order=order, vendor__handle="bindery")
    mieke.goes_to(f"/seller/bindery/orders/{part.number}/")
    for amount in ("€24.00", "€4.90", "€3.47", "€0.72", "€24.71"):
        mieke.reads(amount)
    ships(mieke, part.number)
    other = VendorOrder.objects.get(order=order, vendor__partner=bakery)
    _ship_by_flow(other)
    assert _stock() == [(2, 0), (9, 0)]


def _ship_by_flow(part: VendorOrder) -> None:
    dispatch = Dispatch(carrier_code="bpost", tracking_number=TRACKING[:-1] + "1")
    ship_parcel(part=part, dispatch=dispatch, now=clock.now())


def _receives_and_rates(anna: Person, order: Order) -> None:
    """The buyer gives stars from the mail, which confirms the receipt."""
    part = VendorOrder.objects.get(order=order, vendor__handle="bindery")
    n = part.number.rpartition("-")[2]
    anna.goes_to(f"/order/{order.number}/{n}/received/?note=5")
    anna.fills(text="Lies flat indeed.")
    anna.presses("Confirm and rate")
    anna.reads("Your rating. Thank you.")
    eventually(lambda: _state_of("bindery", order) == "transferred")
    anna.goes_to("/s/bindery/?tab=ratings")
    anna.reads("Lies flat indeed.")


def _state_of(handle: str, order: Order) -> str:
    return shares_of(handle, order=order.number).state


def _bindery_is_paid(mieke: Person, order: Order, sandbox: Sandbox) -> None:
    """What one seller earned is hers at Stripe; the other's still waits."""
    settle(sandbox)
    transfer = VendorTransfer.objects.get(settlement__order=order)
    assert (transfer.amount_minor, transfer.funding) == (2471, "charge")
    assert at_stripe(sandbox) == {
        "platform": 4289 - 2471,
        _account("bindery"): 2471,
    }
    assert _state_of("bakery", order) == "held"
    assert points_of("anna@example.org") == (24, 0, 0)
    mieke.goes_to("/seller/bindery/payouts/")
    mieke.reads("€24.71")
    check_books(sandbox)


def _account(handle: str) -> str:
    account = Vendor.objects.get(handle=handle).payout_account.stripe_account_id
    assert account
    return account


def _time_passes(order: Order, sandbox: Sandbox) -> None:
    """The carrier delivers, nobody complains: the rest is received by the timer."""
    moves_clock(sandbox, seconds=30 * 86_400)
    for sweep in (sweeps.carriers, sweeps.receipts, sweeps.releases):
        sweep(clock.now())
    eventually(lambda: _state_of("bakery", order) == "transferred")
    sweeps.points(clock.now())
    assert points_of("anna@example.org") == (0, 24 + 10, 0)
    settle(sandbox)
    assert at_stripe(sandbox) == {
        "platform": 4289 - 2471 - 1274,
        _account("bindery"): 0,  # it is at her bank
        _account("bakery"): 1274,
    }


def _bank_is_told(mieke: Person, sandbox: Sandbox) -> None:
    """Stripe pays the sellers' banks by its own calendar."""
    payout = Vendor.objects.get(handle="bindery").payouts.get()
    assert (payout.amount_minor, payout.status) == (2471, "paid")
    mieke.goes_to("/seller/bindery/payouts/")
    mieke.reads("Paid to your bank")
    mieke.reads(payout.stripe_id)
    check_books(sandbox)


def _spends_points(anna: Person, sandbox: Sandbox) -> Order:
    """A second checkout takes the points as money that the platform gives."""
    puts_into_basket(anna, NOTEBOOK)
    fills_address(anna)
    anna.fills(points="34")
    anna.updates()
    anna.reads("34 points: −€0.34.")
    anna.reads("€28.56")
    places_order(anna)
    assert points_of(anna.email) == (0, 0, 34)
    pays(anna)
    is_thanked(anna)
    settle(sandbox)
    order = Order.objects.latest("pk")
    assert shares_of("bindery", order=order.number) == BINDERY._replace(cash=2856)
    assert points_of(anna.email) == (0, 0, 0)
    return order


def _system_ships(mieke: Person, order: Order) -> None:
    """A key of the shop reads the order and ships it; without it nobody does."""
    mieke.goes_to("/seller/bindery/api/")
    mieke.fills(name="Till")
    for box in mieke.page.locator("[name=scopes]").all():
        mieke.tick(box)
    mieke.presses("Make a key")
    secret = mieke.page.locator("#tv").input_value()
    site = mieke.page.url.partition("/seller/")[0]

    [told] = _asks(site, "orders/?state=to_ship", secret)["results"]
    _asks(
        site,
        f"orders/{told['number']}/ship/",
        secret,
        body={"carrier_code": "bpost", "tracking_number": TRACKING},
    )
    [balance] = _asks(site, "balance/", secret)
    lines = _asks(site, "statement-lines/", secret)["results"]

    assert told["number"] == f"{order.number}-1"
    assert (balance["held_minor"], balance["paid_out_minor"]) == (2471, 2471)
    # Held, held no more, due, sent; and the new order's.
    assert sorted(line["amount_minor"] for line in lines) == [-2471] * 2 + [2471] * 3


def _operator_releases(operator: Person, order: Order) -> None:
    """The buyer says nothing: an operator lets the money go, and says why."""
    operator.goes_to(f"/office/orders/{order.number}/")
    operator.press(operator.page.locator("summary", has_text="Release the seller’s"))
    form = operator.page.locator("form[action$='/release/']")
    operator.type(form.locator("[name=reason]"), "The buyer has it.")
    operator.tick(form.locator("[name=is_sure]"))
    operator.press(form.get_by_role("button"))
    operator.reads("It counts as received.")
    eventually(lambda: _state_of("bindery", order) == "transferred")


def _asks(site: str, path: str, secret: str, *, body: object = None) -> Any:
    headers = {"Authorization": f"Bearer {secret}"}
    if body is not None:
        headers["Idempotency-Key"] = path
    answer = requests.request(
        "GET" if body is None else "POST",
        f"{site}/api/v1/{path}",
        json=body,
        headers=headers,
        timeout=20,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def _everything_adds_up(
    operator: Person, anna: Person, orders: list[Order], sandbox: Sandbox
) -> None:
    """The platform keeps its commission and VAT, less fees and points."""
    settle(sandbox)
    assert in_ledger() == {
        "stripe_balance": 861,
        "processor_fees": 91 + 68,
        "commission_revenue": 347 + 179 + 347,
        "vat_on_commission": 72 + 37 + 72,
        "points_liability": 24,  # of €23.72: points pay 28 cents of the notebook
        "points_expense": 34 + 24,
    }
    assert at_stripe(sandbox)["platform"] == 544 + 2856 - 68 - 2471
    assert set(Settlement.objects.values_list("state", flat=True)) == {"transferred"}
    check_books(sandbox)
    operator.goes_to("/office/payouts/check/")
    operator.reads("The books hold.")
    _mails_have_come(anna, *orders)


def _mails_have_come(anna: Person, first: Order, second: Order) -> None:
    """Each step was told to whom it concerns."""
    expected = {
        "anna": [
            f"Your order {first.number}",
            "Your parcel from Bindery is on its way",
            "Your parcel from Bakery is on its way",
            "How was Bakery?",
            f"Your order {second.number}",
        ],
        "mieke": [
            f"New sale {first.number}-1",
            f"Order {first.number}-1 has arrived",
            f"New sale {second.number}-1",
        ],
    }
    for person, subjects in expected.items():
        anna.goes_to(f"/outbox/?to={person}")
        for subject in subjects:
            anna.reads(subject)
