"""Within a named block there is one at a time, and nobody waits there for long."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from marketplace.db.alone import BusyError, alone
from tests.integration.beside import Beside

pytestmark = pytest.mark.usefixtures("committing_db")
A_MOMENT = timedelta(milliseconds=50)


def enter(name: str) -> str:
    with alone(name, patience=A_MOMENT):
        return f"in {name}"


def my_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def kill(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 1000)", [pid])


def break_within(name: str, pid: int) -> None:
    with alone(name):
        Beside(lambda: kill(pid)).result()
        raise ValueError("first")


def test_whoever_waits_too_long_is_told_to_come_back():
    with alone("acct_1"):
        first = Beside(lambda: enter("acct_1"))
        other = Beside(lambda: enter("acct_2"))

        with pytest.raises(BusyError, match="Please try again"):
            first.result()
        there = other.result()

    assert there == "in acct_2"
    assert Beside(lambda: enter("acct_1")).result() == "in acct_1"


def test_a_connection_keeps_its_own_patience_afterwards():
    with alone("acct_1", patience=A_MOMENT), connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")

        assert cursor.fetchone() == ("0",)


def test_a_transaction_around_it_keeps_its_own_patience_too():
    with (
        transaction.atomic(),
        alone("acct_1", patience=A_MOMENT),
        connection.cursor() as cursor,
    ):
        cursor.execute("SHOW lock_timeout")

        assert cursor.fetchone() == ("0",)


def test_what_broke_in_the_block_is_told_although_the_connection_died_too():
    pid = my_pid()

    with pytest.raises(ValueError, match="first"):
        break_within("acct_1", pid)

    assert Beside(lambda: enter("acct_1")).result() == "in acct_1"
    assert my_pid() != pid


def test_a_lock_of_somebody_else_by_that_name_is_another():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('acct_1', 0))")

    assert Beside(lambda: enter("acct_1")).result() == "in acct_1"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
