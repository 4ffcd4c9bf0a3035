from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.mortal import MortalValkey, cached_in_one_that_dies


@pytest.fixture
def valkey(settings: LazySettings, tmp_path: Path) -> Iterator[MortalValkey]:
    """The Valkey of this test alone, which has the caches."""
    with cached_in_one_that_dies(settings, tmp_path / "state") as valkey:
        yield valkey
