"""Today, imports, the team, keys, notes and time off."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from frontend.portal import people
from marketplace.flows.import_offers import run_waiting_imports
from marketplace.flows.send_message import send_message
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from reviews.services import write_note
from support.models import Side
from tests.integration.portal.conftest import NOW, queries_of
from tests.integration.sale import Sale, confirm_address, make_user, moment
from vendors.models import ApiToken, ImportJob, Member, Vendor, VendorOrder
from vendors.services.imports import MOST_ATTEMPTS
from vendors.services.tokens import digest_of

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


def test_a_new_shop_has_nothing_to_do_and_no_shares_yet(owner: Client, bindery: Vendor):
    page = owner.get(address("portal-today")).content.decode()

    assert "Nothing waits for you" in page
    assert "Shipped on time" in page
    assert "No order yet" in page


def test_each_role_sees_its_own_part_of_today(browser_of, sale: Sale):
    seen = {
        role: browser_of(role).get(address("portal-today")).content.decode()
        for role in ("orders", "finance", "catalogue")
    }

    assert {role: "Your money" in page for role, page in seen.items()} == {
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


def test_a_sheet_is_taken_row_by_row(owner: Client, bindery: Vendor):
    answer = owner.post(address("portal-import"), {"file": upload(SHEET)})
    waiting = owner.get(answer.url).content.decode()
    run_waiting_imports(now=NOW)
    page = owner.get(answer.url).content.decode()
    refused = owner.get(answer.url, {"outcome": "refused"}).content.decode()

    job = ImportJob.objects.get()
    assert answer.url == address("portal-import-job", public_id=job.public_id)
    assert f'data-poll="{answer.url}"' in waiting
    assert "data-poll" not in page
    assert (job.products_created, job.rows_refused) == (2, 1)
    assert "One row was not taken." in page
    assert "Enter a price above zero with two decimals, such as 24.90." in refused
    assert "Bookmark" in page
    assert "Bookmark" not in refused


def test_who_asks_again_gets_the_progress_and_then_the_page(
    owner: Client, bindery: Vendor
):
    where = owner.post(address("portal-import"), {"file": upload(SHEET)}).url
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
    ImportJob.objects.update(attempts=MOST_ATTEMPTS, rows_total=3)

    run_waiting_imports(now=NOW)

    page = owner.get(where).content.decode()
    assert "We could not finish this sheet." in page
    assert "0 of 3 rows are in; nothing was changed by the others." in page
    assert "data-poll" not in page
    assert "Stopped" in owner.get(address("portal-import")).content.decode()


def test_the_file_of_errors_has_line_column_and_what_to_do(
    owner: Client, bindery: Vendor
):
    owner.post(address("portal-import"), {"file": upload(SHEET)})
    run_waiting_imports(now=NOW)
    job = ImportJob.objects.get()

    answer = owner.get(address("portal-import-errors", public_id=job.public_id))

    assert answer.content.decode().splitlines() == [
        "line,sku,column,problem",
        '3,A2,price,"Enter a price above zero with two decimals, such as 24.90."',
    ]


def test_the_empty_sheet_is_one_that_an_import_takes(owner: Client, bindery: Vendor):
    answer = owner.get(address("portal-import-template"))

    assert answer.content.decode().startswith("sku,price,stock,")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00s", "This file is not readable."),
        (b"PK\x03\x04\0\0", "This is not a text file."),
        (b"name,price\nx,1\n", "missing: sku, stock"),
    ],
)
def test_a_file_that_is_no_sheet_says_what_to_do(
    owner: Client, bindery: Vendor, content: bytes, words: str
):
    where = owner.post(address("portal-import"), {"file": upload(content)}).url
    run_waiting_imports(now=NOW)

    page = owner.get(where).content.decode()

    assert words in page
    assert not StockRecord.objects.exists()


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


def test_the_rows_ask_as_often_for_many_as_for_few(owner: Client, bindery: Vendor):
    many = b"".join(b"B%d,5,9,Ribbon %d\n" % (n, n) for n in range(30))
    sheets = (SHEET, b"sku,price,stock,title\n" + many)
    jobs = [
        owner.post(address("portal-import"), {"file": upload(sheet, f"{n}.csv")}).url
        for n, sheet in enumerate(sheets)
    ]
    run_waiting_imports(now=NOW)

    few, lots = (queries_of(owner, where) for where in jobs)
    assert few == lots


# --- people and keys ----------------------------------------------------------------


def test_an_address_that_is_only_claimed_gets_no_role(owner: Client, bindery: Vendor):
    make_user("cleo")
    sent = {"email": "cleo@example.org", "role": "finance"}

    page = owner.post(address("portal-team"), sent)

    assert "to follow the link in our mail" in page.content.decode()
    assert bindery.members.get().role == "owner"


def test_somebody_is_added_changed_and_removed(owner: Client, bindery: Vendor):
    confirm_address(make_user("cleo"))
    email = "Cleo@example.org"

    owner.post(address("portal-team"), {"email": email, "role": "orders"})
    owner.post(address("portal-team"), {"email": email, "role": "finance"})
    member = Member.objects.get(user__email="cleo@example.org")
    where = address("portal-team-leave", member_id=member.pk)
    first, second = owner.post(where), owner.post(where)

    assert member.role == "finance"
    assert told(first)[-1] == "cleo@example.org does not work here any more."
    assert second.status_code == 302
    assert list(bindery.members.values_list("role", flat=True)) == ["owner"]


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("nobody@example.org", "orders", "Nobody has an account with this e-mail yet"),
        ("binder@example.org", "orders", "The owner stays the owner."),
        ("binder@example.org", "owner", "Select a valid choice."),
        ("binder", "orders", "Enter a valid email address."),
    ],
)
def test_who_cannot_be_added_is_told_why(
    owner: Client, bindery: Vendor, email: str, role: str, words: str
):
    page = owner.post(address("portal-team"), {"email": email, "role": role})

    assert words in page.content.decode()
    assert bindery.members.get().role == "owner"


def test_the_owner_cannot_be_removed(owner: Client, bindery: Vendor):
    member = bindery.members.get()

    owner.post(address("portal-team-leave", member_id=member.pk))

    assert bindery.members.get() == member


def test_a_key_is_shown_once_and_kept_as_a_digest(owner: Client, bindery: Vendor):
    sent = {"name": "Till", "scopes": ["offers:read", "offers:write"]}

    made = owner.post(address("portal-tokens"), sent)
    page = owner.get(made["Location"]).content.decode()
    again = owner.get(made["Location"]).content.decode()

    secret = page.split('readonly value="')[1].split('"')[0]
    token = ApiToken.objects.get()
    assert (token.digest, token.scopes) == (digest_of(secret), sent["scopes"])
    assert secret not in again
    assert token.hint in again


def test_a_second_click_makes_no_second_key_and_shows_the_first(
    owner: Client, bindery: Vendor
):
    form = owner.get(address("portal-tokens")).context["form"]
    sent = {
        "name": "Till",
        "scopes": ["offers:read"],
        "press": str(form["press"].value()),
    }

    owner.post(address("portal-tokens"), sent)
    second = owner.post(address("portal-tokens"), sent)
    page = owner.get(second["Location"]).content.decode()
    third = owner.post(address("portal-tokens"), sent, follow=True).content.decode()

    secret = page.split('readonly value="')[1].split('"')[0]
    assert ApiToken.objects.get().digest == digest_of(secret)
    assert secret not in third


def test_a_second_click_for_the_last_key_that_is_allowed_shows_it_too(
    owner: Client, bindery: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(people, "_MOST_TOKENS", 1)
    form = owner.get(address("portal-tokens")).context["form"]
    press = str(form["press"].value())
    sent = {"name": "Till", "scopes": ["offers:read"], "press": press}

    owner.post(address("portal-tokens"), sent)
    second = owner.post(address("portal-tokens"), sent, follow=True).content.decode()
    another = owner.post(
        address("portal-tokens"), {"name": "Desk", "scopes": ["offers:read"]}
    ).content.decode()

    assert 'readonly value="cpt_' in second
    assert "You have 1 keys: take one back first." in another
    assert ApiToken.objects.get().name == "Till"


def test_each_page_makes_a_key_of_its_own(owner: Client, bindery: Vendor):
    for _ in range(2):
        form = owner.get(address("portal-tokens")).context["form"]
        press = str(form["press"].value())
        owner.post(
            address("portal-tokens"),
            {"name": "Till", "scopes": ["offers:read"], "press": press},
        )

    assert ApiToken.objects.count() == 2


def test_a_new_key_is_shown_to_whoever_made_it_alone(
    owner: Client, browser_of, bindery: Vendor
):
    made = owner.post(
        address("portal-tokens"), {"name": "Till", "scopes": ["offers:read"]}
    )
    other = browser_of("other seller")
    theirs = reverse("portal-tokens", kwargs={"handle": "bakery"})

    query = made["Location"].partition("?")[2]
    page = other.get(f"{theirs}?{query}").content.decode()
    odd = owner.get(address("portal-tokens") + "?made=%00")

    assert "readonly value" not in page
    assert odd.status_code == 200


@pytest.mark.parametrize("scopes", [[], ["everything"], ["offers:read", "\0"]])
def test_a_key_that_may_nothing_or_too_much_is_not_made(
    owner: Client, bindery: Vendor, scopes: list[str]
):
    answer = owner.post(address("portal-tokens"), {"name": "Till", "scopes": scopes})

    assert answer.status_code == 200
    assert not ApiToken.objects.exists()


def test_a_key_is_taken_back_once_for_all(owner: Client, bindery: Vendor):
    owner.post(address("portal-tokens"), {"name": "Till", "scopes": ["orders:read"]})
    token = ApiToken.objects.get()
    where = address("portal-token-revoke", public_id=token.public_id)

    owner.post(where)
    owner.post(where)

    token.refresh_from_db()
    assert token.revoked_at == NOW


def test_a_key_of_another_shop_is_not_there(owner: Client, browser_of, bindery):
    other = browser_of("other seller")
    theirs = reverse("portal-tokens", kwargs={"handle": "bakery"})
    other.post(theirs, {"name": "Till", "scopes": ["orders:read"]})
    token = ApiToken.objects.get()

    answer = owner.post(address("portal-token-revoke", public_id=token.public_id))

    token.refresh_from_db()
    assert (answer.status_code, token.revoked_at) == (404, None)


# --- notes and time off -------------------------------------------------------------


def test_a_note_is_answered_and_the_answer_replaced(owner: Client, sale: Sale):
    note = write_note(
        part=sale.part,
        score=4,
        text="Lovely paper.",
        user_id=None,
        author_name="Anna P.",
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
    assert "No note here" in open_ones


@pytest.mark.parametrize("text", ["", " ", "x" * 2001])
def test_an_empty_or_endless_answer_is_not_kept(owner: Client, sale: Sale, text: str):
    note = write_note(
        part=sale.part, score=4, user_id=None, author_name="Anna P.", now=NOW
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


def test_time_off_that_ends_before_it_begins_is_refused(owner: Client, bindery: Vendor):
    sent = {"away_from": "2026-12-24", "away_until": "2026-12-01"}

    page = owner.post(address("portal-settings-away"), sent).content.decode()

    bindery.partner.refresh_from_db()
    assert "The last day comes before the first one." in page
    assert 'value="2026-12-24"' in page
    assert bindery.partner.away_from is None
