"""Messages whose effect is outside: claimed, sent in no transaction, then gone."""

from datetime import timedelta

import pytest
from django.db import connection

from marketplace.db import outbox
from marketplace.db.models import Outbox
from tests.integration.beside import Beside
from tests.integration.sale import moment

NOW = moment("2026-11-25 10:00")
TOPIC = "test.outside"

pytestmark = pytest.mark.usefixtures("committing_db")


class KilledError(BaseException):
    """The worker dies at this very moment."""


def ask() -> None:
    outbox.emit(topic=TOPIC, key="1", now=NOW)


def send_with(send, *, after: timedelta = timedelta(0)) -> bool:
    return outbox.send_outside(topic=TOPIC, send=send, now=NOW + after)


def test_no_transaction_is_open_while_it_is_sent():
    ask()
    was_open = []

    found = send_with(lambda _: was_open.append(connection.in_atomic_block))

    assert (found, was_open) == (True, [False])
    assert Outbox.objects.count() == 0
    assert send_with(was_open.append) is False


def test_nobody_else_sends_what_is_being_sent():
    ask()
    others = []

    def slowly(_: Outbox) -> None:
        others.append(Beside(lambda: send_with(lambda _: None)).result())

    send_with(slowly)

    assert others == [False]


def test_after_a_crash_it_is_sent_again_and_the_attempt_shows():
    ask()

    def die(_: Outbox) -> None:
        raise KilledError

    with pytest.raises(KilledError):
        send_with(die)
    kept = Outbox.objects.get()
    too_early = send_with(lambda _: None, after=outbox.LEASE - timedelta(seconds=1))
    again = send_with(lambda _: None, after=outbox.LEASE)

    assert kept.attempts == 1
    assert (too_early, again) == (False, True)
    assert Outbox.objects.count() == 0


def test_a_refusal_is_kept_and_tried_later_each_time():
    ask()

    def refuse(_: Outbox) -> None:
        raise OSError("the server is away")

    send_with(refuse)
    first = Outbox.objects.get()
    send_with(refuse, after=timedelta(minutes=1))
    second = Outbox.objects.get()

    assert (first.attempts, second.attempts) == (1, 2)
    assert "the server is away" in first.error
    assert first.available_at == NOW + timedelta(seconds=10)
    assert second.available_at == NOW + timedelta(minutes=1, seconds=20)


def test_who_comes_too_late_does_not_end_anothers_attempt():
    ask()

    def slower_than_the_lease(_: Outbox) -> None:
        def refuse(_: Outbox) -> None:
            raise OSError("no")

        Beside(lambda: send_with(refuse, after=outbox.LEASE)).result()

    send_with(slower_than_the_lease)

    assert Outbox.objects.get().attempts == 2
