"""The usual: `multi_match` over all fields with default analysis, as a yardstick."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from tests.benchmarks import icecat

_FIELDS = [
    "id",
    "name",
    "title",
    "product_type",
    "short_description",
    "ean",
    "search_attributes",
]
_DEPTH = 50


class Control:
    """A public configuration for exactly this data, in an index of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self._client = Elasticsearch(url, request_timeout=60)
        self._folder = folder
        self._index = f"bench-control-{os.getpid()}"

    def __enter__(self) -> Self:
        """Fill the index."""
        mapping = {name: {"type": "text"} for name in _FIELDS}
        self._client.indices.create(
            index=self._index,
            settings={"number_of_replicas": 0},
            mappings={"properties": {**mapping, "key": {"type": "long"}}},
        )
        bulk(self._client, self._actions())
        self._client.indices.refresh(index=self._index)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the index."""
        self._client.indices.delete(index=self._index)

    def rank(self, text: str) -> Sequence[int]:
        """Return product ids, best first."""
        answer = self._client.search(
            index=self._index,
            query={"multi_match": {"query": text, "fields": _FIELDS}},
            sort=["_score", "key"],
            size=_DEPTH,
            source=["key"],
        )
        return [each["_source"]["key"] for each in answer["hits"]["hits"]]

    def _actions(self) -> Iterator[dict[str, Any]]:
        for product in icecat.products(self._folder):
            yield {
                "_index": self._index,
                "_id": product["id"],
                "_source": {
                    "key": icecat.number(product["id"]),
                    "id": product["id"],
                    "name": product.get("name", ""),
                    "title": product.get("title", ""),
                    "product_type": product.get("attr_t_product_type", ""),
                    "short_description": product.get("short_description", ""),
                    "ean": product.get("ean") or [],
                    "search_attributes": [
                        str(value)
                        for name, value in product.items()
                        if name.startswith("attr_") and not isinstance(value, bool)
                    ],
                },
            }
