"""The cache that must hold: exact for all who ask at once, and for as long as asked."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models.functions import Now

from marketplace.db import clock
from marketplace.db.models import CacheRow
from marketplace.jobs import nightly

AT_ONCE = 6


def let_all_end() -> None:
    """Let what is kept for a while have ended just now."""
    CacheRow.objects.exclude(expires_at=None).update(expires_at=Now())


def at_once(ask: Callable[[], object]) -> list[object]:
    """Ask in threads that begin together, each with a connection of its own."""
    gate, answers = Barrier(AT_ONCE), []

    def one() -> None:
        gate.wait(timeout=30)
        answers.append(ask())
        connection.close()

    threads = [Thread(target=one) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize(
    "value", [0, 7, -3, True, None, "12", 1.5, [1764153120.25, 2.0], ("a", b"\x80")]
)
def test_what_is_kept_comes_back_as_it_was(db, value: object):
    cache.set("one", value)

    kept = cache.get("one", "nothing")

    assert (kept, type(kept)) == (value, type(value))


def test_what_has_ended_is_not_there(db):
    cache.set("one", 1, 60)
    cache.set("always", 2, None)
    let_all_end()

    assert cache.get_many(["one", "always"]) == {"always": 2}
    assert not cache.has_key("one")
    assert not cache.touch("one", 60)
    assert not cache.delete("one")
    with pytest.raises(ValueError, match="not kept"):
        cache.incr("one")


def test_what_is_kept_for_no_time_is_not_kept(db):
    cache.set("one", 1)

    cache.set("one", 2, 0)

    assert cache.get("one") is None


def test_touching_keeps_longer_and_deleting_forgets(db):
    cache.set("one", 1, 60)

    assert cache.touch("one", None)
    let_all_end()
    assert cache.get("one") == 1
    assert [cache.delete("one"), cache.delete("one")] == [True, False]
    cache.set("two", 2)
    cache.clear()
    assert cache.get("two") is None


def test_keys_of_people_are_not_written(db):
    cache.set("sign-in:anna@example.org", 1)

    assert "anna" not in str(CacheRow.objects.values_list("key", "value").get())


@pytest.mark.parametrize("has_ended", [False, True])
def test_of_many_who_add_at_once_one_is_first(committing_db, has_ended: bool):
    if has_ended:
        cache.set("lock", 1, 60)
        let_all_end()

    firsts = at_once(lambda: cache.add("lock", 1, 60))

    assert (len(firsts), firsts.count(True)) == (AT_ONCE, 1)


def test_of_many_who_count_at_once_nobody_is_lost(committing_db):
    cache.add("count", 0, 60)

    counted = at_once(lambda: cache.incr("count"))

    assert set(counted) == set(range(1, AT_ONCE + 1))


def test_a_night_forgets_what_has_ended(db):
    cache.set_many({"old": 1, "older": 2}, 60)
    let_all_end()
    cache.set("new", 3, 60)
    cache.set("always", 4, None)

    nightly.tidy(clock.now())

    assert CacheRow.objects.count() == 2
    assert cache.get_many(["new", "always"]) == {"new": 3, "always": 4}
