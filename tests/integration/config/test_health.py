import json

from django.db import DatabaseError

from frontend.views.health import health


def test_health_is_200_when_database_and_cache_answer(client, db):
    answer = client.get("/health/")

    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "database": True, "cache": True}
    assert "no-store" in answer["Cache-Control"]


def test_health_is_503_without_the_database(rf, db, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr("frontend.views.health.connection.cursor", fail)
        answer = health(rf.get("/health/"))

    assert answer.status_code == 503
    parts = json.loads(answer.content)
    assert parts == {"ok": False, "database": False, "cache": True}
