"""Tell whether the compiled requirements still fit the ranges of pyproject.toml.

Works offline: every range must have one pin inside it, and the two files must agree.
`make lock` compiles them anew.
"""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
PIN = re.compile(r"^(?P<name>[\w.-]+)(\[[\w,.-]+\])?==(?P<version>[^\s;\\]+)")


def pins(file: Path) -> dict[str, set[str]]:
    """Return the pinned versions of each name; markers may allow more than one."""
    found: dict[str, set[str]] = {}
    for line in file.read_text().splitlines():
        if match := PIN.match(line):
            name = canonicalize_name(match["name"])
            found.setdefault(name, set()).add(match["version"])
    return found


def misfits(ranges: list[str], pinned: dict[str, set[str]], file: str) -> list[str]:
    """Return a sentence for each range without a pin inside it."""
    sentences = []
    for text in ranges:
        wanted = Requirement(text)
        versions = pinned.get(canonicalize_name(wanted.name), set())
        if not versions:
            sentences.append(f"{file} has no {wanted.name}.")
        elif not any(wanted.specifier.contains(v, prereleases=True) for v in versions):
            have = ", ".join(sorted(versions))
            sentences.append(f"{file} pins {wanted.name} {have}, not {text}.")
    return sentences


def disagreements(base: dict[str, set[str]], dev: dict[str, set[str]]) -> list[str]:
    """Return a sentence for each name that the two files pin differently."""
    return [
        f"dev.txt and base.txt pin {name} differently."
        for name in sorted(base)
        if dev.get(name) != base[name]
    ]


def main() -> int:
    """Print what is out of step; return the exit code."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text())
    needed = project["project"]["dependencies"]
    tools = project["dependency-groups"]["dev"]
    base, dev = pins(HERE / "base.txt"), pins(HERE / "dev.txt")
    problems = [
        *misfits(needed, base, "base.txt"),
        *misfits([*needed, *tools], dev, "dev.txt"),
        *disagreements(base, dev),
    ]
    for sentence in problems:
        sys.stderr.write(f"{sentence}\n")
    if problems:
        sys.stderr.write("`make lock` compiles the files anew.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
