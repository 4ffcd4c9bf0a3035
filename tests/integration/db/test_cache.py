from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import cache, caches
from django.urls import reverse
from redis import Redis
from redis.exceptions import ConnectionError as AwayError

from marketplace.db.cache import KeptClient
from marketplace.db.limits import Limit, take
from tests.integration.sale import confirm_address, make_user, moment


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


@pytest.fixture
def no_valkey(settings, tmp_path):
    """Nobody listens where the cache is."""
    nowhere = f"unix://{tmp_path}/nobody"
    settings.CACHES = {
        name: {**told, "LOCATION": nowhere} for name, told in settings.CACHES.items()
    }


def test_without_valkey_the_cache_is_empty_and_keeps_nothing(no_valkey):
    cache.set("one", 1)
    cache.set_many({"two": 2, "three": 3})

    assert cache.get("one", "nothing") == "nothing"
    assert cache.get_many(["two", "three"]) == {}
    assert cache.add("lock", 1)
    assert not cache.touch("one")
    assert not cache.has_key("one")
    assert not cache.delete("one")
    cache.delete_many(["two", "three"])
    with pytest.raises(ValueError, match="not kept"):
        cache.incr("one")


def test_without_valkey_what_must_not_be_lost_says_so(no_valkey):
    with pytest.raises(AwayError):
        caches["sure"].set("secret", 1)


def test_without_valkey_limits_let_everybody_through(no_valkey):
    once = Limit(most=1, seconds=60)

    allowed = [
        take(name="sign-in", who="anna", limit=once, now=moment("2026-11-25 10:32"))
        for _ in range(3)
    ]

    assert all(one.is_allowed for one in allowed)


def test_without_valkey_people_sign_in_and_see_their_pages(no_valkey, db, client):
    confirm_address(make_user("anna"))

    client.post(
        reverse("account_login"),
        {"login": "anna@example.org", "password": "correct horse"},
    )
    answer = client.get(reverse("account"))

    assert answer.status_code == 200
    assert answer.context["user"].email == "anna@example.org"


def test_a_session_is_cached_for_minutes_only(db, client):
    client.force_login(make_user("anna"))

    key = SessionStore(client.session.session_key).cache_key

    assert 0 < Redis.from_url(settings.REDIS_URL).ttl(cache.make_key(key)) <= 300
