"""Sheets of a seller, and what becomes of them."""

from datetime import UTC, datetime

from django.core.files.base import ContentFile

from marketplace.flows import import_offers
from vendors.models import ImportJob, Vendor
from vendors.services import imports

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HEAD = "sku,ean,title,price,stock,condition\n"


def waiting(vendor: Vendor, name: str, sheet: str) -> ImportJob:
    """Return an import that somebody said yes to and no worker has taken yet."""
    job = imports.start_import(
        vendor=vendor,
        file=ContentFile(sheet.encode(), name=name),
        name=name,
        user_id=vendor.members.get().user_id,
        now=NOW,
    )
    job.state = ImportJob.State.WAITING
    job.save(update_fields=["state"])
    return job


def run(vendor: Vendor, sheet: str) -> ImportJob:
    """Return an import that has ended."""
    job = waiting(vendor, "offers.csv", sheet)
    import_offers.run_import(job=job, now=NOW)
    job.refresh_from_db()
    return job
