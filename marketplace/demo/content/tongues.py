"""What the demo's shelves, products and attributes are called in other languages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .reading import TEXTS, read
from .specs import CategorySpec, ProductSpec


@dataclass(frozen=True, slots=True)
class Words:
    """A title, or a name, with what is told below it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Tongue:
    """The texts of one language; what it lacks stays as it is."""

    code: str
    shelves: Mapping[str, str]
    about: Mapping[str, str]
    looks: Mapping[str, str]
    designs: Mapping[str, Words]
    attributes: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]

    def shelf(self, spec: CategorySpec) -> Words | None:
        """Return what a shelf is called."""
        name = self.shelves.get(spec.name)
        if name is None:
            return None
        about = self.about.get(spec.name, "") if spec.about else ""
        return Words(name, about)

    def facts(self) -> Iterator[tuple[str, str, str]]:
        """Yield code, value and what it is called: attributes, values and units."""
        for code, said in self.attributes.items():
            yield code, "", said
        for code, values in self.values.items():
            for value, said in values.items():
                yield code, value, said
        for unit, said in self.units.items():
            yield "", unit, said

    def product(self, spec: ProductSpec) -> Words | None:
        """Return what a product is called: its design, then its size and colour."""
        parts = spec.title.split(", ")
        for cut in range(len(parts), 0, -1):
            design = self.designs.get(", ".join(parts[:cut]))
            if design is not None:
                said = (self.looks.get(each) or _comma(each) for each in parts[cut:])
                return Words(", ".join((design.title, *said)), design.text)
        return None


def tongues() -> Iterator[Tongue]:
    """Read every language that the demo has texts in."""
    for path in sorted((TEXTS / "tongues").glob("*.toml")):
        found = read(f"tongues/{path.stem}")
        yield Tongue(
            path.stem,
            found["shelves"],
            found.get("about", {}),
            found.get("looks", {}),
            _designs(found.get("design", ())),
            found["attributes"],
            found["values"],
            found["units"],
        )


def _comma(size: str) -> str:
    """Write a size as all tongues here do: 0,4 l."""
    return re.sub(r"(?<=\d)\.(?=\d)", ",", size)


def _designs(rows: Sequence[Mapping[str, str]]) -> dict[str, Words]:
    return {row["of"]: Words(row["title"], row["text"]) for row in rows}
