"""Ids that outsiders see."""

import string
from types import SimpleNamespace

import pytest

from marketplace.core.identifiers import public_id

CROCKFORD = set(string.digits + string.ascii_lowercase) - set("ilou")


def test_an_id_is_its_kind_and_26_characters_that_can_be_read_aloud() -> None:
    kind, _underscore, rest = public_id("off").partition("_")

    assert (kind, len(rest)) == ("off", 26)
    assert set(rest) <= CROCKFORD


def test_an_id_tells_its_moment_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([1_700_000_000_000_000_000, 1_700_000_000_001_000_000])
    watch = SimpleNamespace(time_ns=lambda: next(moments))
    monkeypatch.setattr("marketplace.core.identifiers.time", watch)

    first, second = public_id("prd"), public_id("prd")

    assert first < second
    assert first.startswith("prd_01hf7yat00")
