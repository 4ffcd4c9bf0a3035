"""Shops and papers of the release before are compared from the next night on."""

from hashlib import sha256

import pytest
from django.core.files.base import ContentFile

from marketplace.jobs import nightly
from tests.factories import NOW, VendorFactory
from vendors.models import Application, ApplicationFile, Likeness, Vendor
from vendors.services.application_files import add_files
from vendors.services.likeness import keep_likeness

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7 %%EOF"


@pytest.fixture
def paper() -> ApplicationFile:
    """A paper of which nobody knows the bytes."""
    vendor: Vendor = VendorFactory.create()
    Application.objects.create(vendor=vendor)
    file = ContentFile(PAPER, name="a.pdf")
    add_files(vendor=vendor, files=[("a.pdf", file)], now=NOW, stored=[])
    ApplicationFile.objects.update(digest="")
    return ApplicationFile.objects.get()


def test_an_old_paper_is_known_by_its_bytes_after_a_night(
    paper: ApplicationFile,
) -> None:
    nightly.tidy(NOW)

    paper.refresh_from_db()
    assert paper.digest == sha256(PAPER).hexdigest()


def test_a_paper_whose_file_is_gone_stays_unknown_and_stops_no_other(
    paper: ApplicationFile,
) -> None:
    ApplicationFile.objects.create(
        application=paper.application,
        name="b.pdf",
        file=str(paper.file),
        size=1,
        added_at=NOW,
    )
    ApplicationFile.objects.filter(pk=paper.pk).update(file="gone.pdf")

    nightly.tidy(NOW)

    digests = ApplicationFile.objects.order_by("pk").values_list("digest", flat=True)
    assert list(digests) == ["", sha256(PAPER).hexdigest()]


def test_a_shop_that_lacks_what_is_compared_has_it_after_a_night() -> None:
    vendor: Vendor = VendorFactory.create(contact_phone="02 555 01 02")

    nightly.tidy(NOW)

    assert Likeness.objects.get(vendor=vendor).contact_phone == "+3225550102"


def test_what_the_release_before_changed_is_compared_after_a_night() -> None:
    vendor: Vendor = VendorFactory.create(contact_phone="02 555 01 02")
    keep_likeness([vendor])
    Vendor.objects.update(contact_phone="02 555 01 03")

    nightly.tidy(NOW)

    assert Likeness.objects.get(vendor=vendor).contact_phone == "+3225550103"
