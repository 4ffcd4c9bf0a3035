"""Pages become PDFs, with what lies in their folder and nothing else."""

import logging
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from marketplace.core import printing


@pytest.fixture(autouse=True)
def looked_for_anew() -> Iterator[None]:
    printing._weasyprint.cache_clear()
    yield
    printing._weasyprint.cache_clear()


needs_pango = pytest.mark.skipif(
    not printing.can_print(), reason="Pango is missing on this machine"
)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@needs_pango
def test_a_page_becomes_a_pdf_with_its_words(tmp_path: Path):
    pdf = printing.pdf_of("<p>Zwölf € – oké</p>", base_url=f"{tmp_path.as_uri()}/")

    assert pdf.startswith(b"%PDF-")
    assert "Zwölf € – oké" in text_of(pdf)


@needs_pango
def test_styles_are_read_below_the_folder_and_not_beside_it(tmp_path: Path):
    folder = tmp_path / "paper"
    folder.mkdir()
    words = 'p::after { content: "%s" }'
    (folder / "mine.css").write_text(words % "mine")
    (tmp_path / "secret.css").write_text(words % "secret")
    html = (
        '<link rel="stylesheet" href="mine.css">'
        '<link rel="stylesheet" href="../secret.css">'
        f'<link rel="stylesheet" href="{(tmp_path / "secret.css").as_uri()}"><p>Is </p>'
    )

    pdf = printing.pdf_of(html, base_url=f"{folder.as_uri()}/")

    assert text_of(pdf) == "Is mine"


@needs_pango
def test_no_other_server_is_asked(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    html = '<img src="http://127.0.0.1:9/spy.png" alt=""><p>Still here</p>'

    with caplog.at_level(logging.ERROR):
        pdf = printing.pdf_of(html, base_url=f"{tmp_path.as_uri()}/")

    assert "Still here" in text_of(pdf)
    assert "disallowed protocol" in caplog.text


def test_without_pango_there_is_no_pdf_and_the_log_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
):
    class NoPango:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])

    assert not printing.can_print()
    assert printing.pdf_of("<p>Hello</p>", base_url=f"{tmp_path.as_uri()}/") is None
    assert "libpangoft2-1.0-0" in caplog.text
