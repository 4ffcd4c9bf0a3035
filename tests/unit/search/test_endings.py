"""Names are compared without their endings."""

import pytest

from search.endings import stem


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("theiere", "theieres")),
        ("fr", ("bleu", "bleue", "bleus", "bleues")),
        ("fr", ("chapeau", "chapeaux")),
        ("fr", ("animal", "animaux")),
        ("de", ("tasse", "tassen")),
        ("de", ("teekanne", "teekannen")),
        ("de", ("glas", "glaser")),
        ("de", ("buch", "bucher")),
        ("de", ("sofa", "sofas")),
        ("de", ("stuhl", "stuhle", "stuhlen")),
        ("en", ("glass",)),
    ],
)
def test_forms_of_one_word_are_one(language, words):
    assert len({stem(word, language) for word in words}) == 1


@pytest.mark.parametrize("language", ["fr", "de"])
def test_short_words_stay_whole(language):
    assert [stem(word, language) for word in ("tee", "the", "os")] == [
        "tee",
        "the",
        "os",
    ]
