"""Sheets of a seller, and what becomes of them."""

from datetime import UTC, datetime

from django.core.files.base import ContentFile

from marketplace.flows import import_offers, steer_import
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


def sent(vendor: Vendor, content: str | bytes, name: str = "offers.csv") -> ImportJob:
    """Return an import whose columns are matched, if we know them."""
    data = content.encode() if isinstance(content, str) else content
    return import_offers.start_import(
        vendor=vendor,
        file=ContentFile(data, name=name),
        name=name,
        user_id=vendor.members.get().user_id,
        now=NOW,
    )


def planned(vendor: Vendor, content: str | bytes) -> ImportJob:
    """Return an import whose plan is made, if its columns are known."""
    job = sent(vendor, content)
    import_offers.run_waiting_imports(now=NOW)
    job.refresh_from_db()
    return job


def applied(job: ImportJob) -> ImportJob:
    """Say yes to an import and return it once it has ended."""
    steer_import.apply_import(job=job, user_id=job.created_by_id or 0, now=NOW)
    import_offers.run_waiting_imports(now=NOW)
    job.refresh_from_db()
    return job
