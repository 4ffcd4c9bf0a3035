"""Numbers have no gaps and documents never change, whoever tries."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import (
    IntegrityError,
    InternalError,
    ProgrammingError,
    connection,
    transaction,
)

from payouts.models import Document, DocumentSeries, PendingDocument
from payouts.selectors.invariants import violations_of_books
from payouts.services import documents
from tests.integration.documents.papers import issue, known_seller, sell
from tests.integration.payouts.market import NOW, Item

TAMPERING = {
    "a changed amount": "UPDATE payouts_document SET net_minor = 1, gross_minor = 1",
    "other content": "UPDATE payouts_document SET content = '{}'",
    "a deleted document": "DELETE FROM payouts_document",
    "an emptied table": "TRUNCATE payouts_document CASCADE",
    "a deleted series": "DELETE FROM payouts_documentseries",
    "an emptied series": "TRUNCATE payouts_documentseries CASCADE",
    "a counter set back": "UPDATE payouts_documentseries SET last_sequence = 0",
    "a counter ahead": "UPDATE payouts_documentseries SET last_sequence = 9",
    "a renamed series": "UPDATE payouts_documentseries SET prefix = 'X-'",
    "a gap": """
        UPDATE payouts_documentseries SET last_sequence = 3;
        INSERT INTO payouts_document (kind, series_id, sequence, number, natural_key,
            vendor_id, settlement_id, month, currency, net_minor, tax_minor,
            gross_minor, issued_at, template_version, content, digest)
        SELECT kind, series_id, 3, overlay(number placing '3' from length(number)),
            'other', vendor_id, settlement_id, month, currency, net_minor, tax_minor,
            gross_minor, issued_at, template_version, content, digest
        FROM payouts_document
    """,
    "a second one of a number": """
        INSERT INTO payouts_document (kind, series_id, sequence, number, natural_key,
            vendor_id, settlement_id, month, currency, net_minor, tax_minor,
            gross_minor, issued_at, template_version, content, digest)
        SELECT kind, series_id, sequence, 'X', 'other', vendor_id, settlement_id, month,
            currency, net_minor, tax_minor, gross_minor, issued_at, template_version,
            content, digest
        FROM payouts_document
    """,
    "another digest": """
        UPDATE payouts_documentseries SET last_sequence = 2;
        INSERT INTO payouts_document (kind, series_id, sequence, number, natural_key,
            vendor_id, settlement_id, month, currency, net_minor, tax_minor,
            gross_minor, issued_at, template_version, content, digest)
        SELECT kind, series_id, 2, overlay(number placing '2' from length(number)),
            'other', vendor_id, settlement_id, month, currency, net_minor, tax_minor,
            gross_minor, issued_at, template_version, content || ' ', digest
        FROM payouts_document
    """,
}
REFUSALS = (IntegrityError, InternalError, ProgrammingError)


@transaction.atomic
def carry_out(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
@pytest.mark.django_db
def test_the_database_refuses(statement: str):
    [sale] = sell({known_seller(): [Item(5_000)]})
    before = issue(sale)

    with pytest.raises(REFUSALS):
        carry_out(statement)

    assert Document.objects.get() == before
    assert Document.objects.get().content == before.content
    assert DocumentSeries.objects.get().last_sequence == 1


@pytest.mark.django_db
def test_the_next_number_is_taken(check_deferred):
    brume = known_seller()
    for _ in range(3):
        [sale] = sell({brume: [Item(5_000)]})
        issue(sale)

    check_deferred()

    assert list(Document.objects.values_list("sequence", flat=True)) == [1, 2, 3]


def test_workers_at_once_issue_each_document_once_without_a_gap(committing_db: None):
    brume, atelier = known_seller("Brume"), known_seller("Atelier")
    for _ in range(20):
        first, _second = sell({brume: [Item(5_000)], atelier: [Item(3_000)]})
        documents.want_invoices(order_id=first.order_id, now=NOW)

    def work(_worker: int) -> int:
        try:
            done = 0
            # Few at a time, so that the workers really meet.
            while issued := documents.issue_due(now=NOW, limit=3):
                done += issued
            return done
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(work, range(6)))
    # Whoever found all rows held by others went home early.
    done.append(work(0))

    assert sum(done) == 40
    assert not PendingDocument.objects.exists()
    for vendor in (brume, atelier):
        rows = Document.objects.filter(vendor=vendor).order_by("sequence")
        assert [row.sequence for row in rows] == list(range(1, 21))
        assert len({row.settlement_id for row in rows}) == 20


def test_a_rollback_leaves_no_gap(committing_db: None, monkeypatch):
    brume = known_seller()
    sales = [sell({brume: [Item(5_000)]})[0] for _ in range(3)]
    issue(sales[0])
    documents.want_invoices(order_id=sales[1].order_id, now=NOW)

    # The worker dies between the number and the commit.
    with monkeypatch.context() as patch:
        patch.setattr(type(PendingDocument.objects.none()), "delete", _die)
        with pytest.raises(KeyboardInterrupt):
            documents.issue_due(now=NOW)
    documents.issue_due(now=NOW)
    issue(sales[2])

    rows = Document.objects.order_by("sequence")
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert [row.settlement_id for row in rows] == [sale.pk for sale in sales]


def _die(*_args: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.django_db
def test_the_check_finds_a_gap_that_no_guard_has_seen() -> None:
    [sale] = sell({known_seller(): [Item(5_000)]})
    issue(sale)
    before = [each for each in violations_of_books() if "counts to" in each.message]

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE payouts_documentseries DISABLE TRIGGER USER")
        cursor.execute("UPDATE payouts_documentseries SET last_sequence = 9")

    [found] = [each for each in violations_of_books() if "counts to" in each.message]
    assert before == []
    assert found.code == "I10"
    assert found.message.endswith("counts to 9, it has 1 documents, the last is 1")
