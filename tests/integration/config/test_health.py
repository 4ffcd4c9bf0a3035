import json

import pytest
from django.db import DatabaseError
from redis.exceptions import ConnectionError as RedisConnectionError

from frontend.views.health import health


def test_health_is_200_when_database_and_cache_answer(client, db):
    answer = client.get("/health/")

    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "database": True, "cache": True}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("place", "error", "parts"),
    [
        (
            "frontend.views.health.connection.cursor",
            DatabaseError,
            {"database": False, "cache": True},
        ),
        (
            "marketplace.db.cache.KeptClient.get",
            RedisConnectionError,
            {"database": True, "cache": False},
        ),
    ],
)
def test_health_is_503_and_names_the_part_that_fails(
    rf, db, monkeypatch, place, error, parts
):
    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(place, fail)
        answer = health(rf.get("/health/"))

    assert answer.status_code == 503
    assert {"ok": False, **parts} == json.loads(answer.content)
