"""`python -m marketplace.config.catalogues`: collect, check, compile, split, merge."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from marketplace.config.catalogues import files, parts
from marketplace.config.catalogues.check import faults, gaps, out_of_date
from marketplace.config.catalogues.collect import ClashingWordsError, collected
from marketplace.config.composition import COMPLETE_LANGUAGES

_SHOWN = 30


def main() -> int:
    """Do what is asked for; return the exit code."""
    asked = _parser().parse_args()
    if asked.what == "compile":
        files.compile_all()
        return 0
    try:
        return int(_WITH_ARGUMENTS[asked.what](asked))
    except ClashingWordsError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _collect(asked: argparse.Namespace) -> int:
    """Bring every catalogue up to date with the sources, without guesses."""
    sources = collected()
    for language in files.languages():
        path = files.path_of(language)
        catalog = files.read(path, language)
        catalog.update(sources, no_fuzzy_matching=True, update_header_comment=False)
        files.write(catalog, path)
        missing = len(list(gaps(catalog)))
        print(f"{language}: {len(catalog)} messages, {missing} not translated")
    return 0


def _check(asked: argparse.Namespace) -> int:
    """Print what is wrong with the catalogues; the complete have all, and no gaps."""
    wrong = list(_wrong(asked.languages or files.languages()))
    for sentence in wrong if asked.all else wrong[:_SHOWN]:
        sys.stderr.write(f"{sentence}\n")
    if len(wrong) > _SHOWN and not asked.all:
        sys.stderr.write(f"... {len(wrong)} in all; `check --all` says them all\n")
    return 1 if wrong else 0


def _wrong(languages: list[str]) -> Iterator[str]:
    sources = collected()
    for language in languages:
        catalog = files.read(files.path_of(language), language)
        found = list(faults(catalog, language))
        if language in COMPLETE_LANGUAGES:
            late = list(out_of_date(catalog, sources))
            found += ["`make messages` brings it up to date."] if late else []
            found += [*late, *gaps(catalog)]
        yield from (f"{language}: {each}" for each in found)


def _split(asked: argparse.Namespace) -> int:
    """Write the parts of a catalogue into a folder."""
    for name, count in parts.split(asked.language, asked.folder, collected()).items():
        print(f"{asked.language}-{name}.po: {count} not translated")
    return 0


def _merge(asked: argparse.Namespace) -> int:
    """Take over the parts of a catalogue from a folder."""
    print(f"{parts.merge(asked.language, asked.folder)} messages taken over")
    return 0


_WITH_ARGUMENTS = {
    "collect": _collect,
    "check": _check,
    "split": _split,
    "merge": _merge,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m marketplace.config.catalogues")
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("compile", help="make what Django reads, where it is older")
    commands.add_parser("collect", help="bring the catalogues up to date")
    check = commands.add_parser("check", help="print what is wrong with them")
    check.add_argument("languages", nargs="*", help="these alone")
    check.add_argument("--all", action="store_true", help="however many they are")
    for name in ("split", "merge"):
        command = commands.add_parser(name, help=f"{name} the work of translators")
        command.add_argument("language")
        command.add_argument("folder", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
