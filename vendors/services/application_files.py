"""Papers of an application: what operators asked to see before a shop opens."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.files import hold_the_same
from marketplace.core.identifiers import public_id
from marketplace.db.storage import delete_on_commit
from vendors.models import Application, ApplicationFile, Vendor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.base import ContentFile

    Named = tuple[str, ContentFile[bytes]]

MOST_FILES = 5
TAKES_FILES = (Application.State.DRAFT, Application.State.MORE_WANTED)


class ApplicationFileError(RefusedError):
    """It is one file too many, or the application takes none any more."""

    code = "application.file"
    field = "papers"


@transaction.atomic
def add_files(*, vendor: Vendor, files: "Sequence[Named]", now: datetime) -> None:
    """Keep files with a shop's application, in private storage; the same one is once.

    Locks the application. Raises ApplicationFileError if it has more than `MOST_FILES`
    then, or waits for a decision or has one.
    """
    application = _open(vendor)
    has = list(application.files.all())
    new = [each for each in files if not any(_is_it(row, *each) for row in has)]
    check_count(len(has) + len(new))
    for name, content in new:
        row = ApplicationFile(
            application=application, name=name, size=content.size, added_at=now
        )
        row.file.save(f"{public_id('apf')}{Path(str(content.name)).suffix}", content)


@transaction.atomic
def remove_file(*, vendor: Vendor, file_id: str) -> None:
    """Take a file away from a shop's application; one that is gone is no mistake.

    Locks the application. Raises ApplicationFileError if it waits for a decision or
    has one: what was decided on stays.
    """
    for row in _open(vendor).files.filter(public_id=file_id):
        delete_on_commit(str(row.file))
        row.delete()


def check_count(count: int) -> None:
    """Raise ApplicationFileError if an application may not have so many files."""
    if count > MOST_FILES:
        words = _("Add at most %(most)d files: remove one first.")
        raise ApplicationFileError(words % {"most": MOST_FILES})


def _open(vendor: Vendor) -> Application:
    application = Application.objects.select_for_update().get(vendor=vendor)
    if application.state not in TAKES_FILES:
        raise ApplicationFileError(
            _("Files can be changed until the application is sent.")
        )
    return application


def _is_it(row: ApplicationFile, name: str, content: "ContentFile[bytes]") -> bool:
    with row.file.open() as kept:
        return row.name == name and hold_the_same(kept, content)
