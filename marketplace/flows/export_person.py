"""Everything that we keep of somebody, in one file: JSON for machines, HTML to read."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import DataExport, User
from marketplace.core.errors import RefusedError
from marketplace.db import audit, outbox
from marketplace.flows.export_sections import SECTIONS, TITLES, Rows
from marketplace.flows.mail import Mail, post

TOPIC = "account.export"
_EVERY = timedelta(days=1)


class _Encoder(DjangoJSONEncoder):
    """Django's, and what else columns hold as it is written: a telephone number."""

    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


class TooManyExportsError(RefusedError):
    """One a day is enough: the file is the same, and making it takes long."""

    code = "too_many_exports"

    def __init__(self) -> None:
        super().__init__(
            str(
                _("One file a day can be made. Yours of today is below, or on its way.")
            )
        )


@transaction.atomic
def ask_export(*, user: User, now: datetime) -> DataExport:
    """Let a worker make the file.

    Locks the person, so that two clicks make one. Raises TooManyExportsError within a
    day of the last one, or while it is still to be made.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    lately = Q(asked_at__gt=now - _EVERY) | Q(made_at=None)
    if locked.exports.filter(lately).exists():
        raise TooManyExportsError
    export = DataExport.objects.create(user=locked, asked_at=now)
    audit.record("account.export_asked", subject=export, actor_id=user.pk, now=now)
    outbox.emit(topic=TOPIC, key=str(export.pk), now=now)
    return export


@transaction.atomic
def make_export(*, export_id: int, keep_days: int, now: datetime) -> None:
    """Write the file into private storage and tell its owner; done twice it is one.

    Locks the row of the export.
    """
    export = (
        DataExport.objects.select_for_update(no_key=True)
        .filter(pk=export_id, made_at=None)
        .first()
    )
    if export is None:
        return
    with translation.override(export.user.language):
        made = archive_of(export.user, now=now)
    # A run that died before its commit has left one that no row names.
    export.file.storage.delete(export.stored_as)
    export.file.save(f"{export.public_id}.zip", ContentFile(made), save=False)
    export.size = len(made)
    export.made_at = now
    export.expires_at = now + timedelta(days=keep_days)
    export.save()
    post(Mail.EXPORT_READY, export=export.pk, now=now)


def forget_old_exports(now: datetime) -> int:
    """Delete the files whose days are over; return how many."""
    old = list(DataExport.objects.filter(expires_at__lte=now).exclude(file=""))
    for export in old:
        export.file.delete(save=False)
        export.file = ""
        export.save(update_fields=["file"])
    return len(old)


def archive_of(user: User, *, now: datetime) -> bytes:
    """Return the file: one JSON for each section, and a page that shows them all."""
    sections = {name: collect(user) for name, collect in SECTIONS.items()}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in sections.items():
            words = json.dumps(rows, cls=_Encoder, indent=2, ensure_ascii=False)
            archive.writestr(f"{name}.json", words)
        context = {
            "person": user,
            "made_at": now,
            "sections": [_table(name, rows) for name, rows in sections.items()],
        }
        archive.writestr("index.html", render_to_string("export/index.html", context))
    return written.getvalue()


def _table(name: str, rows: Rows) -> dict[str, Any]:
    columns = list(rows[0]) if rows else []
    return {
        "name": TITLES[name],
        "file": f"{name}.json",
        "columns": columns,
        "rows": [[_cell(row.get(column)) for column in columns] for row in rows],
    }


def _cell(value: Any) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, cls=_Encoder, ensure_ascii=False)
    return "" if value is None else str(value)
