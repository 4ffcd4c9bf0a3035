"""What counts as an engine that is down."""

import pytest

from search.backends.base import EngineDownError, ProductQuery
from search.backends.elasticsearch import ElasticsearchBackend


@pytest.mark.parametrize("answer", [{}, {"hits": {}}, None, "<html>", []])
def test_an_answer_that_is_none_of_an_engine_is_an_engine_that_is_down(
    answer, monkeypatch
):
    engine = ElasticsearchBackend("http://127.0.0.1:9", prefix="test")
    monkeypatch.setattr(engine, "_all_of", lambda asked: [answer] * len(asked))

    with pytest.raises(EngineDownError, match="cannot be read"):
        engine.search(ProductQuery(text="teapot", currency="EUR"))
