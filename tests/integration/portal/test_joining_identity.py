"""Who a seller is, as they state it: kept, checked, and compared with others."""

from django.test import Client

from tests.integration.portal.test_joining import (
    IDENTITY,
    address,
    applying,
    browser,
)
from vendors.models import Vendor

__all__ = ["applying", "browser"]


def test_the_identity_is_kept_as_it_will_stand_in_the_imprint(
    browser: Client, applying: Vendor
):
    answer = browser.post(address("portal-settings"), IDENTITY)

    applying.refresh_from_db()
    assert answer.url == address("portal-onboarding")
    assert {name: getattr(applying, name) for name in IDENTITY} == {
        **IDENTITY,
        "vat_number": "BE0123456749",
    }
    assert applying.partner.__class__.objects.get().city == "Ghent"


def test_what_was_typed_stays_when_something_is_wrong(
    browser: Client, applying: Vendor
):
    wrong = {**IDENTITY, "vat_number": "12345", "contact_email": "bea"}

    page = browser.post(address("portal-settings"), wrong).content.decode()

    applying.refresh_from_db()
    assert "2 things need your attention" in page
    assert 'value="Kammerstraat 3"' in page
    assert "Begin with the two letters of the country" in page
    assert applying.legal_name == ""


def test_a_vat_number_with_wrong_check_digits_is_refused(
    browser: Client, applying: Vendor
):
    wrong = {**IDENTITY, "vat_number": "BE 0123.456.789"}

    page = browser.post(address("portal-settings"), wrong).content.decode()

    applying.refresh_from_db()
    assert "The check digits are not right" in page
    assert applying.legal_name == ""


def test_a_vat_number_written_before_stays_until_it_is_changed(
    browser: Client, applying: Vendor
):
    Vendor.objects.update(vat_number="BE0123456789")

    browser.post(address("portal-settings"), {**IDENTITY, "vat_number": "BE0123456789"})

    applying.refresh_from_db()
    assert applying.vat_number == "BE0123456789"
    assert applying.legal_name == IDENTITY["legal_name"]


def test_what_traders_are_compared_by_follows_the_identity(
    browser: Client, applying: Vendor
):
    before = applying.likeness.contact_phone

    browser.post(
        address("portal-settings"), {**IDENTITY, "contact_phone": "09 225 01 02"}
    )

    applying.likeness.refresh_from_db()
    kept = applying.likeness
    assert (before, kept.contact_phone) == ("", "+3292250102")
    assert (kept.vat_number, kept.has_wrong_vat) == ("be0123456749", False)
    assert kept.address == "kammerstraat3|9000|be"
