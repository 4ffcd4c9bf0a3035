"""Whether the documents still say what the database says: counts and a sample."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from marketplace.db.models import Outbox
from marketplace.shop.catalogue.models import Product
from search import documents
from search.backends.base import SearchBackend
from search.backends.engines import mirror_engine
from search.backends.postgres import PostgresBackend
from search.models import SearchDocument
from search.services import TOPIC, mark_changed

_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Drift:
    """What an engine holds beside what it should, by a sample of products.

    `missing` may be found and are not held, `extra` the other way round; `stale` have a
    card that says something else. All have been marked to be written anew.
    """

    engine: str
    count: int
    sampled: int
    missing: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()

    @property
    def is_true(self) -> bool:
        """Say whether nothing was found amiss."""
        return not (self.missing or self.extra or self.stale)


def check(now: datetime, *, sample: int = _SAMPLE) -> list[Drift]:
    """Hold the cards of a random sample against each engine, and mark what differs.

    What waits in the outbox is no drift; what the other engine has yet to get neither.
    Raises EngineDownError if the other engine does not answer.
    """
    engines: list[SearchBackend] = [PostgresBackend()]
    other = mirror_engine()
    if other is not None:
        engines.append(other)
    chosen = _sampled(sample)
    true = {
        # As it is kept: a pair is a list there.
        each.product_id: json.loads(json.dumps(dict(each.card)))
        for each in documents.build(chosen, version=0, now=now)
    }
    found = [_held_against(engine, chosen, true) for engine in engines]
    amiss = {one for each in found for one in (*each.missing, *each.extra, *each.stale)}
    mark_changed(sorted(amiss), now)
    return found


def _held_against(
    engine: SearchBackend, chosen: Sequence[int], true: Mapping[int, Mapping[str, Any]]
) -> Drift:
    held = engine.held(chosen)
    both = true.keys() & held.keys()
    return Drift(
        engine=engine.name,
        count=engine.count(),
        sampled=len(chosen),
        missing=tuple(sorted(true.keys() - held.keys())),
        extra=tuple(sorted(held.keys() - true.keys())),
        stale=tuple(sorted(each for each in both if true[each] != held[each])),
    )


def _sampled(sample: int) -> list[int]:
    """Return products of which nothing waits to be written, and documents of none."""
    marked = Outbox.objects.filter(topic=TOPIC).values_list("key", flat=True)
    waiting = {int(key) for key in marked}
    with connection.cursor() as cursor:
        if mirror_engine() is not None:
            cursor.execute(
                "SELECT product_id FROM search_document WHERE version > mirrored"
            )
            waiting |= {row[0] for row in cursor.fetchall()}
    half = sample // 2
    products = Product.objects.filter(parent=None).values_list("id", flat=True)
    held = SearchDocument.objects.values_list("product_id", flat=True)
    found = {*products.order_by("?")[:half], *held.order_by("?")[:half]}
    return sorted(found - waiting)
