"""Hand out issued documents: one as a PDF, or many in a ZIP."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from marketplace.core.money import Money
from payouts.documents.printing import Printed, printed
from payouts.months import Month, month_of
from payouts.selectors.documents import amount_of, months_with


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as a line of a page."""

    number: str
    words: str
    issued_at: datetime
    amount: Money
    order: str = ""


def papers_of(documents: Iterable[Any]) -> list[Paper]:
    """Return documents as lines; amounts that go back are negative."""
    return [
        Paper(
            number=document.number,
            words=str(document.get_kind_display()),
            issued_at=document.issued_at,
            amount=amount_of(document),
            order=_order_of(document),
        )
        for document in documents
    ]


def months_to_show(
    found: QuerySet[Any], asked: str, now: datetime
) -> tuple[Month, list[Month]]:
    """Return the month that was asked for, or the newest with documents, and all."""
    months = months_with(found) or [month_of(now)]
    return next((each for each in months if each.key == asked), months[0]), months


def _order_of(document: Any) -> str:
    settlement = document.settlement
    return str(settlement.vendor_order.number) if settlement else ""


def hand_out(paper: Printed) -> HttpResponse:
    """Show a PDF in the browser, named for whoever keeps it; without one, a page."""
    if not paper.is_pdf:
        return HttpResponse(paper.content)
    answer = HttpResponse(paper.content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{paper.file_name}"'
    return answer


def hand_out_all(documents: Iterable[Any], *, name: str) -> HttpResponseBase:
    """Send a ZIP while its documents are drawn one after the other."""
    answer = StreamingHttpResponse(_zipped(documents), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer


class _Pipe:
    """A file that only remembers what was written since somebody took it."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Remember some bytes."""
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: whoever reads takes it."""

    def close(self) -> None:
        """Do nothing: there is no file."""

    def take(self) -> bytes:
        """Return what was written, and forget it."""
        taken = b"".join(self._written)
        self._written.clear()
        return taken


def _zipped(documents: Iterable[Any]) -> Iterator[bytes]:
    pipe = _Pipe()
    # PDFs are packed already.
    with ZipFile(pipe, "w", ZIP_STORED) as archive:
        for document in documents:
            paper = printed(document)
            archive.writestr(paper.file_name, paper.content)
            yield pipe.take()
    yield pipe.take()
