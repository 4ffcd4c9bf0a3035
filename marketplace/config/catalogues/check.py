"""What is wrong with a catalogue: each fault as a sentence that says where."""

import re
from collections import Counter
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

from marketplace.config.catalogues.french import misprints

_PRINTF = re.compile(r"%(?:\((?P<name>\w+)\))?[-#0 +]*\d*(?:\.\d+)?[sdifgr%]")
_BRACE = re.compile(r"{(\w*)(?:[:!][^{}]*)?}")
_TAG = re.compile(r"</?([a-z][\w-]*)[^>]*>")
_LINK = re.compile(r"""href=["']([^"']*)["']""")
_SHOWN = 60
_BY_LANGUAGE = {"fr": misprints}


def out_of_date(catalog: Catalog, sources: Catalog) -> Iterator[str]:
    """Yield the words that only the sources, or only the catalogue, have."""
    kept, wanted = _words(catalog), _words(sources)
    yield from (f"{_short(each)} is missing" for each in sorted(wanted - kept))
    yield from (f"{_short(each)} is nowhere said" for each in sorted(kept - wanted))


def gaps(catalog: Catalog) -> Iterator[str]:
    """Yield the words without a translation, or with one that is only a guess."""
    for message in catalog:
        if message.id and not all(strings_of(message)):
            yield f"{_short(_key(message))} is not translated"
        elif message.id and message.fuzzy:
            yield f"{_short(_key(message))} is marked fuzzy"


def faults(catalog: Catalog, language: str) -> Iterator[str]:
    """Yield what is wrong with translations that are there."""
    house_style = _BY_LANGUAGE.get(language)
    for message in catalog:
        if not message.id:
            continue
        for string in filter(None, strings_of(message)):
            wrong = list(_differences(_ids(message), string))
            wrong += house_style(string) if house_style else []
            yield from (f"{_short(_key(message))}: {each}" for each in wrong)


def _differences(ids: tuple[str, ...], string: str) -> Iterator[str]:
    """Yield in what a translation differs from its words (of a plural: from both)."""
    for what, seen in (
        ("placeholders", _placeholders),
        ("tags", _tags),
        ("space at its ends or lines", _edges),
    ):
        wanted = [seen(each) for each in ids]
        if seen(string) not in wanted:
            shown = " or ".join(dict.fromkeys(map(str, wanted)))
            yield f"the {what} are {seen(string)}, not {shown}"


def _placeholders(text: str) -> list[str]:
    named = {each[0] for each in _PRINTF.finditer(text) if each["name"]}
    in_order = [
        each[0]
        for each in _PRINTF.finditer(text)
        if not each["name"] and each[0] != "%%"
    ]
    # An actual per cent sign has no letter of a placeholder behind it.
    in_order = [each for each in in_order if " " not in each]
    return sorted(named | {each[0] for each in _BRACE.finditer(text)}) + in_order


def _tags(text: str) -> list[tuple[str, int]]:
    found = [each[0][: each[0].find(each[1])] + each[1] for each in _TAG.finditer(text)]
    return sorted(Counter([*found, *_LINK.findall(text)]).items())


def _edges(text: str) -> tuple[str, str, bool]:
    head = text[: len(text) - len(text.lstrip())]
    tail = text[len(text.rstrip()) :]
    return head, tail, "\n" in text.strip()


def _words(catalog: Catalog) -> set[tuple[str, str, str]]:
    return {_key(message) for message in catalog if message.id}


def _key(message: Message) -> tuple[str, str, str]:
    one, *many = _ids(message)
    return one, "".join(many), message.context or ""


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings_of(message: Message) -> tuple[str, ...]:
    """Return the translation of a message, of one with a plural each form."""
    strings = message.string or ""
    return (strings,) if isinstance(strings, str) else tuple(strings)


def _short(key: tuple[str, str, str]) -> str:
    one, _many, context = key
    shown = one if len(one) <= _SHOWN else f"{one[:_SHOWN]}…"
    return f"“{shown}” ({context})" if context else f"“{shown}”"
