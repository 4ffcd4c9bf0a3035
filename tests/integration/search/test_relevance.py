"""The ranking on real queries, where the data is: a floor, not a figure."""

import os
from pathlib import Path

import pytest

from search.backends.postgres import PostgresBackend
from tests.benchmarks import icecat
from tests.benchmarks.relevance import batches, ndcg, ranker

FLOOR = 0.75


@pytest.fixture
def folder() -> Path:
    named = os.environ.get("ICECAT_DATA")
    if not named:
        pytest.skip("ICECAT_DATA names no folder of rated queries")
    return Path(named)


@pytest.mark.deep
@pytest.mark.django_db
def test_postgresql_ranks_real_queries_well_enough(folder):
    documents = icecat.documents(folder)
    backend = PostgresBackend()
    backend.rebuild(batches(documents), version=1)
    rank = ranker(backend)

    scores = [ndcg(rank(text), rated) for text, rated in icecat.ratings(folder).items()]

    assert sum(scores) / len(scores) >= FLOOR
