"""Reading the texts beside this module."""

import tomllib
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parent / "texts"
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


def read(name: str) -> dict[str, Any]:
    """Read one file of texts, named without its ending, with typographic marks."""
    text = (TEXTS / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text.replace("'", _APOSTROPHE))


def read_roots() -> list[dict[str, Any]]:
    """Read the catalogue, one file for each root category, in the menu's order."""
    return [read(f"catalogue/{name}") for name in read("menu")["order"]]
