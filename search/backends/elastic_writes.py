"""What is sent to Elasticsearch to keep documents; no connection here."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Any

from search.backends.base import ProductDocument
from search.words import prepared


def writes(
    index: str, documents: Iterable[ProductDocument]
) -> Iterator[dict[str, Any]]:
    """Yield what writes documents, unless a later version is there."""
    for document in documents:
        yield {
            "_op_type": "index",
            "_index": index,
            "_id": str(document.product_id),
            "version": document.version,
            "version_type": "external_gte",
            "_source": _source(document),
        }


def deletions(index: str, versions: Mapping[int, int]) -> Iterator[dict[str, Any]]:
    """Yield what takes products out, unless a later version is there.

    A deletion makes the index that it names if there is none, `require_alias` or not;
    the next rebuild takes such an empty one away.
    """
    for product_id, version in versions.items():
        yield {
            "_op_type": "delete",
            "_index": index,
            "_id": str(product_id),
            "version": version,
            "version_type": "external_gte",
        }


def _source(document: ProductDocument) -> dict[str, Any]:
    landed = document.landed_minor
    return {
        "product_id": document.product_id,
        "title": prepared(document.title),
        "brand": prepared(document.brand),
        "summary": prepared(document.summary),
        "attributes": prepared(document.attributes),
        "description": prepared(document.description),
        "values": prepared(document.values),
        "kind": [prepared(kind) for kind in document.kinds],
        "identifiers": list(document.identifiers),
        "skus": list(document.skus),
        "tags": list(document.tags),
        "currency": document.currency,
        "price_minor": document.price_minor,
        "landed_minor": document.price_minor if landed is None else landed,
        "is_available": document.is_available,
        "note": document.note,
        "delivery_days": document.delivery_days,
        "factors": dict(document.factors),
        "created_at": document.created_at.isoformat(),
        "card": dict(document.card),
    }


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """Return a name for an index that none has.

    A database that was restored, or begun anew, comes to a number a second time.
    """
    known = set(taken)
    names = chain([wanted], (f"{wanted}-{turn}" for turn in count(1)))
    return next(each for each in names if each not in known)
