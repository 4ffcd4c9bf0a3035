"""Invoices and credit notes are issued once, and say exactly what was frozen."""

from datetime import UTC, datetime, timedelta

import pytest

from payouts.models import (
    Document,
    DocumentKind,
    PendingDocument,
    RefundRequest,
)
from payouts.services import documents, refund
from payouts.services.refund_booking import book_refund
from tests.integration.documents.papers import (
    complete,
    give_back,
    issue,
    known_seller,
    notes_of,
    sell,
)
from tests.integration.payouts.market import (
    NOW,
    Item,
    make_seller,
    place,
    shipping,
)

pytestmark = pytest.mark.django_db


def test_seller_without_an_address_gets_no_invoice_and_is_named_what_lacks():
    brume = make_seller("Brume", country="BE")
    [sale] = sell({brume: [Item(12_100, tax=2_100)]})

    documents.want_invoices(order_id=sale.order_id, now=NOW)
    done = documents.issue_due(now=NOW)

    assert done == 0
    assert not Document.objects.exists()
    pending = PendingDocument.objects.get()
    assert pending.lacks == ["legal_name", "street", "postcode", "city", "vat_number"]
    assert (pending.attempts, pending.error) == (0, "")


def test_what_waits_for_details_is_not_tried_again_before_they_are_there():
    brume = make_seller("Brume", country="BE")
    [sale] = sell({brume: [Item(12_100, tax=2_100)]})
    documents.want_invoices(order_id=sale.order_id, now=NOW)
    documents.issue_due(now=NOW)

    complete(brume, vat_number="")
    assert documents.issue_due(now=NOW) == 0
    assert PendingDocument.objects.get().lacks == [
        *("legal_name", "street", "postcode", "city", "vat_number")
    ]
    complete(brume)
    assert documents.issue_due(now=NOW) == 1

    assert Document.objects.get().facts["seller"]["vat_number"] == "BE0987654394"
    assert not PendingDocument.objects.exists()


def test_a_sale_without_vat_needs_no_vat_number():
    brume = known_seller(vat_number="")
    [sale] = sell({brume: [Item(10_000)]})

    invoice = issue(sale)

    assert "No VAT is charged on this sale." in invoice.facts["mentions"]


def test_an_unpaid_order_has_no_invoice():
    opened = place({known_seller(): [Item(10_000)]})

    documents.want_invoices(order_id=opened.order_id, now=NOW)

    assert not PendingDocument.objects.exists()


def test_asking_and_issuing_again_changes_nothing():
    [sale] = sell({known_seller(): [Item(10_000)]})
    first = issue(sale)

    again = issue(sale)
    documents.want_all(now=NOW)
    documents.issue_due(now=NOW)

    assert again == first
    assert Document.objects.count() == 1


def test_an_invoice_says_what_was_frozen():
    brume = known_seller("Brume")
    [sale] = sell(
        {brume: [Item(12_100, quantity=3, tax=2_100, promo=100), shipping(605)]},
        points=2_000,
    )

    invoice = issue(sale)

    facts = invoice.facts
    assert (invoice.net_minor, invoice.tax_minor, invoice.gross_minor) == (
        10_605,
        2_100,
        12_705,
    )
    assert facts["gross"] == sale.gross_minor
    assert facts["tax"] == sale.tax_minor
    assert [line["rates"] for line in facts["lines"]] == [
        [{"bps": 2100, "net": 10_000, "tax": 2_100, "gross": 12_100}],
        [{"bps": 0, "net": 605, "tax": 0, "gross": 605}],
    ]
    assert facts["lines"][0]["unit_net"] == 333_333
    assert facts["payments"] == [
        {"how": "card", "amount": 10_605},
        {"how": "points", "amount": 2_000},
        {"how": "gift", "amount": 100},
    ]
    assert facts["paid_on"] == "2026-11-25"
    assert facts["issued_by"]["name"] == "Comptoir Demo SRL"
    assert facts["number"] == invoice.number


def test_each_seller_and_kind_has_numbers_of_its_own():
    brume, atelier = known_seller("Brume"), known_seller("Atelier")
    first, second = sell({brume: [Item(5_000)], atelier: [Item(3_000)]})
    [third] = sell({brume: [Item(1_000)]})

    numbers = [issue(each).number for each in (first, second, third)]
    give_back(first, 5_000)
    documents.issue_due(now=NOW)

    brumes, ateliers = brume.handle.upper(), atelier.handle.upper()
    assert numbers == [
        f"{brumes}-2026-000001",
        f"{ateliers}-2026-000001",
        f"{brumes}-2026-000002",
    ]
    assert notes_of(first)[0].number == f"{brumes}-CN-2026-000001"


def test_numbers_begin_anew_with_the_year_of_the_market():
    brume = known_seller("Brume")
    [old], [new] = sell({brume: [Item(5_000)]}), sell({brume: [Item(5_000)]})

    before = issue(old, now=datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
    after = issue(new, now=datetime(2026, 12, 31, 23, 1, tzinfo=UTC))

    assert before.number == f"{brume.handle.upper()}-2026-000001"
    assert after.number == f"{brume.handle.upper()}-2027-000001"


def test_sellers_whose_names_begin_alike_have_series_of_their_own():
    one = known_seller("A-very-long-name-of-a-shop")
    other = known_seller("A-very-long-name-of-a-shop")
    [first], [second] = sell({one: [Item(5_000)]}), sell({other: [Item(5_000)]})

    numbers = {issue(first).number, issue(second).number}

    assert numbers == {
        "A-VERY-LONG-NAME-OF-2026-000001",
        f"A-VERY-LONG-NAME-OF-{other.pk}-2026-000001",
    }


def test_a_document_is_never_dated_before_the_last_of_its_series():
    brume = known_seller("Brume")
    [first], [second] = sell({brume: [Item(5_000)]}), sell({brume: [Item(5_000)]})

    issue(first, now=NOW)
    late = issue(second, now=NOW - timedelta(days=1))

    assert late.issued_at == NOW


def test_a_credit_note_waits_for_its_invoice_and_names_it():
    brume = make_seller("Brume", country="BE")
    [sale] = sell({brume: [Item(12_100, tax=2_100)]})
    documents.want_invoices(order_id=sale.order_id, now=NOW)
    give_back(sale, 12_100)
    documents.issue_due(now=NOW)
    assert PendingDocument.objects.count() == 2

    complete(brume)
    documents.issue_due(now=NOW)
    documents.issue_due(now=NOW)

    invoice = Document.objects.get(kind=DocumentKind.INVOICE)
    [note] = notes_of(sale)
    assert note.corrects == invoice
    assert note.facts["corrects"] == {
        "number": invoice.number,
        "issued_on": "2026-11-25",
    }
    assert note.facts["reason"] == "It was torn."


def test_credit_notes_give_back_every_cent_of_the_invoice_in_whatever_steps():
    [sale] = sell(
        {known_seller(): [Item(9_999, quantity=3, tax=1_735), shipping(499)]},
        points=1_234,
        voucher=100,
    )
    invoice = issue(sale)

    for gross in (3_333, 1, 3_333, 3_332):
        give_back(sale, gross)
    give_back(sale, 499, line=1)
    documents.issue_due(now=NOW)

    notes = notes_of(sale)
    assert len(notes) == 5
    assert sum(note.gross_minor for note in notes) == invoice.gross_minor
    assert sum(note.tax_minor for note in notes) == invoice.tax_minor
    back = {"card": 0, "points": 0, "gift": 0}
    for note in notes:
        for each in note.facts["payments"]:
            back[each["how"]] += each["amount"]
    assert [{"how": how, "amount": sum_} for how, sum_ in back.items()] == (
        invoice.facts["payments"]
    )
    assert notes[0].facts["lines"][0]["quantity"] == 1
    assert notes[1].facts["lines"][0]["quantity"] is None


def test_a_refund_of_two_sellers_has_a_credit_note_of_each():
    first, second = sell(
        {known_seller("Brume"): [Item(5_000)], known_seller("Atelier"): [Item(3_000)]}
    )
    for sale in (first, second):
        issue(sale)

    give_back(first, 5_000)
    give_back(second, 1_000)
    documents.issue_due(now=NOW)

    assert [note.gross_minor for note in notes_of(first)] == [5_000]
    assert [note.gross_minor for note in notes_of(second)] == [1_000]


def test_goodwill_of_the_platform_changes_no_invoice():
    [sale] = sell({known_seller(): [Item(5_000)]})
    issue(sale)

    request = refund.request_goodwill(
        order_id=sale.order_id, cash_minor=500, reason="Sorry", token="g", now=NOW
    )
    book_refund(request=RefundRequest.objects.get(pk=request.pk), now=NOW)
    documents.want_credit_notes(refund_id=request.pk, now=NOW)

    assert not PendingDocument.objects.exists()


def test_what_fails_is_put_off_with_its_error_and_stops_no_other(monkeypatch):
    good, bad = (sell({known_seller(): [Item(5_000)]})[0] for _ in range(2))
    for sale in (bad, good):
        documents.want_invoices(order_id=sale.order_id, now=NOW)
    drafted = documents.draft_invoices

    def fail_for_one(rows):
        if any(row.settlement_id == bad.pk for row in rows):
            raise ZeroDivisionError("broken")
        return drafted(rows)

    monkeypatch.setitem(documents._DRAFTERS, DocumentKind.INVOICE, fail_for_one)
    documents.issue_due(now=NOW)

    assert Document.objects.get().settlement == good
    pending = PendingDocument.objects.get()
    assert pending.attempts == 1
    assert "broken" in pending.error
    assert pending.retry_at == NOW + timedelta(minutes=1)
