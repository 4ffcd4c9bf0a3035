"""Keeping the documents true: marked in the transaction of the cause, written soon."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from marketplace.db import outbox
from marketplace.db.alone import BusyError, alone
from marketplace.db.models import Outbox
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from search import documents
from search.backends import lag, turns
from search.backends.base import (
    EngineDownError,
    ProductDocument,
    SearchBackend,
)
from search.backends.engines import mirror_engine
from search.backends.postgres import PostgresBackend
from search.models import SearchDocument

TOPIC = "search.index"
REBUILD = "search.rebuild"
MIRROR = "search.mirror"
_AT_ONCE = timedelta(milliseconds=1)
_BATCH = 500

log = logging.getLogger(__name__)


def mark_changed(product_ids: Iterable[int], now: datetime) -> None:
    """Have the documents of products written anew, soon after the transaction.

    Call it in the transaction that changes what a card or a filter says: a product, its
    categories, an offer, a stock that runs out, a note.
    """
    keys = [str(product_id) for product_id in dict.fromkeys(product_ids)]
    if keys:
        outbox.emit_many(topic=TOPIC, keys=keys, now=now)


def mark_seller_changed(partner_id: int, now: datetime) -> None:
    """Have all that a seller offers written anew: suspended, renamed, away."""
    offers = StockRecord.objects.filter(partner_id=partner_id)
    mark_changed(offers.values_list("product_id", flat=True), now)


def index_changed(now: datetime) -> int:
    """Write the documents of everything marked; return how many products that were.

    Safe to run twice and beside itself. The other engine, where there is one, gets what
    it lacks, also what was written while it was away.
    """
    count = 0
    is_well = True
    while written := _index_next(now):
        count += written
        # What is hidden leaves both engines soon, however much waits behind it.
        is_well = is_well and mirror_pending(now)
    if is_well:
        mirror_pending(now)
    return count


def mirror_pending(now: datetime) -> bool:
    """Bring the other engine up to date; return whether it took everything.

    What it refuses stays pending, and until it has all of it, PostgreSQL answers: see
    `search.backends.lag`. Call it outside a transaction: it may take its time.
    """
    engine = mirror_engine()
    if engine is None:
        return False
    try:
        with alone(MIRROR):
            while _mirror_next(engine, now):
                pass
    except BusyError:
        # Whoever is at it takes what was written now along.
        return True
    except EngineDownError as fault:
        log.warning("Documents wait for the search engine: %s", fault)
        lag.note(is_behind=True)
        return False
    lag.note(is_behind=False)
    return True


def rebuild(now: datetime) -> int:
    """Write all documents anew, count all words, and fill the other engine afresh.

    Searches go on meanwhile. A change made meanwhile is in the outbox or has a later
    version, so nothing older overwrites it. Returns the number of documents. Raises
    BusyError if somebody does it already; call it outside a transaction.
    """
    with alone(REBUILD, patience=_AT_ONCE):
        return _rebuild(now)


def mend(now: datetime) -> bool:
    """Rebuild if the other engine lost its index, or has one of an older program.

    Also where a rebuild never came to its end. Returns whether it did.
    """
    engine = mirror_engine()
    try:
        if engine is None or (engine.is_current() and not engine.is_half_filled()):
            return False
        with alone(REBUILD, patience=_AT_ONCE):
            log.warning("The search engine has no whole index: making it anew.")
            _rebuild(now)
    except BusyError:
        # Somebody is at it.
        return False
    except EngineDownError as fault:
        log.warning("The search index is not made anew: %s", fault)
        return False
    return True


def _rebuild(now: datetime) -> int:
    oldest = turns.next_version()
    batches = _written_anew(now)
    engine = mirror_engine()
    if engine is None:
        count = sum(len(batch) for batch in batches)
    else:
        try:
            count = engine.rebuild(_mirrored(batches), version=oldest)
        except Exception:
            # What was marked went into an index that never came into use.
            SearchDocument.objects.update(mirrored=0)
            raise
    PostgresBackend().settle(oldest)
    mirror_pending(now)
    # No engine but PostgreSQL needs to be told of what no other ever had.
    is_told = Q(version__lte=F("mirrored"))
    if engine is None:
        is_told |= Q(mirrored=0)
    SearchDocument.objects.filter(is_told, is_listed=False).delete()
    return count


@transaction.atomic
def _index_next(now: datetime) -> int:
    turns.take(turns.WRITERS)
    rows = list(
        Outbox.objects.select_for_update(skip_locked=True)
        .filter(topic=TOPIC, available_at__lte=now)
        .order_by("available_at", "id")
        .values_list("id", "key")[:_BATCH]
    )
    if not rows:
        return 0
    product_ids = {int(key) for _, key in rows}
    _write(product_ids, now=now)
    Outbox.objects.filter(id__in=[row_id for row_id, _ in rows]).delete()
    return len(product_ids)


def _write(product_ids: set[int], *, now: datetime) -> None:
    version = turns.next_version()
    marked = _families(product_ids)
    found = documents.build(marked, version=version, now=now)
    engine = PostgresBackend()
    engine.index(found)
    gone = marked - {document.product_id for document in found}
    engine.delete(dict.fromkeys(sorted(gone), version))


def _families(product_ids: set[int]) -> set[int]:
    """Return products with those that they are variants of: what is found."""
    variants = Product.objects.filter(id__in=product_ids, parent__isnull=False)
    return product_ids.union(variants.values_list("parent_id", flat=True))


def _mirror_next(engine: SearchBackend, now: datetime) -> int:
    pending = list(
        SearchDocument.objects.filter(version__gt=F("mirrored"))
        .order_by("version", "product_id")
        .values_list("product_id", "version", "is_listed")[:_BATCH]
    )
    if not pending:
        return 0
    if not engine.is_current():
        # A few documents alone would look like all there are: `mend` brings them all.
        raise EngineDownError("it has no index of this program yet")
    # What is read now is at least as new as the version says.
    versions = {product_id: version for product_id, version, _ in pending}
    newest = max(versions.values())
    found = documents.build(versions, version=newest, now=now)
    engine.index(found)
    gone = versions.keys() - {document.product_id for document in found}
    engine.delete(dict.fromkeys(sorted(gone), newest))
    _mark_mirrored(versions)
    return len(pending)


def _written_anew(now: datetime) -> Iterator[Sequence[ProductDocument]]:
    """Write everything in batches; each takes its version under the writers' lock."""
    engine = PostgresBackend()
    last = 0
    while batch := documents.listed_after(last, limit=_BATCH):
        with transaction.atomic():
            turns.take(turns.WRITERS)
            found = documents.build(batch, version=turns.next_version(), now=now)
            engine.write(found)
        yield found
        last = batch[-1]


def _mirrored(
    batches: Iterable[Sequence[ProductDocument]],
) -> Iterator[Sequence[ProductDocument]]:
    """Hand each batch to the other engine, then note that it has it."""
    for batch in batches:
        yield batch
        _mark_mirrored({document.product_id: document.version for document in batch})


def _mark_mirrored(versions: dict[int, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE search_document AS document SET mirrored = sent.version"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS sent(product_id, version)"
            " WHERE document.product_id = sent.product_id"
            " AND document.version = sent.version",
            [list(versions), list(versions.values())],
        )
