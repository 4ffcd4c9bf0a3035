"""JSON for reading: short things side by side, as somebody would write them down."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

_WIDTH = 62
_INDENT = 2


def json_lines(value: Any, *, indent: int = 0, lead: int = 0) -> str:
    """Write JSON with as much in a line as fits, the rest indented below.

    `indent` is that of the line in which it begins, `lead` what stands before it there.
    """
    flat = json.dumps(value, ensure_ascii=False)
    if indent + lead + len(flat) <= _WIDTH or not value or isinstance(value, str):
        return flat
    inner = indent + _INDENT
    if isinstance(value, dict):
        parts = (_pair(name, each, inner) for name, each in value.items())
        return _block("{", "}", parts, indent)
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        # Their braces are frame enough.
        return f"[{', '.join(json_lines(each, indent=indent) for each in value)}]"
    if isinstance(value, list):
        parts = (json_lines(each, indent=inner) for each in value)
        return _block("[", "]", parts, indent)
    return flat


def _pair(name: str, value: Any, indent: int) -> str:
    key = f"{json.dumps(name, ensure_ascii=False)}: "
    return key + json_lines(value, indent=indent, lead=len(key))


def _block(head: str, foot: str, parts: Iterable[str], indent: int) -> str:
    inner = " " * (indent + _INDENT)
    lines = ",\n".join(inner + line for line in _filled(parts, len(inner)))
    return f"{head}\n{lines}\n{' ' * indent}{foot}"


def _filled(parts: Iterable[str], indent: int) -> Iterator[str]:
    """Put parts side by side while they fit; one of many lines stands alone."""
    line = ""
    for part in parts:
        joined = f"{line}, {part}" if line else part
        if line and ("\n" in joined or indent + len(joined) >= _WIDTH):
            yield line
            line = part
        else:
            line = joined
    if line:
        yield line
