from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core.cache import caches

from marketplace.db.cache import KeptClient


def test_threads_write_and_read_through_kept_clients():
    def roundtrip(number: int) -> int:
        caches["pages"].set(f"kept-{number}", number)
        return int(caches["pages"].get(f"kept-{number}"))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(roundtrip, range(64)))

    assert found == list(range(64))


def test_a_client_is_built_once():
    client = KeptClient([settings.REDIS_URL])

    assert client.get_client("one") is client.get_client("another")
    assert client.get_client("one", write=True) is client.get_client(write=True)


@pytest.fixture
def no_valkey(settings, tmp_path):
    """Nobody listens where the cache is."""
    told = settings.CACHES
    nowhere = {**told["pages"], "LOCATION": f"unix://{tmp_path}/nobody"}
    settings.CACHES = {**told, "pages": nowhere}


def test_without_valkey_the_cache_of_pages_is_empty_and_keeps_nothing(no_valkey):
    pages = caches["pages"]
    pages.set("one", 1)
    pages.set_many({"two": 2, "three": 3})

    assert pages.get("one", "nothing") == "nothing"
    assert pages.get_many(["two", "three"]) == {}
    assert pages.add("lock", 1)
    assert not pages.touch("one")
    assert not pages.has_key("one")
    assert not pages.delete("one")
    pages.delete_many(["two", "three"])
    with pytest.raises(ValueError, match="not kept"):
        pages.incr("one")
