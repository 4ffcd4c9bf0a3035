"""Documents where their readers look for them: buyers, guests, sellers, operators."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from frontend.templatetags.comptoir import money_plain
from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.core.printing import can_print
from marketplace.shop.order.access import guest_key
from payouts.documents import printing
from payouts.models import Document, VendorPayoutAccount
from payouts.services import documents
from tests.integration.backoffice.conftest import operator
from tests.integration.documents.papers import complete, give_back, issue, release
from tests.integration.portal.conftest import make_member
from tests.integration.sale import (
    PLACED_AT,
    Sale,
    make_offer,
    make_seller,
    make_user,
    pay_for,
)
from vendors.models import Vendor

needs_pango = pytest.mark.skipif(
    not can_print(), reason="Pango is missing on this machine"
)


@pytest.fixture
def anna(db: None) -> User:
    return make_user("anna")


@pytest.fixture
def bindery(db: None) -> Vendor:
    return make_seller("Bindery", owner=make_user("binder"))


@pytest.fixture
def sale(anna: User, bindery: Vendor) -> Sale:
    return pay_for(
        {bindery: {make_offer(bindery, "Notebook", cents=2400): 2}}, user=anna
    )


@pytest.fixture
def invoice(sale: Sale, bindery: Vendor) -> Document:
    complete(bindery)
    return issue(sale.part.settlement, now=PLACED_AT)


@pytest.fixture
def fee(invoice: Document) -> Document:
    """The platform's invoice for the month."""
    VendorPayoutAccount.objects.create(
        vendor=invoice.vendor,
        stripe_account_id="acct_bindery",
        country="BE",
        email="binder@example.org",
        currency="EUR",
        recipient_status="active",
        created_at=PLACED_AT,
    )
    release(invoice.settlement, at=PLACED_AT)
    documents.want_all(now=PLACED_AT + timedelta(days=20))
    documents.issue_due(now=PLACED_AT + timedelta(days=20))
    return Document.objects.get(kind="commission_invoice")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def in_portal(route: str, **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def words_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_an_invoice_that_is_not_written_yet_leads_to_the_order(anna: User, sale: Sale):
    buyer = signed_in(anna)

    answer = buyer.get(
        reverse("order-invoice", args=[sale.order.number, 1]), follow=True
    )

    assert answer.redirect_chain == [(reverse("order", args=[sale.order.number]), 302)]
    assert "not written yet" in answer.content.decode()


@needs_pango
def test_a_buyer_finds_the_invoice_in_the_order(anna: User, invoice: Document):
    buyer = signed_in(anna)
    order = invoice.settlement.order

    page = buyer.get(reverse("order", args=[order.number])).content.decode()
    address = reverse("order-document", args=[order.number, 1, invoice.number])
    assert f'href="{address}"' in page
    answer = buyer.get(address)

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{invoice.number}.pdf"'
    words = words_of(answer.content)
    for each in (
        *("Invoice", invoice.number, "Brouillard SRL", "BE0987654394", "Notebook"),
        *("Anna Peeters", "1050 Elsene", "€52.90", "in the name and on behalf of"),
    ):
        assert each in words


@needs_pango
def test_a_guest_opens_it_by_the_signed_link_and_not_by_another(
    bindery: Vendor, invoice: Document
):
    guest = pay_for({bindery: {make_offer(bindery, "Card", cents=300): 1}})
    own = issue(guest.part.settlement, now=PLACED_AT)
    key = guest_key(guest.order)

    found = Client().get(reverse("order-invoice", args=[key, 1]))
    others = Client().get(reverse("order-document", args=[key, 1, invoice.number]))
    forged = Client().get(reverse("order-invoice", args=[f"{key}x", 1]))

    assert own.number in found["Content-Disposition"]
    assert (others.status_code, forged.status_code) == (404, 404)


@needs_pango
def test_a_document_is_drawn_once_and_looks_the_same_ever_after(
    invoice: Document, private_folder: Path, bindery: Vendor
):
    first = printing.pdf_of_document(invoice)
    complete(bindery, legal_name="Other SRL")

    again = printing.pdf_of_document(Document.objects.get(pk=invoice.pk))
    [kept] = private_folder.rglob("*.pdf")
    kept.unlink()
    anew = printing.pdf_of_document(Document.objects.get(pk=invoice.pk))

    assert again == first
    assert words_of(anew) == words_of(first)


def test_without_pango_it_is_a_page_to_print(
    anna: User, invoice: Document, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(printing, "can_print", lambda: False)
    buyer = signed_in(anna)

    answer = buyer.get(
        reverse("order-invoice", args=[invoice.settlement.order.number, 1])
    )

    page = answer.content.decode()
    assert "text/html" in answer["Content-Type"]
    assert invoice.number in page
    assert "Save as PDF" in page


def test_a_seller_is_told_what_keeps_invoices_from_coming(sale: Sale, bindery: Vendor):
    documents.want_invoices(order_id=sale.order.pk, now=PLACED_AT)
    documents.issue_due(now=PLACED_AT)
    owner = signed_in(bindery.members.get().user)

    page = owner.get(in_portal("portal-documents")).content.decode()

    assert "1 document waits for your details." in page
    assert "the street, the postcode, the city" in page
    assert f'href="{in_portal("portal-settings")}"' in page


def test_a_seller_finds_them_by_month_and_by_order(sale: Sale, invoice: Document):
    vendor = invoice.vendor
    give_back(sale.part.settlement, 2400, now=PLACED_AT)
    documents.issue_due(now=PLACED_AT)
    note = Document.objects.get(kind="credit_note")
    owner = signed_in(vendor.members.get().user)

    month = owner.get(in_portal("portal-documents"), {"month": "2026-11"})
    order = owner.get(in_portal("portal-order", number=sale.part.number))

    table = month.content.decode()
    assert "November 2026" in table
    for page in (table, order.content.decode()):
        assert in_portal("portal-document", number=invoice.number) in page
        assert in_portal("portal-document", number=note.number) in page
        assert "−€24.00" in page


def test_the_vat_of_a_year_is_said_by_country_and_rate(sale: Sale, invoice: Document):
    give_back(sale.part.settlement, 2400, now=PLACED_AT)
    documents.issue_due(now=PLACED_AT)
    note = Document.objects.get(kind="credit_note")
    net, tax = invoice.net_minor - note.net_minor, invoice.tax_minor - note.tax_minor
    owner = signed_in(invoice.vendor.members.get().user)

    page = owner.get(in_portal("portal-settings-tax")).content.decode()
    sheet = owner.get(in_portal("portal-settings-tax-csv")).content.decode("utf-8-sig")

    assert money_plain(Money(net, "EUR")) in page
    assert "Belgium" in page
    assert sheet.splitlines() == [
        "month,country,rate_percent,net,vat,gross,currency",
        f"2026-11,BE,0.0,{net / 100:.2f},{tax / 100:.2f},{(net + tax) / 100:.2f},EUR",
    ]


def test_a_month_comes_as_a_zip(sale: Sale, invoice: Document):
    owner = signed_in(invoice.vendor.members.get().user)

    answer = owner.get(in_portal("portal-documents-zip"), {"month": "2026-11"})

    packed = ZipFile(BytesIO(b"".join(answer.streaming_content)))
    [name] = packed.namelist()
    assert name.startswith(invoice.number)
    assert answer["Content-Disposition"] == 'attachment; filename="bindery-2026-11.zip"'


def test_the_desk_sees_invoices_of_sales_and_not_the_platforms(
    invoice: Document, fee: Document
):
    vendor = invoice.vendor
    desk = signed_in(make_member(vendor, "orders"))

    sales = desk.get(in_portal("portal-document", number=invoice.number))
    fees = desk.get(in_portal("portal-document", number=fee.number))

    assert (sales.status_code, fees.status_code) == (200, 404)


def test_support_sees_invoices_of_sales_and_not_the_platforms(
    invoice: Document, fee: Document
):
    support, finance = (signed_in(operator(group)) for group in ("support", "finance"))

    found = [
        client.get(reverse("office-document", args=[number])).status_code
        for client in (support, finance)
        for number in (invoice.number, fee.number)
    ]

    assert found == [200, 404, 200, 200]


def test_another_sellers_document_is_not_there(invoice: Document):
    other = make_seller("Bakery", owner=make_user("baker"))
    baker = signed_in(other.members.get().user)

    own = baker.get(
        reverse(
            "portal-document", kwargs={"handle": "bakery", "number": invoice.number}
        )
    )
    theirs = baker.get(in_portal("portal-document", number=invoice.number))

    assert (own.status_code, theirs.status_code) == (404, 404)


def test_operators_find_them_with_the_order_and_the_seller(
    invoice: Document, sale: Sale
):
    client = signed_in(operator("support"))

    order = client.get(reverse("office-order", args=[sale.order.number]))
    seller = client.get(reverse("office-seller", args=["bindery"]))
    listed = client.get(reverse("office-seller-documents", args=["bindery"]))

    address = reverse("office-document", args=[invoice.number])
    assert address in order.content.decode()
    assert reverse("office-seller-documents", args=["bindery"]) in (
        seller.content.decode()
    )
    assert address in listed.content.decode()
