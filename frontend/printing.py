"""Answer with a document: a PDF, or a page to print where none can be made."""

from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from frontend.middleware import ViewerRequest
from marketplace.core.printing import pdf_of

# Styles of documents, which browsers get at the same names below /static/paper/.
FOLDER = Path(__file__).parent / "static" / "paper"
BASE_URL = f"{FOLDER.as_uri()}/"


def pdf(template: str, context: dict[str, Any]) -> bytes | None:
    """Set a template that extends `paper/base.html`; None where that cannot be done."""
    html = render_to_string(template, {**context, "is_pdf": True})
    return pdf_of(html, base_url=BASE_URL)


def document(
    request: ViewerRequest, template: str, context: dict[str, Any], *, name: str
) -> HttpResponse:
    """Send a document named `name` (without an ending) to be kept or printed."""
    made = pdf(template, context)
    if made is None:
        return printable(request, template, context)
    return sent(made, name=name)


def sent(made: bytes, *, name: str) -> HttpResponse:
    """Send a PDF that was made."""
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def printable(
    request: ViewerRequest, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Show a document as a page that says how to print it."""
    html = render_to_string(template, {**context, "is_pdf": False}, request=request)
    return HttpResponse(html)
