"""Today, imports, notes and time off."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from marketplace.flows.import_offers import run_waiting_imports
from marketplace.flows.send_message import send_message
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from reviews.services import Note, write_note
from support.models import Side
from tests.integration.beside import Beside
from tests.integration.portal.conftest import NOW, queries_of
from tests.integration.sale import Sale, moment, pay_for
from vendors.models import ImportJob, Vendor, VendorOrder
from vendors.services.imports import MOST_ATTEMPTS
from vendors.services.review import decide_product

SHEET = b"sku,price,stock,title\nA1,12.50,3,Bookmark\nA2,cheap,3,Card\nA3,5,9,Ribbon\n"


def address(route: str, **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def told(answer: object) -> list[str]:
    return [str(each) for each in get_messages(answer.wsgi_request)]


# --- today --------------------------------------------------------------------------


def test_what_is_late_comes_first_then_by_deadline(owner: Client, sale: Sale):
    VendorOrder.objects.update(ship_by=moment("2026-11-20 18:00"))
    send_message(part=sale.part, side=Side.BUYER, text="When?", now=NOW)
    StockRecord.objects.filter(product__title="Slip case").update(
        num_in_stock=3, num_allocated=1
    )
    Product.objects.create(
        title="Vase like Vague",
        is_public=False,
        review_state="refused",
        submitted_by=sale.part.vendor.partner,
        submitted_at=NOW,
    )

    page = owner.get(address("portal-today")).content.decode()

    todo = page.split('class="todo"')[1].split("</ul>")[0]
    places = [
        todo.index(words)
        for words in (
            f"Late: order {sale.part.number}",
            "Unanswered message",
            "Product needs a change",
            "Running out",
        )
    ]
    assert places == sorted(places)
    assert "Slip case (2)" in todo


def test_late_orders_are_one_row_and_ship_from_one_button(
    owner: Client, sale: Sale, bindery: Vendor, notebook: StockRecord
):
    other = pay_for({bindery: {notebook: 1}})
    VendorOrder.objects.update(ship_by=moment("2026-11-20 18:00"))

    page = owner.get(address("portal-today")).content.decode()

    todo = page.split('class="todo"')[1].split("</ul>")[0]
    assert "Late orders" in todo
    assert f"{sale.part.number} waits longest" in todo
    assert "Ship 2 orders" in page
    assert f"order={sale.part.number}&amp;order={other.part.number}" in page


def test_a_new_shop_has_nothing_to_do_and_no_shares_yet(owner: Client, bindery: Vendor):
    page = owner.get(address("portal-today")).content.decode()

    assert "Nothing waits for you" in page
    assert "Shipped on time" in page
    assert "No order yet" in page


def test_the_steps_of_an_open_shop_say_what_stands(owner: Client, bindery: Vendor):
    page = owner.get(address("portal-onboarding")).content.decode()

    assert "What your shop stands on" in page
    assert "Before you open" not in page
    assert f'href="{address("portal-today")}"' in page


def test_each_role_sees_its_own_part_of_today(browser_of, sale: Sale):
    seen = {
        role: browser_of(role).get(address("portal-today")).content.decode()
        for role in ("orders", "finance", "catalogue")
    }

    assert {role: "Next payout" in page for role, page in seen.items()} == {
        "orders": False,
        "finance": True,
        "catalogue": False,
    }
    assert {role: "Last orders" in page for role, page in seen.items()} == {
        "orders": True,
        "finance": False,
        "catalogue": False,
    }


# --- a whole sheet ------------------------------------------------------------------


def upload(content: bytes, name: str = "spring.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/csv")


def sent_and_applied(owner: Client, content: bytes = SHEET) -> str:
    where = owner.post(address("portal-import"), {"file": upload(content)}).url
    run_waiting_imports(now=NOW)
    owner.post(where, {"do": "apply"})
    run_waiting_imports(now=NOW)
    return where


def test_a_sheet_is_taken_row_by_row(owner: Client, bindery: Vendor):
    answer = owner.post(address("portal-import"), {"file": upload(SHEET)})
    waiting = owner.get(answer.url).content.decode()
    run_waiting_imports(now=NOW)
    plan = owner.get(answer.url).content.decode()
    untouched = StockRecord.objects.count()
    owner.post(answer.url, {"do": "apply"})
    run_waiting_imports(now=NOW)
    page = owner.get(answer.url).content.decode()
    refused = owner.get(answer.url, {"outcome": "refused"}).content.decode()

    job = ImportJob.objects.get()
    assert answer.url == address("portal-import-job", public_id=job.public_id)
    assert f'data-poll="{answer.url}"' in waiting
    assert ("Apply 2 rows" in plan, untouched) == (True, 0)
    assert "data-poll" not in page
    assert (job.products_created, job.rows_refused) == (2, 1)
    assert "One row was not taken." in page
    assert "Enter a price above zero with two decimals, such as 24.90." in refused
    assert "Bookmark" in page
    assert "Bookmark" not in refused
    assert "New products wait for a look." in page


def test_a_sheet_whose_products_were_decided_one_by_one_waits_no_more(
    owner: Client, bindery: Vendor
):
    where = sent_and_applied(owner)
    for product in Product.objects.filter(review_state=Product.Review.IN_REVIEW):
        decide_product(
            product=product, seen=product.version, is_approved=True, reason=""
        )

    page = owner.get(where).content.decode()

    assert "New products wait for a look." not in page


def test_who_asks_again_gets_the_progress_and_then_the_page(
    owner: Client, bindery: Vendor
):
    where = owner.post(address("portal-import"), {"file": upload(SHEET)}).url
    run_waiting_imports(now=NOW)
    owner.post(where, {"do": "apply"})
    htmx = {"HX-Request": "true"}

    running = owner.get(where, headers=htmx)
    run_waiting_imports(now=NOW)
    done = owner.get(where, headers=htmx)

    assert running.content.decode().startswith("<section")
    assert (done["HX-Redirect"], done.content) == (where, b"")


def test_a_sheet_that_was_given_up_says_what_is_in_and_what_to_do(
    owner: Client, bindery: Vendor
):
    where = owner.post(address("portal-import"), {"file": upload(SHEET)}).url
    ImportJob.objects.update(attempts=MOST_ATTEMPTS, rows_total=3, state="waiting")

    run_waiting_imports(now=NOW)

    page = owner.get(where).content.decode()
    assert "We could not finish this sheet." in page
    assert "None of the rows is in." in page
    assert "data-poll" not in page
    assert "Stopped" in owner.get(address("portal-import")).content.decode()


def test_the_file_of_errors_has_line_column_and_what_to_do(
    owner: Client, bindery: Vendor
):
    sent_and_applied(owner)
    job = ImportJob.objects.get()

    answer = owner.get(address("portal-import-errors", public_id=job.public_id))

    assert answer.content.decode().splitlines() == [
        "sku,price,stock,title,column,problem",
        "A2,cheap,3,Card,price,"
        '"Enter a price above zero with two decimals, such as 24.90."',
    ]


def test_the_empty_sheet_is_one_that_an_import_takes(owner: Client, bindery: Vendor):
    answer = owner.get(address("portal-import-template"), {"kind": "none\0"})

    assert answer.content.decode().startswith("sku,price,stock,")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00s\n", "This file is not readable."),
        (b"PK\x03\x04\0\0", "This file is not readable."),
        (b"sku,\0\n", "This is not a text file."),
        (b"\n\n", "The first line must name the columns"),
    ],
)
def test_a_file_that_is_no_sheet_says_what_to_do(
    owner: Client, bindery: Vendor, content: bytes, words: str
):
    page = owner.post(address("portal-import"), {"file": upload(content)})

    assert words in page.content.decode()
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [({}, "Choose a file first."), ({"file": upload(b"")}, "This file is empty.")],
)
def test_no_file_is_no_job(
    owner: Client, bindery: Vendor, sent: dict[str, object], words: str
):
    page = owner.post(address("portal-import"), sent).content.decode()

    assert words in page
    assert not ImportJob.objects.exists()


def test_a_second_click_on_import_is_the_same_job(owner: Client, bindery: Vendor):
    first = owner.post(address("portal-import"), {"file": upload(SHEET)})
    second = owner.post(address("portal-import"), {"file": upload(SHEET)})

    assert first.url == second.url
    assert ImportJob.objects.count() == 1


@pytest.mark.usefixtures("committing_db")
def test_two_clicks_on_import_at_once_are_the_same_job(owner: Client, bindery: Vendor):
    def click() -> str:
        return owner.post(address("portal-import"), {"file": upload(SHEET)}).url

    with transaction.atomic():
        Vendor.objects.select_for_update(no_key=True).get(pk=bindery.pk)
        clicks = [Beside(click) for _ in range(3)]
        assert [one.waits() for one in clicks] == [True] * 3
    urls = {one.result() for one in clicks}

    assert len(urls) == 1
    assert ImportJob.objects.count() == 1


def test_the_rows_ask_as_often_for_many_as_for_few(owner: Client, bindery: Vendor):
    many = b"".join(b"B%d,5,9,Ribbon %d\n" % (n, n) for n in range(30))
    sheets = (SHEET, b"sku,price,stock,title\n" + many)
    jobs = [
        owner.post(address("portal-import"), {"file": upload(sheet, f"{n}.csv")}).url
        for n, sheet in enumerate(sheets)
    ]
    run_waiting_imports(now=NOW)
    plans = [queries_of(owner, where) for where in jobs]
    for where in jobs:
        owner.post(where, {"do": "apply"})
    run_waiting_imports(now=NOW)

    assert plans[0] == plans[1]
    few, lots = (queries_of(owner, where) for where in jobs)
    assert few == lots


# --- notes and time off -------------------------------------------------------------


def test_a_note_is_answered_and_the_answer_replaced(owner: Client, sale: Sale):
    note = write_note(
        part=sale.part,
        note=Note(score=4, text="Lovely paper.", user_id=None, author_name="Anna P."),
        now=NOW,
    )
    where = address("portal-note", public_id=note.public_id)

    page = owner.get(address("portal-notes")).content.decode()
    owner.post(where, {"text": "Thank you!"})
    owner.post(where, {"text": "Thank you, Anna."})
    open_ones = owner.get(address("portal-notes"), {"tab": "open"}).content.decode()

    note.refresh_from_db()
    assert "Lovely paper." in page
    assert (note.answer, note.answered_at) == ("Thank you, Anna.", NOW)
    assert "No rating here" in open_ones


@pytest.mark.parametrize("text", ["", " ", "x" * 2001])
def test_an_empty_or_endless_answer_is_not_kept(owner: Client, sale: Sale, text: str):
    note = write_note(
        part=sale.part, note=Note(score=4, user_id=None, author_name="Anna P."), now=NOW
    )
    where = address("portal-note", public_id=note.public_id)

    answer = owner.post(where, {"text": text})

    note.refresh_from_db()
    assert (answer.status_code, note.answer) == (200, "")


def test_time_off_is_planned_and_ended(owner: Client, bindery: Vendor):
    where = address("portal-settings-away")

    owner.post(where, {"away_from": "2026-11-20", "away_until": "2026-12-01"})
    bindery.partner.refresh_from_db()
    planned = (bindery.partner.away_from, bindery.partner.away_until)
    page = owner.get(where).content.decode()
    owner.post(where, {"back": "yes"})

    bindery.partner.refresh_from_db()
    assert planned == (date(2026, 11, 20), date(2026, 12, 1))
    assert "Away until Tue 1 Dec" in page
    assert bindery.partner.away_from is None


def test_a_second_click_on_being_back_says_nothing_more(owner: Client, bindery: Vendor):
    where = address("portal-settings-away")
    owner.post(where, {"away_from": "2026-11-20", "away_until": "2026-12-01"})

    owner.post(where, {"back": "yes"})
    again = owner.post(where, {"back": "yes"})

    assert told(again) == ["Saved.", "You are back. Orders leave as usual."]


def test_time_off_that_ends_before_it_begins_is_refused(owner: Client, bindery: Vendor):
    sent = {"away_from": "2026-12-24", "away_until": "2026-12-01"}

    page = owner.post(address("portal-settings-away"), sent).content.decode()

    bindery.partner.refresh_from_db()
    assert "The last day comes before the first one." in page
    assert 'value="2026-12-24"' in page
    assert bindery.partner.away_from is None


@pytest.mark.parametrize(
    ("away_from", "offered", "missing", "said"),
    [
        ("2026-11-20", "I am back", "Cancel the time off", "You are back."),
        ("2026-12-14", "Cancel the time off", "I am back", "The time off is cancelled"),
    ],
)
def test_time_off_is_ended_once_it_has_begun_and_cancelled_before(
    owner: Client,
    bindery: Vendor,
    away_from: str,
    offered: str,
    missing: str,
    said: str,
):
    where = address("portal-settings-away")
    owner.post(where, {"away_from": away_from, "away_until": "2026-12-20"})

    page = owner.get(where).text
    ended = owner.post(where, {"back": "yes"}, follow=True).text
    bindery.partner.refresh_from_db()

    assert (offered in page, missing in page) == (True, False)
    assert said in ended
    assert (bindery.partner.away_from, bindery.partner.away_until) == (None, None)
