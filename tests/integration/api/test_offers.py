"""A seller's system reads and writes the shop's offers, and nobody else's."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.db.models import Outbox
from marketplace.shop.partner.models import StockRecord
from tests.factories import OfferFactory, ProductFactory
from tests.integration.api.conftest import Client
from vendors.models import Vendor

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/offers/"


def put(client, *offers, **headers):
    return client.put(ADDRESS, {"offers": list(offers)}, format="json", **headers)


def test_a_new_offer_is_made_on_the_product_that_the_ean_names(
    bakery: Vendor, client_of: Client
) -> None:
    product = ProductFactory.create(ean="4006381333931")

    answer = put(
        client_of(bakery),
        {"sku": "R1", "ean": "4006381333931", "price_minor": 490, "stock": 12},
    )

    offer = StockRecord.objects.get()
    assert answer.json() == {
        "results": [
            {
                "sku": "R1",
                "outcome": "created",
                "offer_id": offer.public_id,
                "field": "",
                "message": "",
            }
        ]
    }
    assert (offer.product, offer.partner_id, offer.price, offer.num_in_stock) == (
        product,
        bakery.partner_id,
        Decimal("4.90"),
        12,
    )
    assert Outbox.objects.filter(topic="search.index").exists()


def test_an_offer_is_changed_by_its_number_and_keeps_what_is_reserved(
    bakery: Vendor, client_of: Client
) -> None:
    OfferFactory.create(
        partner=bakery.partner, partner_sku="R1", num_in_stock=5, num_allocated=2
    )

    answer = put(client_of(bakery), {"sku": "R1", "price_minor": 510, "stock": 7})

    offer = StockRecord.objects.get()
    assert answer.json()["results"][0]["outcome"] == "updated"
    assert (offer.price, offer.num_in_stock, offer.num_allocated) == (
        Decimal("5.10"),
        9,
        2,
    )


def test_what_the_api_cannot_say_of_an_offer_stays_as_the_portal_set_it(
    bakery: Vendor, client_of: Client
) -> None:
    OfferFactory.create(
        partner=bakery.partner, partner_sku="R1", min_quantity=6, max_quantity=24
    )

    put(client_of(bakery), {"sku": "R1", "price_minor": 510, "stock": 7})

    offer = StockRecord.objects.get()
    assert (offer.price, offer.min_quantity, offer.max_quantity) == (
        Decimal("5.10"),
        6,
        24,
    )


def test_one_bad_offer_spoils_no_other(bakery: Vendor, client_of: Client) -> None:
    ProductFactory.create(ean="4006381333931")

    answer = put(
        client_of(bakery),
        {"sku": "A", "price_minor": -1, "stock": 1},
        {"sku": "B", "ean": "96385074", "price_minor": 100, "stock": 1},
        {"sku": "C", "ean": "4006381333931", "price_minor": 100, "stock": 1},
        {"price_minor": 100, "stock": 1},
        {"sku": "D", "ean": "4006381333931", "price_minor": "1_00", "stock": 1},
    )

    results = answer.json()["results"]
    assert answer.status_code == 200
    assert [(one["outcome"], one["field"]) for one in results] == [
        ("refused", "price_minor"),
        ("refused", "ean"),
        ("created", ""),
        ("refused", "sku"),
        ("refused", "price_minor"),
    ]
    assert StockRecord.objects.count() == 1


def test_another_sellers_offer_is_never_touched(
    bakery: Vendor, bindery: Vendor, client_of: Client
) -> None:
    theirs = OfferFactory.create(partner=bindery.partner, partner_sku="R1")

    answer = put(client_of(bakery), {"sku": "R1", "price_minor": 1, "stock": 0})
    listed = client_of(bakery).get(ADDRESS)

    theirs.refresh_from_db()
    assert answer.json()["results"][0]["outcome"] == "refused"
    assert theirs.price == Decimal("20.00")
    assert listed.json()["results"] == []


def test_a_product_in_review_of_another_seller_cannot_be_offered(
    bakery: Vendor, bindery: Vendor, client_of: Client
) -> None:
    hidden = ProductFactory.create(
        is_public=False, review_state="in_review", submitted_by=bindery.partner
    )

    answer = put(
        client_of(bakery),
        {
            "sku": "X",
            "product_id": hidden.public_id,
            "price_minor": 100,
            "stock": 1,
        },
    )

    assert answer.json()["results"][0]["outcome"] == "refused"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"offers": []},
        {"offers": {}},
        {"offers": [1]},
        [],
        "text",
        {"offers": [{}] * 1001},
    ],
)
def test_a_body_of_another_shape_is_told_what_is_wrong(
    body: object, bakery: Vendor, client_of: Client
) -> None:
    answer = client_of(bakery).put(ADDRESS, body, format="json")

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert answer.json()["errors"]


def test_the_same_key_gives_the_same_answer_and_writes_once(
    bakery: Vendor, client_of: Client
) -> None:
    ProductFactory.create(ean="4006381333931")
    client = client_of(bakery)
    offer = {"sku": "R", "ean": "4006381333931", "price_minor": 490, "stock": 1}
    key = {"HTTP_IDEMPOTENCY_KEY": "k-1"}

    first = put(client, offer, **key)
    again = put(client, offer, **key)
    other = put(client, {**offer, "stock": 2}, **key)

    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert again.json()["results"][0]["outcome"] == "created"
    assert (other.status_code, other.json()["code"]) == (409, "conflict")


def test_pages_follow_a_cursor(bakery: Vendor, client_of: Client) -> None:
    made = [OfferFactory.create(partner=bakery.partner) for _ in range(5)]
    client = client_of(bakery)

    first = client.get(ADDRESS, {"limit": 3}).json()
    second = client.get(first["next"]).json()

    read = [one["id"] for one in first["results"] + second["results"]]
    assert read == [one.public_id for one in reversed(made)]
    assert second["next"] is None


def test_a_later_offer_of_a_request_sees_the_earlier_ones(
    bakery: Vendor, client_of: Client
) -> None:
    product = ProductFactory.create(ean="4006381333931")
    rye = {"sku": "R", "ean": "4006381333931", "price_minor": 490, "stock": 1}

    answer = put(
        client_of(bakery),
        rye,
        {**rye, "price_minor": 510, "condition": "good"},
        {**rye, "sku": "S", "condition": "good"},
        {**rye, "sku": "T"},
    )

    results = answer.json()["results"]
    assert [(one["outcome"], one["field"]) for one in results] == [
        ("created", ""),
        ("updated", ""),
        ("refused", "condition"),
        ("created", ""),
    ]
    assert results[0]["offer_id"] == results[1]["offer_id"]
    assert list(
        product.stockrecords.order_by("partner_sku").values_list(
            "partner_sku", "price", "condition"
        )
    ) == [("R", Decimal("5.10"), "good"), ("T", Decimal("4.90"), "new")]


def test_an_offer_that_somebody_lists_meanwhile_is_refused_and_kept(
    bakery: Vendor, client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = ProductFactory.create(ean="4006381333931")
    ask = StockRecord.objects.bulk_create

    def list_one_meanwhile(offers, **how):
        monkeypatch.setattr(StockRecord.objects, "bulk_create", ask)
        OfferFactory.create(
            partner=bakery.partner, partner_sku="R", product=product, condition="good"
        )
        return ask(offers, **how)

    monkeypatch.setattr(StockRecord.objects, "bulk_create", list_one_meanwhile)
    client = client_of(bakery)
    offer = {"ean": "4006381333931", "price_minor": 490, "stock": 1}

    answer = put(client, {"sku": "R", **offer})

    (result,) = answer.json()["results"]
    assert (result["outcome"], result["field"]) == ("refused", "sku")
    assert StockRecord.objects.get().price == Decimal("20.00")


@pytest.mark.parametrize("count", [2, 200])
def test_many_offers_cost_as_many_statements_as_few(
    count: int, bakery: Vendor, client_of: Client
) -> None:
    known = [f"{2 * 10**12 + n}" for n in range(count)]
    for ean in known:
        ProductFactory.create(ean=ean)
    old = [OfferFactory.create(partner=bakery.partner) for _ in range(count)]
    terms = {"price_minor": 490, "stock": 1}
    client = client_of(bakery)
    client.get(ADDRESS)

    with CaptureQueriesContext(connection) as queries:
        answer = put(
            client,
            *({"sku": f"K{n}", "ean": ean, **terms} for n, ean in enumerate(known)),
            *({"sku": f"U{n}", "ean": f"{10**12 + n}", **terms} for n in range(count)),
            *({"sku": offer.partner_sku, **terms} for offer in old),
        )

    outcomes = [one["outcome"] for one in answer.json()["results"]]
    assert outcomes == ["created"] * count + ["refused"] * count + ["updated"] * count
    # The token and the demo's clock, three times; products by two names; the offers of
    # these numbers, and those beside; new ones, which of them are in, changed ones; the
    # mark for search; two savepoints.
    assert len(queries) == 16


@pytest.mark.parametrize("count", [2, 20])
def test_a_list_costs_the_same_queries_whatever_its_length(
    count: int, bakery: Vendor, client_of: Client
) -> None:
    for _ in range(count):
        OfferFactory.create(partner=bakery.partner)
    client = client_of(bakery)
    client.get(ADDRESS)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(ADDRESS)

    # The token, the demo's clock for limit and token, the offers.
    assert len(queries) == 4


@pytest.mark.parametrize(
    "body",
    ["[" * 50_000, '{"a":' * 50_000, '{"offers": [{"sku": "\\ud800", "stock": 1}]}'],
)
def test_json_that_nothing_can_keep_is_refused_in_words(
    bakery: Vendor, client_of: Client, body: str
) -> None:
    answer = client_of(bakery).put(ADDRESS, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["code"] == "parse_error"
