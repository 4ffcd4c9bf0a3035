"""What is asked of a kind of product, and how a sheet answers. Pure reading."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from vendors.cells import CellError

_PARTS = re.compile(r"\s*[>/|]\s*")
_NUMBER = re.compile(r"[+-]?[0-9]{1,10}([.,][0-9]{1,6})?")
_MOST_NUMBER = 10**9
_LONGEST, _LONGEST_TEXT = 300, 4000
_SHOWN = 8
_YES = frozenset({"yes", "true", "1", "oui", "ja", "sí", "si", "sì", "sim"})
_NO = frozenset({"no", "false", "0", "non", "nein", "nee", "não"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An attribute of a kind; `options` has its choices by all that they are called."""

    code: str
    name: str
    type: str
    unit: str = ""
    is_required: bool = False
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def choices(self) -> list[str]:
        """Return its choices as they are kept."""
        return list(dict.fromkeys(self.options.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of product, with what is asked of it by all that it is called."""

    pk: int
    name: str
    asked: Mapping[str, Asked] = field(default_factory=dict)

    @property
    def attributes(self) -> list[Asked]:
        """Return what is asked, each once."""
        return list({each.code: each for each in self.asked.values()}.values())


# By what a sheet may call it, as `key_of` writes that.
Kinds = Mapping[str, Kind]


def parts(text: str) -> list[str]:
    """Part a name from those above it: “Home > Kitchen”, whatever the capitals."""
    return _PARTS.split(text.strip().casefold())


def key_of(text: str) -> str:
    """Return a name as all ways to write it have it in common."""
    return ">".join(parts(text))


def answered(kind: Kind, facts: str, axes: str) -> tuple[str, str]:
    """Return facts (JSON) and axes of a sheet by code, each value as its kind has it.

    What its kind is not asked may be said where choices differ in it. A kind that is
    asked nothing takes everything as it is. Raises CellError with all that is wrong.
    """
    if not kind.asked:
        return facts, axes
    names = [name.strip() for name in axes.replace("|", ",").split(",")]
    free = {name.casefold() for name in names if name}
    told: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in json.loads(facts).items():
        asked = kind.asked.get(name.casefold())
        if asked is None and name.casefold() not in free:
            wrong.append(_not_asked(kind, name))
        elif asked is None:
            told[name] = value
        elif value != "":
            _answer(told, asked, value, wrong)
    wrong += [
        _("Say its “%(name)s”.") % {"name": each.name}
        for each in kind.attributes
        if each.is_required and each.code not in told and not wrong
    ]
    if wrong:
        raise CellError(" ".join(wrong), column="attributes")
    codes = [_code(kind, name) for name in names]
    return json.dumps(told, ensure_ascii=False), " | ".join(codes)


def _answer(told: dict[str, Any], asked: Asked, value: Any, wrong: list[str]) -> None:
    read: Callable[[Asked, Any], Any] = _READ.get(asked.type, _text)
    try:
        told[asked.code] = read(asked, value)
    except ValueError as error:
        wrong.append(str(error))


def _not_asked(kind: Kind, name: str) -> str:
    known = _list([each.name for each in kind.attributes])
    return _("This kind has no “%(name)s”, but: %(known)s.") % {
        "name": name[:40],
        "known": known,
    }


def _code(kind: Kind, name: str) -> str:
    asked = kind.asked.get(name.casefold())
    return asked.code if asked else name


def _list(words: list[str]) -> str:
    shown = ", ".join(words[:_SHOWN])
    return f"{shown} …" if len(words) > _SHOWN else shown


def _option(asked: Asked, value: Any) -> str:
    found = asked.options.get(str(value).strip().casefold())
    if found is None:
        raise ValueError(
            _("“%(name)s” is one of: %(choices)s.")
            % {"name": asked.name, "choices": _list(asked.choices)}
        )
    return found


def _options(asked: Asked, value: Any) -> list[str]:
    if str(value).strip().casefold() in asked.options:
        return [_option(asked, value)]
    several = (each.strip() for each in str(value).replace(";", ",").split(","))
    return list(dict.fromkeys(_option(asked, each) for each in several if each))


def _float(asked: Asked, value: Any) -> float:
    text = str(value).strip().removesuffix(asked.unit).strip()
    number = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    if number is None or isinstance(value, bool) or abs(number) > _MOST_NUMBER:
        raise ValueError(
            _("“%(name)s” is a number, such as 12.5.") % {"name": asked.name}
        )
    return number


def _whole(asked: Asked, value: Any) -> int:
    number = _float(asked, value)
    if not number.is_integer():
        raise ValueError(_("“%(name)s” is a whole number.") % {"name": asked.name})
    return int(number)


def _boolean(asked: Asked, value: Any) -> bool:
    said = str(value).strip().casefold()
    if said not in _YES | _NO:
        raise ValueError(_("“%(name)s” is yes or no.") % {"name": asked.name})
    return said in _YES


def _day(asked: Asked, value: Any) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError as error:
        raise ValueError(
            _("“%(name)s” is a day, such as 2026-05-31.") % {"name": asked.name}
        ) from error


def _text(asked: Asked, value: Any) -> str:
    most = _LONGEST_TEXT if asked.type == "richtext" else _LONGEST
    if len(text := str(value).strip()) > most:
        raise ValueError(
            _("“%(name)s” has at most %(most)d characters.")
            % {"name": asked.name, "most": most}
        )
    return text


_READ: dict[str, Callable[[Asked, Any], Any]] = {
    "option": _option,
    "multi_option": _options,
    "integer": _whole,
    "float": _float,
    "boolean": _boolean,
    "date": _day,
}
