"""Papers of an application: what operators asked to see before a shop opens."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.files import new_among
from marketplace.core.identifiers import public_id
from marketplace.core.words import says_something
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


@dataclass(frozen=True, slots=True)
class PaperWord:
    """What is to become of a paper, what it was when that was chosen, and why."""

    state: ApplicationFile.State
    seen: ApplicationFile.State = ApplicationFile.State.WAITING
    reason: str = ""


@transaction.atomic
def add_files(
    *, vendor: Vendor, files: "Sequence[Named]", now: datetime, stored: list[str]
) -> list[str]:
    """Keep files with a shop's application, in private storage; the same one is once.

    Returns the names of those that are new, and notes in `stored` what the storage has
    more, for whoever undoes it. Locks the application. Raises ApplicationFileError if
    it has more than `MOST_FILES` then, or waits for a decision or has one.
    """
    application = _open(vendor)
    has = list(application.files.all())
    new = new_among(files, kept=has)
    check_count(len(has) + len(new))
    for name, content in new:
        row = ApplicationFile(
            application=application,
            name=name,
            size=content.size,
            digest=_digest_of(content),
            added_at=now,
        )
        kind = Path(str(content.name)).suffix
        row.file.save(f"{public_id('apf')}{kind}", content, save=False)
        # Noted before the row is written: that may fail too.
        stored.append(str(row.file))
        row.save()
    return [name for name, _content in new]


@transaction.atomic
def remove_file(*, vendor: Vendor, file_id: str) -> list[str]:
    """Take a file away from a shop's application; one that is gone is no mistake.

    Returns the name of what was there. Locks the application. Raises
    ApplicationFileError if it waits for a decision or has one: what was decided on
    stays.
    """
    rows = list(_open(vendor).files.filter(public_id=file_id))
    for row in rows:
        delete_on_commit(str(row.file))
        row.delete()
    return [row.name for row in rows]


@transaction.atomic
def decide_file(
    *,
    vendor: Vendor,
    file_id: str,
    word: PaperWord,
    operator_id: int,
    now: datetime,
) -> ApplicationFile:
    """Accept a paper of an application, refuse it, or let it be decided anew.

    A reason is kept with a refusal alone. Locks the application. Raises
    ApplicationFileError unless it waits for a decision, if a refusal has no reason, or
    if the paper is not any more as it was seen, and ApplicationFile.DoesNotExist if it
    is not there.
    """
    application = Application.objects.select_for_update().get(vendor=vendor)
    if application.state != Application.State.SUBMITTED:
        raise ApplicationFileError(
            _("Papers are decided while their application waits.")
        )
    is_refused = word.state == ApplicationFile.State.REFUSED
    if is_refused and not says_something(word.reason):
        raise ApplicationFileError(_("Say why the paper is refused."))
    row = application.files.get(public_id=file_id)
    if row.state != word.seen:
        words = _("“%(name)s” was decided meanwhile: look at it again.")
        raise ApplicationFileError(words % {"name": row.name})
    is_open = word.state == ApplicationFile.State.WAITING
    row.state = word.state
    row.reason = word.reason if is_refused else ""
    row.decided_at = None if is_open else now
    row.decided_by_id = None if is_open else operator_id
    row.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    return row


def know_by_bytes(paper: ApplicationFile) -> None:
    """Keep the digest of a paper that came before digests were kept.

    One whose file is gone stays unknown, and is alike to none.
    """
    digest = sha256()
    try:
        with paper.file.open("rb") as file:
            for chunk in file.chunks():
                digest.update(chunk)
    except FileNotFoundError:
        return
    unknown = ApplicationFile.objects.filter(pk=paper.pk, digest="")
    unknown.update(digest=digest.hexdigest())


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


def _digest_of(content: "ContentFile[bytes]") -> str:
    content.seek(0)
    digest = sha256(content.read()).hexdigest()
    content.seek(0)
    return digest
