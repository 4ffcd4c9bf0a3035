"""Where catalogues lie; how they are read, written, and compiled for Django."""

import os
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[3]
LOCALE = ROOT / "frontend" / "locale"
# They would make every catalogue differ from every other, and tell nobody anything.
_LEFT_OUT = tuple(
    f'"{name}:'
    for name in (
        *("Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date"),
        *("PO-Revision-Date", "Last-Translator", "Language-Team", "Generated-By"),
    )
)
_HEAD = "# Words of Comptoir. `make messages` brings them up to date.\n"


def languages() -> list[str]:
    """Return the languages that have a catalogue."""
    return sorted(path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/django.po"))


def path_of(language: str) -> Path:
    """Return where the catalogue of a language lies."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def empty(language: str) -> Catalog:
    """Return a catalogue without words."""
    return Catalog(locale=language, domain="django", fuzzy=False)


def read(path: Path, language: str) -> Catalog:
    """Read a catalogue; an empty one where there is none."""
    if not path.exists():
        return empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django", ignore_obsolete=True)


def write(catalog: Catalog, path: Path, *, with_places: bool = False) -> None:
    """Write a catalogue so that the same words are the same bytes."""
    catalog.fuzzy = False
    catalog.header_comment = _HEAD.rstrip()
    written = BytesIO()
    write_po(
        written,
        catalog,
        width=0,
        no_location=not with_places,
        sort_output=True,
        ignore_obsolete=True,
    )
    lines = written.getvalue().decode().splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith(_LEFT_OUT))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(kept.rstrip("\n") + "\n", encoding="utf-8")


def compile_all() -> list[str]:
    """Compile every catalogue that is newer than what Django has of it."""
    return [language for language in languages() if _compile(language)]


def _compile(language: str) -> bool:
    source = path_of(language)
    made = source.with_suffix(".mo")
    if made.exists() and made.stat().st_mtime_ns > source.stat().st_mtime_ns:
        return False
    catalog = read(source, language)
    # Babel would give a plural without a translation its English words, and so hide
    # what Django itself says for them.
    for message in list(catalog):
        if message.id and not any(message.string or ""):
            catalog.delete(message.id, message.context)
    # Another process may do the same now, and a third one read it.
    with NamedTemporaryFile(dir=made.parent, suffix=".mo.new", delete=False) as file:
        write_mo(file, catalog)
    Path(file.name).chmod(0o644)
    os.replace(file.name, made)
    return True
