"""Draw issued documents, always the same: from their frozen content alone.

A PDF is kept in private storage under the digest of its content, so that it is set
once. It may be thrown away there: it is drawn again when somebody asks.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils import translation

from marketplace.core.printing import can_print, pdf_of
from marketplace.db.storage import private_storage
from payouts.models import Document


@dataclass(frozen=True, slots=True)
class Printed:
    """A document as a file: a PDF, or a page to print where none can be made."""

    file_name: str
    content: bytes
    is_pdf: bool


_STYLES = settings.BASE_DIR / "frontend" / "static" / "paper"


def html_of(document: Document, *, is_pdf: bool = False) -> str:
    """Return a document as a page that a browser can print, in its own language."""
    facts: dict[str, Any] = document.facts
    with translation.override(facts["language"]):
        return render_to_string(
            f"documents/v{document.template_version}/document.html",
            {
                "facts": facts,
                "title": str(document.get_kind_display()),
                "is_pdf": is_pdf,
                "LANGUAGE_CODE": facts["language"],
            },
        )


def printed(document: Document) -> Printed:
    """Return a document as the file that its reader gets, named by its number."""
    made = pdf_of_document(document)
    if made is None:
        page = html_of(document).encode()
        return Printed(f"{document.number}.html", page, is_pdf=False)
    return Printed(f"{document.number}.pdf", made, is_pdf=True)


def pdf_of_document(document: Document) -> bytes | None:
    """Return a document as a PDF; None where this machine cannot make one."""
    if not can_print():
        return None
    storage, name = private_storage(), _place(document)
    if storage.exists(name):
        with storage.open(name) as kept:
            return bytes(kept.read())
    made = pdf_of(html_of(document, is_pdf=True), base_url=f"{_STYLES.as_uri()}/")
    # Two who ask at once write two files: one of them is found next time.
    if made is not None:
        storage.save(name, ContentFile(made))
    return made


def _place(document: Document) -> str:
    digest = document.digest
    return f"documents/{digest[:2]}/{digest}-v{document.template_version}.pdf"
