"""A shop's months: the list, the page with one line opened, the files."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from frontend import formats
from frontend.portal import statement_paper
from frontend.portal.statement_paper import paper_context
from frontend.portal.statement_words import summary_of
from marketplace.accounts.models import User
from marketplace.core import printing
from marketplace.core.printing import can_print
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db import clock
from marketplace.flows.cancel_order import refuse_order
from marketplace.shop.partner.models import StockRecord
from payouts import verify
from payouts.models import LedgerEntry, SettlementLine, Statement
from payouts.selectors.statement import statement_of
from payouts.services.statements import close_statements
from payouts.signing import signer
from tests.integration.documents.papers import give_back, known_seller, release, sell
from tests.integration.payouts.market import Item
from tests.integration.portal.conftest import NOW, queries_of
from tests.integration.portal.test_money import address, receive
from tests.integration.sale import Sale, moment, pay_for
from vendors.models import Vendor
from vendors.services.fulfilment import CancelReason

CLOSING = moment("2026-12-01 03:00")
NO_BREAK = "\N{NO-BREAK SPACE}"


def page_of(client: Client, **query: object) -> str:
    return client.get(address("portal-statement"), query).content.decode()


def opened(page: str) -> str:
    return page.split('id="opened"')[1].split("</tr>", maxsplit=1)[0]


def item_of(sale: Sale) -> SettlementLine:
    return SettlementLine.objects.get(
        settlement__vendor_order=sale.part, gross_minor=4800
    )


@pytest.fixture
def in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("2026-12-02 12:00"))


@pytest.fixture
def november(sale: Sale, in_december: None) -> Statement:
    Vendor.objects.update(street="Kaai 7", postcode="9000", city="Gent")
    close_statements(now=CLOSING)
    return Statement.objects.get()


def test_a_month_goes_from_opening_to_closing(owner: Client, sale: Sale):
    page = page_of(owner)

    sums = page.split('id="sum"')[1].split("</table>")[0]
    for words in ("Sales, 1 order", "€60.10", "−€7.21", "−€1.51"):
        assert words in sums
    assert "Balance now" in sums
    assert "€51.38" in sums.split("<tfoot>")[1]


def test_a_release_moves_money_between_pockets_and_changes_no_balance(
    owner: Client, sale: Sale
):
    receive(sale)

    page = page_of(owner)

    assert LedgerEntry.objects.filter(transaction__kind="release").exists()
    assert "Released" not in page.split('id="sum"')[1].split("</table>")[0]
    where = page.split('id="where"')[1].split("</table>")[0]
    held, due, _reserve = where.split("<tbody>")[1].split("</tr>")[:3]
    assert "€51.38" not in held
    assert "€51.38" in due


def test_an_open_month_says_that_it_is_not_signed_yet(owner: Client, sale: Sale):
    page = page_of(owner)

    assert "Signed when it closes" in page
    assert "Still open" in page


def test_a_closed_month_shows_its_number_and_fingerprint(
    owner: Client, november: Statement
):
    page = page_of(owner, month="2026-11")

    assert f"Number {november.number}" in page
    assert november.digest in page
    assert november.key.key_id in page
    assert "Closing balance" in page


def test_the_month_before_the_first_sale_is_not_offered_and_the_next_opens_with_it(
    owner: Client, sale: Sale, in_december: None
):
    page = page_of(owner)
    before = page_of(owner, month="2026-10")

    assert "Statement, December 2026" in page
    assert "€51.38" in page.split("Opening balance")[1].split("</tr>")[0]
    assert "Statement, December 2026" in before


@pytest.mark.parametrize(
    "month", ["x", "2026-13", "0000-00", "2026-1", "9999-12", "\0"]
)
def test_a_month_that_is_none_shows_the_open_one(owner: Client, sale: Sale, month: str):
    assert "Statement, November 2026" in page_of(owner, month=month)


def test_the_list_has_each_month_with_its_files(owner: Client, november: Statement):
    page = owner.get(address("portal-statements")).content.decode()

    rows = page.split("<tbody>")[1].split("</tbody>")[0]
    december, last = rows.split("</tr>")[:2]
    assert "still open" in december
    assert f">{formats.moment(CLOSING)}<" in last
    assert last.count("€51.38") == 1
    for route in ("portal-statement-csv", "portal-statement-pdf"):
        assert f"{address(route)}?month=2026-11&amp;currency=EUR" in last


def test_the_command_names_the_file_that_was_downloaded(
    owner: Client, november: Statement
):
    closed, still_open = page_of(owner, month="2026-11"), page_of(owner)

    assert "python verify.py statement-bindery-2026-11-eur.csv" in closed
    assert "python verify.py statement-bindery-2026-12-eur-open.csv" in still_open


def test_a_line_is_opened_to_every_cent(owner: Client, sale: Sale):
    page = opened(page_of(owner, line=item_of(sale).pk))

    for words in (
        "How €48.00 became €41.03",
        "Notebook",
        f"Commission, 12{NO_BREAK}% of €48.00",
        "Plan “Everything else”, version 1, frozen when the order was placed.",
        "−€5.76",
        f"VAT on the commission, 21{NO_BREAK}%",
        "You and we are in Belgium.",
        "−€1.21",
        "Recomputed, equal to the cent",
        "You keep",
        "€41.03",
    ):
        assert words in page


def test_a_refund_stands_in_the_opened_line(owner: Client, sale: Sale):
    refuse_order(part=sale.part, reason=CancelReason.SOLD_OUT, now=NOW)

    page = opened(page_of(owner, line=item_of(sale).pk))

    assert "−€48.00" in page
    assert "€48.00 to the card" in page
    assert "Commission and VAT given back" in page
    assert "€6.97" in page
    assert "€0.00" in page.split("You keep")[1]


@pytest.mark.parametrize("line", ["0", "x", "9" * 30, "-1", "\u0663"])
def test_a_line_that_is_not_there_opens_nothing(owner: Client, sale: Sale, line: str):
    answer = owner.get(address("portal-statement"), {"line": line})

    assert answer.status_code == 200
    assert 'id="opened"' not in answer.content.decode()


def test_lines_are_found_by_order_and_kind(owner: Client, sale: Sale):
    receive(sale)

    found = page_of(owner, q=sale.part.number)
    nothing = page_of(owner, q="nothing")
    refunded = page_of(owner, show="refunded")
    released = page_of(owner, show="release")

    assert found.count("Notebook") >= 1
    assert "No line" in nothing
    assert "No line" in refunded
    lines = released.split('id="lines"')[1]
    assert lines.count("Released: from held to due") >= 2
    assert "−€51.38" in lines


def test_the_file_of_a_closed_month_is_checked_by_the_program(
    owner: Client, november: Statement, tmp_path: Path
):
    answer = owner.get(address("portal-statement-csv"), {"month": "2026-11"})

    assert answer["Content-Disposition"] == (
        'attachment; filename="statement-bindery-2026-11-eur.csv"'
    )
    path = tmp_path / "statement.csv"
    path.write_bytes(answer.content)
    assert verify.main([str(path), "--key", signer().public_key]) == verify.RIGHT


def test_the_file_of_an_open_month_holds_the_same_without_a_signature(
    owner: Client, sale: Sale, tmp_path: Path
):
    answer = owner.get(address("portal-statement-csv"))

    assert "statement-bindery-2026-11-eur-open.csv" in answer["Content-Disposition"]
    path = tmp_path / "statement.csv"
    path.write_bytes(answer.content)
    assert verify.main([str(path)]) == verify.UNPROVEN


def test_page_file_and_paper_tell_alike_what_was_given_back(db: None):
    seller = known_seller()
    [row] = sell({seller: [Item(12_100, tax=2_100)]}, voucher=2_420)
    release(row)
    for gross in (6_050, 3_025):
        give_back(row, gross)
    finance = Viewer(operator_permissions=frozenset({OperatorPermission.FINANCE}))
    found = statement_of(
        finance, vendor_id=seller.pk, currency="EUR", month="2026-11", now=NOW
    )
    assert found is not None

    [shown] = [each for each in summary_of(found, []) if each.kind == "refund"]
    paper = paper_context(found.sheet())
    [(_kind, words, count, amount)] = [
        each for each in paper["totals"] if each[0] == "refund"
    ]

    said = (
        "€72.60 to buyers, from us or through their bank; €18.15 back to Comptoir, "
        "which had paid it."
    )
    [total] = [each for each in found.totals if each.kind == "refund"]
    assert (shown.title, shown.amount.minor) == ("2 refunds", -9_075)
    assert shown.note == f"{total.count} movements. {said}"
    assert (words, count, amount.minor) == (total.words, total.count, total.minor)
    refunds = paper["refunds"]
    assert (refunds["count"], refunds["words"]) == (2, said)
    assert refunds["back"].minor - refunds["gross"].minor == total.minor


@pytest.mark.skipif(not can_print(), reason="Pango is missing on this machine")
def test_the_paper_shows_what_the_file_says(owner: Client, november: Statement):
    answer = owner.get(address("portal-statement-pdf"), {"month": "2026-11"})

    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    for words in ("November 2026", november.number, "€60.10", "€51.38", "1 / "):
        assert words in text
    assert "Kaai 7, 9000 Gent" in text
    assert november.digest in text.replace("\n", "")


@pytest.mark.skipif(not can_print(), reason="Pango is missing on this machine")
def test_a_month_of_many_movements_is_set_by_day(
    owner: Client, november: Statement, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(statement_paper, "MOST_ROWS", 0)

    answer = owner.get(address("portal-statement-pdf"), {"month": "2026-11"})

    pages = PdfReader(BytesIO(answer.content)).pages
    assert "Movements by day" in "\n".join(page.extract_text() for page in pages)


def test_where_no_pdf_can_be_made_the_paper_is_a_page_to_print(
    owner: Client, sale: Sale, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(printing, "_weasyprint", lambda: None)

    answer = owner.get(address("portal-statement-pdf"))
    page = page_of(owner)

    assert answer["Content-Type"].startswith("text/html")
    assert "choose “Save as PDF”" in answer.content.decode()
    assert ">Print<" in page.replace("<span>", "").replace("</span>", "")


def test_the_pages_ask_as_often_for_many_sales_as_for_few(
    owner: Client, sale: Sale, anna: User, bindery: Vendor, notebook: StockRecord
):
    line = item_of(sale).pk
    pages = [
        address("portal-statement"),
        f"{address('portal-statement')}?show=movements",
        f"{address('portal-statement')}?line={line}",
        address("portal-statement-csv"),
    ]
    few = [queries_of(owner, page) for page in pages]
    for _number in range(4):
        pay_for({bindery: {notebook: 1}}, user=anna)

    assert [queries_of(owner, page) for page in pages] == few


def test_the_keys_and_the_program_are_for_everybody(
    client: Client, november: Statement, settings: object
):
    settings.STATEMENT_SIGNING_KEY = "bb" * 32
    close_statements(now=CLOSING + timedelta(days=31))

    found = client.get(reverse("statement-keys")).json()["keys"]
    program = client.get(reverse("statement-program"))
    page = client.get(reverse("statement-help")).content.decode()

    assert [key["valid_until"] is None for key in found] == [True, False]
    assert found[1]["public_key"] == november.key.public_key
    assert program.content == Path(verify.__file__).read_bytes()
    assert all(key["public_key"] in page for key in found)
