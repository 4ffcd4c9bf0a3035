"""A shop adds papers to its application, or takes them away."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from marketplace.db import audit
from marketplace.db.storage import with_their_rows
from support.services import attachments
from vendors.models import ApplicationFile, Vendor
from vendors.services import application_files
from vendors.services.application_files import PaperWord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile


def add_application_files(
    *,
    vendor: Vendor,
    uploads: "Sequence[UploadedFile[Any]]",
    actor_id: int,
    now: datetime,
) -> None:
    """Keep pictures without their metadata, and PDFs, with a shop's application.

    Raises FileRefusedError naming a file that is neither, or too large, and
    ApplicationFileError if the application takes no more; nothing is written then.
    """
    application_files.check_count(len(uploads))
    found = [attachments.looked_into([upload])[0] for upload in uploads]
    files = [(each.name, each.content) for each in found]
    with with_their_rows() as stored:
        added = application_files.add_files(
            vendor=vendor, files=files, now=now, stored=stored
        )
        _record(
            "application.papers_added", added, vendor=vendor, actor_id=actor_id, now=now
        )


@transaction.atomic
def remove_application_file(
    *, vendor: Vendor, file_id: str, actor_id: int, now: datetime
) -> None:
    """Take a file away; one that is gone is no mistake. Raises ApplicationFileError."""
    gone = application_files.remove_file(vendor=vendor, file_id=file_id)
    _record(
        "application.papers_removed", gone, vendor=vendor, actor_id=actor_id, now=now
    )


@transaction.atomic
def decide_application_file(
    *,
    vendor: Vendor,
    file_id: str,
    word: PaperWord,
    operator_id: int,
    now: datetime,
) -> ApplicationFile:
    """Accept a paper, refuse it with a reason that its sender reads, or decide anew.

    Its sender sees it once the application is decided or sent back. Locks the
    application. Raises ApplicationFileError unless it waits for a decision, without a
    reason for a refusal, or if somebody decided the paper since it was seen, and
    ApplicationFile.DoesNotExist.
    """
    paper = application_files.decide_file(
        vendor=vendor,
        file_id=file_id,
        word=word,
        operator_id=operator_id,
        now=now,
    )
    audit.record(
        f"application.paper_{word.state}",
        subject=vendor,
        actor_id=operator_id,
        reason=paper.reason,
        details={"papers": [paper.name]},
        now=now,
    )
    return paper


def _record(
    action: str, papers: list[str], *, vendor: Vendor, actor_id: int, now: datetime
) -> None:
    if papers:
        audit.record(
            action,
            subject=vendor,
            actor_id=actor_id,
            details={"papers": papers},
            now=now,
        )
