"""The ground that every other test stands on."""

import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction


def count_users() -> int:
    return get_user_model().objects.count()


def make_user(email: str) -> None:
    get_user_model().objects.create(email=email)


@pytest.mark.parametrize("attempt", [1, 2])
def test_commits_of_one_test_are_gone_in_the_next(committing_db, attempt):
    before = count_users()

    make_user("anna@example.org")

    assert (before, count_users()) == (0, 1)


@pytest.mark.parametrize("attempt", [1, 2])
def test_writes_of_a_plain_test_are_rolled_back(db, attempt):
    before = count_users()

    make_user("anna@example.org")

    assert (before, count_users()) == (0, 1)


def test_commits_are_seen_by_another_thread(committing_db):
    seen: list[int] = []

    def look() -> None:
        seen.append(count_users())
        connection.close()

    make_user("anna@example.org")
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [1]


def make_deferred_constraint() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE pair (id int PRIMARY KEY)")
        cursor.execute(
            "CREATE TABLE half (pair int REFERENCES pair DEFERRABLE INITIALLY DEFERRED)"
        )


def test_deferred_constraints_speak_up_when_asked(check_deferred):
    make_deferred_constraint()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO half VALUES (1)")

    with pytest.raises(IntegrityError), transaction.atomic():
        check_deferred()

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM half")


@pytest.mark.parametrize("extension", ["btree_gist", "citext", "pg_trgm", "unaccent"])
def test_extensions_that_the_product_needs_can_be_made(db, extension):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = %s", [extension])
        rows = cursor.fetchall()

    assert rows == [(1,)]


def test_text_is_utf8_and_orders_by_code_point_on_every_machine(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding), datlocprovider::text, datlocale"
            " FROM pg_database WHERE datname = current_database()"
        )
        row = cursor.fetchone()

    assert row == ("UTF8", "b", "C.UTF-8")
