"""The mails of a market that sends none: the demo writes them into a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

_MOST = 100
_AS_MAIL_PROGRAMS_DO = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in the folder; `name` finds it again."""

    name: str
    to: str
    subject: str
    sent_at: datetime | None
    message: EmailMessage

    @property
    def text(self) -> str:
        """Return the plain twin."""
        return self._content("plain")

    @property
    def html(self) -> str:
        """Return the mail as programs draw it; nothing if it is plain only."""
        return self._content("html")

    def _content(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List the newest mails, all or those to one address (`?to=`)."""
    to = request.GET.get("to", "").strip().lower()
    found = (each for each in _all() if not to or to in each.to.lower())
    context = {"letters": list(islice(found, _MOST)), "to": to}
    return render(request, "outbox/letters.html", context)


@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """Show a mail with its head and its plain twin."""
    return render(request, "outbox/letter.html", {"letter": _named(name)})


@require_safe
@xframe_options_sameorigin
def drawn(request: HttpRequest, name: str) -> HttpResponse:
    """Show a mail as a mail program would: its own styles, no scripts.

    Its links leave the frame in which the page above shows it.
    """
    html = _named(name).html
    if not html:
        raise Http404
    answer = HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))
    # A mail carries its styles in its tags, which no page of ours may.
    answer["Content-Security-Policy"] = _AS_MAIL_PROGRAMS_DO
    return answer


def _all() -> Iterator[Letter]:
    folder = Path(settings.EMAIL_FILE_PATH)
    for file in sorted(folder.glob("*.log"), key=_age, reverse=True):
        if found := _read(file):
            yield found


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0


def _read(file: Path) -> Letter | None:
    try:
        raw = file.read_bytes()
    except OSError:  # deleted meanwhile, or a name that no file can have
        return None
    message = BytesParser(policy=policy.default).parsebytes(raw)
    return Letter(
        name=file.stem,
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        sent_at=_sent_at(message),
        message=message,
    )


def _sent_at(message: EmailMessage) -> datetime | None:
    written = message.get("Date")
    if not written:
        return None
    moment = parsedate_to_datetime(written)
    # "-0000" means UTC from a machine that does not tell its zone.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _named(name: str) -> Letter:
    # Only files of the folder itself, whatever the address says.
    found = _read(Path(settings.EMAIL_FILE_PATH) / f"{Path(name).name}.log")
    if found is None:
        raise Http404
    return found
