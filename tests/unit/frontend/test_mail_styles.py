"""A sent mail carries its styles in its tags, and still has a dark and a phone half."""

import re

import pytest
from django.template.loader import render_to_string

from frontend.mail import inlined

RULES = re.compile(r"@media \((?P<when>[^)]+)\) \{(?P<rules>(?:[^{}]*\{[^{}]*\})+)")
DECLARATION = re.compile(r"[{;]\s*(?P<name>[a-z-]+)\s*:\s*(?P<value>[^;}]+)")


@pytest.fixture(scope="module")
def mail() -> str:
    return inlined(render_to_string("mail/welcome.html", {"subject": "Welcome"}))


def test_the_styles_stand_in_the_tags(mail: str):
    assert re.search(r'<a class="btn"[^>]* style="[^"]*background: #6d1f4f', mail)


@pytest.mark.parametrize("when", ["max-width: 480px", "prefers-color-scheme: dark"])
def test_a_rule_for_some_readers_wins_over_the_tags(mail: str, when: str):
    found = {match["when"]: match["rules"] for match in RULES.finditer(mail)}

    declared = [match["value"].strip() for match in DECLARATION.finditer(found[when])]

    assert len(declared) > 5
    assert [value for value in declared if not value.endswith("!important")] == []
