"""Set a page of HTML as a PDF on A4, where this machine can."""

import logging
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

log = logging.getLogger(__name__)


def pdf_of(html: str, *, base_url: str) -> bytes | None:
    """Return the page as a PDF; None where the libraries that set type are missing.

    `base_url` is the folder of what the page names, with a slash at its end: styles and
    pictures are read below it or from `data:`, and from nowhere else, so a document
    cannot ask another server or read another file. The same page gives the same bytes
    but for the library's version.
    """
    weasyprint = _weasyprint()
    if weasyprint is None:
        return None
    page = weasyprint.HTML(
        string=html, base_url=base_url, url_fetcher=_Files(weasyprint, base_url).fetch
    )
    printed: bytes = page.write_pdf()
    return printed


def can_print() -> bool:
    """Say whether `pdf_of` makes PDFs here: pages tell it to their readers."""
    return _weasyprint() is not None


@cache
def _weasyprint() -> ModuleType | None:
    # Looked for once: the libraries of a machine do not come while a process runs.
    try:
        import weasyprint  # noqa: PLC0415 -- it loads Pango, which may be missing
    except OSError as error:
        log.warning(
            "PDFs are offered as printable pages: Pango is missing (%s). Install"
            " libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0.",
            error,
        )
        return None
    return weasyprint


class _Files:
    """Reads what a page names, if it lies below one folder."""

    def __init__(self, weasyprint: ModuleType, base_url: str) -> None:
        self._root = Path(unquote(urlsplit(base_url).path)).resolve()
        self._fetcher: Any = weasyprint.urls.URLFetcher(
            allowed_protocols=["file", "data"], allow_redirects=False
        )

    def fetch(self, url: str) -> Any:
        """Return what WeasyPrint reads for an address.

        Raises ValueError for one that lies elsewhere; the page is set without it.
        """
        parts = urlsplit(url)
        if parts.scheme == "file":
            asked = Path(unquote(parts.path)).resolve()
            if not asked.is_relative_to(self._root):
                raise ValueError(f"{url} lies outside of the folder for printing.")
        return self._fetcher.fetch(url)
