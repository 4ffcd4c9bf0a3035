"""The order desk: what must leave, several at once; one order from all sides."""

import re

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.flows.refund_line import refund_lines
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.shipping.models import Carrier
from payouts.models import RefundRequest
from tests.integration.portal.conftest import GOOD_NUMBER, NOW, queries_of
from tests.integration.sale import Sale, moment, pay_for
from vendors.models import Parcel, Vendor, VendorOrder

OTHER_NUMBER = "3232051288400118"


def address(route: str, **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def told(answer: object) -> list[str]:
    return [str(each) for each in get_messages(answer.wsgi_request)]


@pytest.fixture
def second(anna: User, bindery: Vendor, notebook: StockRecord) -> Sale:
    """Another notebook, an hour later."""
    return pay_for({bindery: {notebook: 1}}, user=anna, at=moment("2026-11-23 11:30"))


def parcel(sale: Sale, number: str) -> dict[str, str]:
    """Return the fields of one order on the page that ships several."""
    prefix = sale.part.number
    return {f"{prefix}-carrier": "bpost", f"{prefix}-tracking_number": number}


# --- the desk ---------------------------------------------------------------------


def test_the_desk_shows_whom_for_what_until_when_and_what_it_brings(
    owner: Client, sale: Sale
):
    page = owner.get(address("portal-orders")).content.decode()

    assert sale.part.number in page
    assert "Anna Peeters" in page
    assert "Elsene, BE" in page
    assert "3 pieces" in page
    # €60.10 less 12 % and 21 % VAT of it.
    assert "€51.38" in page


@pytest.mark.parametrize("words", ["Peeters", "1050", "anna peeters", "{number}"])
def test_an_order_is_found_by_number_name_and_postcode(
    owner: Client, sale: Sale, words: str
):
    asked = {"tab": "all", "q": words.format(number=sale.part.number[:6].lower())}

    page = owner.get(address("portal-orders"), asked).content.decode()

    assert sale.part.number in page


@pytest.mark.parametrize("words", ["zebra", "105\0", "%", "'; --", "x" * 5000])
def test_words_that_match_nothing_say_so(owner: Client, sale: Sale, words: str):
    answer = owner.get(address("portal-orders"), {"q": words})

    assert answer.status_code == 200
    expected = words.strip("\0") == "105"
    assert (sale.part.number in answer.content.decode()) is expected


def test_tabs_count_what_is_late_and_in_question(owner: Client, sale: Sale):
    VendorOrder.objects.update(ship_by=moment("2026-11-20 18:00"))

    page = owner.get(address("portal-orders"), {"tab": "late"}).content.decode()

    assert 'Late <span class="count count--bad">1</span>' in page
    assert "2 days 18 h late" in page
    assert "Getting ready" not in page


def test_what_is_late_is_not_said_to_leave_today_as_well(
    owner: Client, sale: Sale, second: Sale
):
    parts = VendorOrder.objects.filter(pk=sale.part.pk)
    parts.update(ship_by=moment("2026-11-20 18:00"))
    VendorOrder.objects.exclude(pk=sale.part.pk).update(
        ship_by=moment("2026-11-23 18:00")
    )

    page = owner.get(address("portal-today"))

    assert "One order leaves today." in page.text
    assert "One order is late." in page.text
    assert page.context["slips"] == [sale.part.number, second.part.number]


def test_an_accepted_order_is_getting_ready_where_orders_are_accepted(
    owner: Client, bindery: Vendor, sale: Sale, second: Sale
):
    Vendor.objects.filter(pk=bindery.pk).update(wants_acceptance=True)
    VendorOrder.objects.filter(pk=sale.part.pk).update(accepted_at=NOW)

    page = owner.get(address("portal-orders"), {"tab": "ready"}).content.decode()

    assert 'Getting ready <span class="count">1</span>' in page
    assert f"{address('portal-ship')}?order={sale.part.number}" in page
    assert second.part.number not in page


def test_the_desk_asks_as_often_for_many_orders_as_for_few(
    owner: Client, anna: User, bindery: Vendor, notebook: StockRecord
):
    pay_for({bindery: {notebook: 1}}, user=anna)
    few = queries_of(owner, address("portal-orders"))
    for _number in range(5):
        pay_for({bindery: {notebook: 1}}, user=anna)

    assert queries_of(owner, address("portal-orders")) == few


# --- several at once ----------------------------------------------------------------


def test_several_orders_leave_at_once(owner: Client, sale: Sale, second: Sale):
    numbers = [sale.part.number, second.part.number]
    page = owner.get(address("portal-ship"), {"order": numbers}).content.decode()

    answer = owner.post(
        address("portal-ship"),
        {
            "order": numbers,
            **parcel(sale, GOOD_NUMBER),
            **parcel(second, "3232 0512 8840 0118"),
        },
    )

    assert "Ship 2 orders" in page
    assert answer.url == address("portal-orders")
    assert told(answer) == ["2 parcels are on their way."]
    found = Parcel.objects.order_by("pk").values_list("tracking_number", flat=True)
    assert list(found) == [GOOD_NUMBER, OTHER_NUMBER]


def test_one_wrong_number_keeps_its_row_and_stops_no_other(
    owner: Client, sale: Sale, second: Sale
):
    answer = owner.post(
        address("portal-ship"),
        {
            "order": [sale.part.number, second.part.number],
            **parcel(sale, "323205"),
            **parcel(second, OTHER_NUMBER),
        },
    )

    page = answer.content.decode()
    assert "One parcel could not be sent." in page
    assert 'value="323205"' in page
    assert "has 6 characters and is no number of bpost" in page
    assert f'value="{second.part.number}"' not in page
    assert (sale.part.state, second.part.state) == ("to_ship", "shipped")


def test_a_single_parcel_that_is_wrong_speaks_of_no_others(owner: Client, sale: Sale):
    sent = {"order": [sale.part.number], **parcel(sale, "323205")}

    page = owner.post(address("portal-ship"), sent).content.decode()

    assert "What you typed is still here." in page
    assert "others" not in page


@pytest.mark.parametrize("pattern", [r"\d{4}", ""])
def test_a_number_is_optional_only_where_the_carrier_gives_none(
    owner: Client, sale: Sale, pattern: str
):
    Carrier.objects.create(code="pigeon", name="Pigeon", tracking_pattern=pattern)
    where = address("portal-order", number=sale.part.number)

    label = owner.get(where).text.split("Tracking number")[1].split("</label>")[0]
    carriers, field = owner.get(where).text.split("</select>")[:2]

    assert ("optional for Pigeon" in label) is (not pattern)
    assert ">optional<" not in label
    assert ">bpost</option>" in carriers
    assert "bpost · It has 16 to 24 digits and begins with 3232" in field


def test_a_second_click_sends_nothing_twice(owner: Client, sale: Sale):
    sent = {"order": [sale.part.number], **parcel(sale, GOOD_NUMBER)}

    owner.post(address("portal-ship"), sent)
    second = owner.post(address("portal-ship"), sent)

    assert f"Order {sale.part.number} has left already." in told(second)
    assert Parcel.objects.count() == 1


def test_nothing_chosen_leads_back_to_the_desk(owner: Client, sale: Sale):
    for chosen in ([], ["NOBODYS-1"], ["\0"]):
        answer = owner.get(address("portal-ship"), {"order": chosen})

        assert answer.url == address("portal-orders")


def test_a_packing_slip_has_the_address_and_the_pieces(owner: Client, sale: Sale):
    asked = {"order": sale.part.number}

    page = owner.get(address("portal-slips"), asked).content.decode()

    assert "Elsensesteenweg 214" in page
    assert "2 ×" in page
    assert "€" not in page.split('class="card slip')[1].split("</article>")[0]


def test_a_slip_has_only_what_has_not_left(owner: Client, sale: Sale):
    notebooks, box = sale.lines
    owner.post(
        address("portal-order", number=sale.part.number),
        {
            f"line_{notebooks.pk}": "1",
            f"line_{box.pk}": "1",
            "carrier": "bpost",
            "tracking_number": GOOD_NUMBER,
        },
    )

    asked = {"order": sale.part.number}
    page = owner.get(address("portal-slips"), asked).content.decode()

    slip = page.split("<tbody>")[1].split("</tbody>")[0]
    assert "1 ×" in slip
    assert "Notebook" in slip
    assert "Slip case" not in slip

    refund_lines(
        part=sale.part, quantities={notebooks.pk: 1}, reason="", token="1", now=NOW
    )
    page = owner.get(address("portal-slips"), asked).content.decode()

    # All that goes has gone: never what was given back.
    slip = page.split("<tbody>")[1].split("</tbody>")[0]
    assert slip.count("1 ×") == 2
    assert "2 ×" not in slip


# --- one order ----------------------------------------------------------------------


def test_an_order_shows_what_it_brings_to_the_cent(owner: Client, sale: Sale):
    page = owner.get(address("portal-order", number=sale.part.number))

    shown = page.content.decode()
    for amount in ("€48.00", "€7.20", "€4.90", "−€7.21", "−€1.51"):
        assert amount in shown
    assert '€51<span class="price__minor">.38</span>' in shown


def test_a_part_of_an_order_leaves_and_the_rest_stays(owner: Client, sale: Sale):
    notebooks, box = sale.lines
    where = address("portal-order", number=sale.part.number)

    owner.post(
        where,
        {
            f"line_{notebooks.pk}": "1",
            f"line_{box.pk}": "0",
            "carrier": "bpost",
            "tracking_number": GOOD_NUMBER,
        },
    )

    left = [line.left_to_ship for line in sale.lines]
    assert (sale.part.state, left) == ("partly_shipped", [1, 1])
    page = owner.get(where).content.decode()
    assert GOOD_NUMBER in page
    assert "1 sent" in page


def test_the_same_form_again_is_one_parcel_where_numbers_are_not_given(
    owner: Client, sale: Sale
):
    Carrier.objects.create(code="van", name="Our van")
    notebooks, box = sale.lines
    where = address("portal-order", number=sale.part.number)
    [after] = re.findall(
        r'name="after" value="(\d+)"', owner.get(where).content.decode()
    )
    form = {
        f"line_{notebooks.pk}": "1",
        f"line_{box.pk}": "0",
        "carrier": "van",
        "tracking_number": "",
        "after": after,
    }
    owner.post(where, form)

    again = owner.post(where, form)

    assert again.url == where
    assert told(again) == [
        "Handed to Our van. The buyer has a mail.",
        "A parcel of this order has left meanwhile. Please look again.",
    ]
    assert [line.left_to_ship for line in sale.lines] == [1, 1]
    assert Parcel.objects.count() == 1


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("3", "less than or equal to 2"),
        ("-1", "greater than or equal to 0"),
        ("all", "Enter a whole number."),
    ],
)
def test_a_quantity_that_is_not_there_is_refused(
    owner: Client, sale: Sale, quantity: str, words: str
):
    notebooks, box = sale.lines
    answer = owner.post(
        address("portal-order", number=sale.part.number),
        {
            f"line_{notebooks.pk}": quantity,
            f"line_{box.pk}": "1",
            "carrier": "bpost",
            "tracking_number": GOOD_NUMBER,
        },
    )

    page = answer.content.decode()
    assert words in page
    assert f'value="{GOOD_NUMBER}"' in page
    assert not Parcel.objects.exists()


def test_refusing_says_first_what_the_buyer_gets_back(owner: Client, sale: Sale):
    where = address("portal-refuse", number=sale.part.number)

    page = owner.get(where).content.decode()
    answer = owner.post(where, {"reason": "sold_out", "text": "The press broke."})

    assert "Refuse and give back €60.10" in page
    assert answer.url == address("portal-order", number=sale.part.number)
    assert sale.part.state == "cancelled"
    assert sale.part.cancel_reason == "The press broke."
    assert RefundRequest.objects.get().cash_minor == 6010
    assert [on_shelf for on_shelf, _allocated in sale.stock] == [0, 0]


def test_refusing_the_rest_gives_back_only_the_rest(owner: Client, sale: Sale):
    notebooks, box = sale.lines
    owner.post(
        address("portal-order", number=sale.part.number),
        {
            f"line_{notebooks.pk}": "1",
            f"line_{box.pk}": "0",
            "carrier": "bpost",
            "tracking_number": GOOD_NUMBER,
        },
    )
    where = address("portal-refuse", number=sale.part.number)

    page = owner.get(where).content.decode()
    owner.post(where, {"reason": "damaged", "text": ""})

    assert "Refuse and give back €31.20" in page
    assert RefundRequest.objects.get().cash_minor == 3120


@pytest.mark.parametrize(
    "sent", [{}, {"reason": "boredom"}, {"reason": "other", "text": " "}]
)
def test_refusing_without_a_reason_changes_nothing(
    owner: Client, sale: Sale, sent: dict[str, str]
):
    answer = owner.post(address("portal-refuse", number=sale.part.number), sent)

    assert answer.status_code == 200
    assert sale.part.state == "to_ship"
    assert not RefundRequest.objects.exists()


def test_what_has_left_cannot_be_refused(owner: Client, sale: Sale):
    sent = {"order": [sale.part.number], **parcel(sale, GOOD_NUMBER)}
    owner.post(address("portal-ship"), sent)

    answer = owner.post(
        address("portal-refuse", number=sale.part.number), {"reason": "sold_out"}
    )

    assert answer.url == address("portal-order", number=sale.part.number)
    assert sale.part.state == "shipped"
