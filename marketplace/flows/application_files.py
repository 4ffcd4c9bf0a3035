"""A shop adds papers to its application."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from support.services import attachments
from vendors.models import Vendor
from vendors.services import application_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile


def add_application_files(
    *, vendor: Vendor, uploads: "Sequence[UploadedFile[Any]]", now: datetime
) -> None:
    """Keep pictures without their metadata, and PDFs, with a shop's application.

    Raises FileRefusedError naming a file that is neither, or too large, and
    ApplicationFileError if the application takes no more; nothing is written then.
    """
    application_files.check_count(len(uploads))
    found = [attachments.looked_into([upload])[0] for upload in uploads]
    files = [(each.name, each.content) for each in found]
    application_files.add_files(vendor=vendor, files=files, now=now)
