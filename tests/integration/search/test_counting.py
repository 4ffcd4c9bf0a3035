"""The words of all documents are counted while others write."""

import pytest
from django.db import connection, transaction

from search.backends import turns, vocabulary
from search.backends.postgres import PostgresBackend
from tests.conformance.search.shelf import document
from tests.integration.beside import Beside


def known(*words: str) -> list[bool]:
    """Say of each word whether documents have it."""
    return [each.is_known for each in vocabulary.analyse(words).words]


def test_what_is_written_while_words_are_counted_is_learnt(committing_db):
    engine = PostgresBackend()
    engine.rebuild([[document(1, "Teapot"), document(2, "Kettle")]], version=1)
    with transaction.atomic():
        # A writer who has learnt some words and is going to learn others.
        turns.take(turns.WRITERS)
        engine.index([document(3, "Zither", version=turns.next_version())])
        counting = Beside(lambda: engine.settle(1))
        assert counting.waits()
        engine.index([document(4, "Kettle of amber", version=turns.next_version())])

    counting.result()

    assert known("teapot", "kettle", "zither", "amber") == [True] * 4
    assert known("nothing") == [False]


@pytest.mark.django_db
def test_a_short_word_with_two_letters_swapped_is_mended_among_many_alike():
    alike = [(f"lma{chr(letter)}qq", 9) for letter in range(ord("a"), ord("z") + 1)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_word (word, documents) VALUES (%s, %s)",
            [("lamp", 1), *alike],
        )

    found = vocabulary.mended(["lmap"])

    assert found == {"lmap": "lamp"}
