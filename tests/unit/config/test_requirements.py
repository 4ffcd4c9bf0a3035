"""The check that tells when the pins no longer fit the ranges."""

import runpy
from pathlib import Path

import pytest

from marketplace.config.embedded import checkout

CHECK = runpy.run_path(str(checkout() / "requirements" / "check.py"))


@pytest.fixture
def pins(tmp_path: Path):
    file = tmp_path / "base.txt"
    file.write_text(
        "django==5.2.1 \\\n    --hash=sha256:00\n"
        "    # via -r x\n"
        "async-timeout==5.0.1 ; python_full_version < '3.11.3' \\\n"
    )
    return CHECK["pins"](file)


def test_pins_are_read_with_and_without_markers(pins):
    assert pins == {"django": {"5.2.1"}, "async-timeout": {"5.0.1"}}


def test_a_range_that_holds_its_pin_is_fine(pins):
    assert CHECK["misfits"](["Django>=5.2,<5.3"], pins, "base.txt") == []


def test_a_range_without_its_pin_is_named(pins):
    found = CHECK["misfits"](["django>=6", "stripe>=16"], pins, "base.txt")

    assert found == [
        "base.txt pins django 5.2.1, not django>=6.",
        "base.txt has no stripe.",
    ]


def test_files_that_disagree_are_named(pins):
    assert CHECK["disagreements"](pins, {"django": {"5.2.2"}}) == [
        "dev.txt and base.txt pin async-timeout differently.",
        "dev.txt and base.txt pin django differently.",
    ]
