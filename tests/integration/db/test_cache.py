from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.cache import cache

from marketplace.db.cache import KeptClient


def test_threads_write_and_read_through_kept_clients():
    def roundtrip(number: int) -> int:
        cache.set(f"kept-{number}", number)
        return int(cache.get(f"kept-{number}"))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(roundtrip, range(64)))

    assert found == list(range(64))


def test_a_client_is_built_once():
    client = KeptClient([settings.REDIS_URL])

    assert client.get_client("one") is client.get_client("another")
    assert client.get_client("one", write=True) is client.get_client(write=True)
