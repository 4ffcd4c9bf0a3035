"""What a search found can be kept in the cache that pages share."""

import pytest
from django.core.cache.backends.redis import RedisSerializer

from search.backends.base import Hit, Suggestion


@pytest.mark.parametrize(
    "found",
    [Hit(product_id=1, score=0.5, card={"title": "Bowl"}), Suggestion("Bowl", "/p/1")],
)
def test_what_was_found_can_be_written_down(found: Hit | Suggestion):
    written = RedisSerializer()

    assert written.loads(written.dumps(found)) == found
