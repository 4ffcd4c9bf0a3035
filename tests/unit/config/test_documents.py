"""What is documented exists, and what exists is documented."""

import re
import subprocess

import pytest

from marketplace.config.embedded import checkout

ROOT = checkout()
READS = re.compile(
    r"""(?:\benv(?:\.\w+)?|environ\.get|_webhook_secret)\(\s*["']([A-Z][A-Z_]+)["']"""
)
# Chosen by developers for one run, not by whoever runs a market.
FOR_DEVELOPERS = {"DJANGO_SETTINGS_MODULE"}


def settings_that_are_read() -> set[str]:
    sources = (ROOT / "marketplace" / "config").rglob("*.py")
    return {name for file in sources for name in READS.findall(file.read_text())}


def settings_that_are_documented() -> list[str]:
    table = (ROOT / "docs" / "guides" / "configuration.md").read_text()
    return re.findall(r"^\| `([A-Z_]+)` \|", table, flags=re.MULTILINE)


def test_every_setting_is_in_the_one_table_and_no_other():
    read = settings_that_are_read() - FOR_DEVELOPERS

    assert sorted(settings_that_are_documented()) == sorted(read)


def test_make_alone_lists_every_command_with_one_line():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.MULTILINE)
    # Parts of `make check` have no line of their own.
    commands = [name for name in targets if not name.startswith("check-")]

    listed = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert re.findall(r"^  make (\S+) +\S", listed, flags=re.MULTILINE) == commands


@pytest.mark.parametrize(
    "page",
    [
        *("README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
        *sorted(str(file.relative_to(ROOT)) for file in (ROOT / "docs").rglob("*.md")),
    ],
)
def test_every_file_that_a_page_links_to_exists(page):
    text = (ROOT / page).read_text()
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)

    missing = [
        one for one in targets if not (ROOT / page).parent.joinpath(one).exists()
    ]

    assert missing == []
