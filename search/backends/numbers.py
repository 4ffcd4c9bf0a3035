"""Whether PostgreSQL is asked for a number instead of words."""

from collections.abc import Sequence

from django.db import connection

from search.backends.base import ProductQuery
from search.backends.statements import Statement, base
from search.backends.wanted import Wanted
from search.words import identifier, may_be_identifier


def numbered(query: ProductQuery, typed: Sequence[str]) -> Wanted | None:
    """Return the search for a number, if the text is one of a product here.

    What a seller calls it counts where nothing has the words: else anybody could have
    an ordinary query show their own thing alone.
    """
    number = identifier(query.text)
    if not may_be_identifier(number):
        return None
    statement = Statement()
    some = "EXISTS (SELECT 1 FROM search_document WHERE"
    asked = base(statement, query)
    of_it, of_seller = (
        f"{some} {asked} AND {column} @> ARRAY[{statement.bind(number)}]::text[])"
        for column in ("identifiers", "skus")
    )
    words = (
        f"{some} is_listed AND currency = {statement.bind(query.currency)} AND "
        f"vector @@ plainto_tsquery('search_text', {statement.bind(' '.join(typed))}))"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {of_it}, {of_seller} AND NOT {words}", statement.parameters
        )
        is_identifier, is_sku = cursor.fetchone()
    if is_identifier:
        return Wanted(identifier=number)
    return Wanted(identifier=number, number_in="skus") if is_sku else None
