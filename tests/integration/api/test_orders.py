"""A seller's system works off the shop's orders, and nobody else's."""

from base64 import b64encode

import pytest

from payouts.models import RefundRequest
from tests.integration.api.conftest import Client
from tests.integration.sale import (
    Sale,
    make_carrier,
    make_offer,
    make_seller,
    pay_for,
)
from vendors.models import Vendor, VendorOrder

pytestmark = pytest.mark.django_db
NUMBER = "323205128840011723401030"


@pytest.fixture
def sold(db: None) -> tuple[Sale, Vendor, Vendor]:
    """An order of two sellers, paid."""
    make_carrier()
    bakery, bindery = make_seller("Bakery"), make_seller("Bindery")
    sale = pay_for(
        {
            bakery: {make_offer(bakery, "Rye bread", cents=490): 2},
            bindery: {make_offer(bindery, "Notebook", cents=2400): 1},
        }
    )
    return sale, bakery, bindery


def part_of(sale: Sale, vendor: Vendor) -> VendorOrder:
    return VendorOrder.objects.get(order=sale.order, vendor=vendor)


def test_a_shop_reads_its_own_part_with_address_and_lines(sold, client_of) -> None:
    sale, bakery, _bindery = sold
    part = part_of(sale, bakery)

    answer = client_of(bakery).get("/api/v1/orders/").json()

    (order,) = answer["results"]
    assert (order["number"], order["state"]) == (part.number, "to_ship")
    assert order["items_minor"] == 980
    assert [(line["title"], line["quantity"]) for line in order["lines"]] == [
        ("Rye bread", 2)
    ]
    assert order["ship_to"]["postcode"]


@pytest.mark.parametrize("action", ["", "accept/", "ship/", "refuse/"])
def test_another_shops_order_is_not_there(action: str, sold, client_of: Client) -> None:
    sale, bakery, bindery = sold
    address = f"/api/v1/orders/{part_of(sale, bindery).number}/{action}"
    client = client_of(bakery)
    bodies = {
        "ship/": {"carrier_code": "bpost", "tracking_number": NUMBER},
        "refuse/": {"reason": "sold_out"},
    }

    answer = (
        client.post(address, bodies.get(action, {}), format="json")
        if action
        else client.get(address)
    )

    assert answer.status_code == 404
    assert part_of(sale, bindery).state == "to_ship"


def test_shipping_writes_the_parcel_once_for_one_key(sold, client_of: Client) -> None:
    sale, bakery, _bindery = sold
    address = f"/api/v1/orders/{part_of(sale, bakery).number}/ship/"
    body = {"carrier_code": "bpost", "tracking_number": NUMBER}
    client = client_of(bakery)

    first = client.post(address, body, format="json", HTTP_IDEMPOTENCY_KEY="k")
    again = client.post(address, body, format="json", HTTP_IDEMPOTENCY_KEY="k")
    later = client.post(address, body, format="json")

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["state"] == "shipped"
    assert len(first.json()["parcels"]) == 1
    assert (later.status_code, later.json()["code"]) == (422, "order.not_shippable")


def test_a_wrong_tracking_number_is_told_and_nothing_is_sent(sold, client_of) -> None:
    sale, bakery, _bindery = sold
    part = part_of(sale, bakery)

    answer = client_of(bakery).post(
        f"/api/v1/orders/{part.number}/ship/",
        {"carrier_code": "bpost", "tracking_number": "123"},
        format="json",
    )

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert part_of(sale, bakery).state == "to_ship"


def test_some_of_an_order_can_be_sent(sold, client_of: Client) -> None:
    sale, bakery, _bindery = sold
    part = part_of(sale, bakery)
    line = part.lines.get()

    answer = client_of(bakery).post(
        f"/api/v1/orders/{part.number}/ship/",
        {
            "carrier_code": "bpost",
            "tracking_number": NUMBER,
            "lines": [{"line": line.pk, "quantity": 1}],
        },
        format="json",
    )

    assert answer.json()["state"] == "partly_shipped"


def test_a_line_that_comes_twice_is_refused(sold, client_of: Client) -> None:
    sale, bakery, _bindery = sold
    part = part_of(sale, bakery)
    line = {"line": part.lines.get().pk, "quantity": 1}

    answer = client_of(bakery).post(
        f"/api/v1/orders/{part.number}/ship/",
        {"carrier_code": "bpost", "tracking_number": NUMBER, "lines": [line, line]},
        format="json",
    )

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "lines", "message": "Name each line once."}
    ]
    assert part_of(sale, bakery).state == "to_ship"


def test_a_null_character_is_told(sold, client_of: Client) -> None:
    sale, bakery, _bindery = sold
    number = part_of(sale, bakery).number

    answer = client_of(bakery).post(
        f"/api/v1/orders/{number}/refuse/",
        {"reason": "sold_out", "text": "a\0"},
        format="json",
        HTTP_IDEMPOTENCY_KEY="k",
    )

    assert answer.status_code == 400
    assert answer.json()["detail"] == "This has a NUL character: leave it out."


def test_a_backslash_before_four_digits_is_no_null_character(
    sold, client_of: Client
) -> None:
    sale, bakery, _bindery = sold

    answer = client_of(bakery).post(
        f"/api/v1/orders/{part_of(sale, bakery).number}/refuse/",
        {"reason": "sold_out", "text": r"\u0000"},
        format="json",
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "cursor",
    [
        *(
            b64encode(text.encode()).decode()
            for text in ("p=abc", "p=\\0", "p=-1", "p=" + "9" * 40, "p=1&q=2", "page")
        ),
        "AAAAAAAA",
        "cD0x!",
        "!!!!",
        "a",
    ],
)
def test_a_cursor_that_is_not_ours_is_told(
    cursor: str, sold, client_of: Client
) -> None:
    answers = [
        client_of(sold[1]).get(f"/api/v1/{what}/", {"cursor": cursor})
        for what in ("orders", "offers")
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].json()["errors"][0]["field"] == "cursor"


def test_refusing_gives_that_sellers_part_back_only(sold, client_of: Client) -> None:
    sale, bakery, bindery = sold

    answer = client_of(bakery).post(
        f"/api/v1/orders/{part_of(sale, bakery).number}/refuse/",
        {"reason": "sold_out", "text": "The oven broke."},
        format="json",
    )

    assert answer.json()["state"] == "cancelled"
    assert part_of(sale, bindery).state == "to_ship"
    assert RefundRequest.objects.count() == 1


@pytest.mark.parametrize("text", [{}, {"text": ""}, {"text": " \n"}])
def test_refusing_for_another_reason_asks_which(
    text: dict[str, str], sold, client_of: Client
) -> None:
    sale, bakery, _bindery = sold
    part = part_of(sale, bakery)

    answer = client_of(bakery).post(
        f"/api/v1/orders/{part.number}/refuse/",
        {"reason": "other", **text},
        format="json",
    )

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"] == [
        {
            "field": "text",
            "message": "The buyer reads this: say in a few words why it will not come.",
        }
    ]
    assert part_of(sale, bakery).state == "to_ship"
    assert not RefundRequest.objects.exists()


def test_the_balance_and_the_statement_are_the_shops_own(sold, client_of) -> None:
    _sale, bakery, bindery = sold

    own = client_of(bakery).get("/api/v1/balance/").json()
    other = client_of(bindery).get("/api/v1/balance/").json()
    lines = client_of(bakery).get("/api/v1/statement-lines/").json()["results"]

    assert own[0]["held_minor"] != other[0]["held_minor"]
    assert sum(line["amount_minor"] for line in lines) == own[0]["held_minor"]
