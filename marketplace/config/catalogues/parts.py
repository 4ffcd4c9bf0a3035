"""Part a catalogue among several translators, and put their work together again."""

from pathlib import Path

from babel.messages.catalog import Catalog, Message

from marketplace.config.catalogues import files
from marketplace.config.catalogues.check import strings_of

# Whose pages words stand on; what stands on several goes to the first of these.
PARTS: dict[str, tuple[str, ...]] = {
    "1-shop": (
        "frontend/storefront/",
        *(
            f"frontend/templates/{folder}/"
            for folder in (
                *("account", "basket", "case", "category", "checkout", "home"),
                *("messages", "mfa", "order", "points", "product", "search"),
                *("sell", "seller"),
            )
        ),
    ),
    "2-portal": ("frontend/portal/", "frontend/templates/portal/", "vendors/"),
    "3-office": ("frontend/backoffice/", "frontend/templates/office/"),
    "4-rest": ("",),
}
_WHERE_MANY = 6


def split(language: str, folder: Path, sources: Catalog) -> dict[str, int]:
    """Write each part of a catalogue into a file of its own; return what each lacks.

    Each message says in which files its words stand.
    """
    catalog = files.read(files.path_of(language), language)
    parts = {name: files.empty(language) for name in PARTS}
    for message in catalog:
        if message.id:
            found = sources.get(message.id, message.context)
            places = [place for place, _line in found.locations] if found else []
            _add(parts[_part_of(places)], message, places)
    for name, part in parts.items():
        files.write(part, folder / f"{language}-{name}.po", with_places=True)
    return {name: sum(map(_is_open, part)) for name, part in parts.items()}


def merge(language: str, folder: Path) -> int:
    """Take over what the files of a folder have translated; return how much changed.

    What they leave empty stays as it is; what the catalogue lacks is left out.
    """
    catalog = files.read(files.path_of(language), language)
    changed = 0
    for path in sorted(folder.glob(f"{language}-*.po")):
        for message in files.read(path, language):
            kept = catalog.get(message.id, message.context) if message.id else None
            if kept is None or _is_open(message) or kept.string == message.string:
                continue
            kept.string, kept.flags = message.string, message.flags
            changed += 1
    files.write(catalog, files.path_of(language))
    return changed


def _part_of(places: list[str]) -> str:
    for name, prefixes in PARTS.items():
        if any(place.startswith(prefixes) for place in places):
            return name
    return list(PARTS)[-1]


def _add(part: Catalog, message: Message, places: list[str]) -> None:
    shown = [(place, 0) for place in dict.fromkeys(places[:_WHERE_MANY])]
    part.add(
        message.id,
        message.string,
        locations=shown,
        flags=message.flags,
        auto_comments=message.auto_comments,
        user_comments=message.user_comments,
        context=message.context,
    )


def _is_open(message: Message) -> bool:
    return bool(message.id) and not all(strings_of(message))
