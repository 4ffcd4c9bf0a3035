"""Waking a worker is a courtesy: sweeps find what nobody was woken for."""

from pathlib import Path
from time import monotonic

import pytest
from celery import Celery
from django.conf import settings
from django.db import transaction

from marketplace.config import embedded
from marketplace.db.wake import wake
from tests.mortal import MortalValkey


@pytest.fixture
def naps(committing_db: None, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Put a queue in force that nobody answers at; return how long it is waited for."""
    away = Celery(broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    away.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr("marketplace.db.wake.current_app", away)
    naps: list[float] = []
    monkeypatch.setattr("kombu.utils.functional.sleep", naps.append)
    return naps


def test_what_was_committed_goes_on_at_once_without_the_queue(naps: list[float]):
    done: list[str] = []

    with transaction.atomic():
        wake("mail")
        transaction.on_commit(lambda: done.append("what follows"))

    assert done == ["what follows"]
    assert sum(naps) == 0


def test_outside_a_transaction_the_caller_goes_on_too(naps: list[float]):
    wake("mail")

    assert sum(naps) == 0


def test_a_queue_that_hangs_is_not_waited_for_without_end(
    committing_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    valkey = MortalValkey(tmp_path / "state")
    app = Celery(broker=embedded.broker_url(valkey.url), set_as_current=False)
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr("marketplace.db.wake.current_app", app)
    wake("mail")
    valkey.hang()
    begun = monotonic()

    wake("mail")

    taken = monotonic() - begun
    valkey.kill()
    assert taken < 10
