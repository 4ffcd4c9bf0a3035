"""Lists: newest first, filtered, paged by cursor."""

import json
from typing import Any

from .errors import invalid
from .presenting import shown
from .store import Body
from .world import Scope

_DEFAULT_LIMIT = 10
_MAX_LIMIT = 100
_COMPARE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class Listing:
    """A query being put together: conditions on objects of one kind of one account."""

    def __init__(
        self, scope: Scope, kind: str, params: dict[str, Any], url: str
    ) -> None:
        self._scope = scope
        self._kind = kind
        self._params = params
        self._url = url
        self._clauses = ["kind = ?", "account = ?"]
        self._values: list[Any] = [kind, scope.account]

    def equal(self, *names: str) -> "Listing":
        """Filter by each of these parameters that was given."""
        for name in names:
            if name in self._params:
                self.where(
                    f"kind = '{self._kind}' AND json_extract(body, '$.{name}') = ?",
                    self._params[name],
                )
        return self

    def ranged(self, name: str = "created") -> "Listing":
        """Filter by a moment, or by `gt`, `gte`, `lt`, `lte` of it."""
        wanted = self._params.get(name)
        column = "created" if name == "created" else f"json_extract(body, '$.{name}')"
        if isinstance(wanted, dict):
            for operator, value in wanted.items():
                self.where(f"{column} {_COMPARE[operator]} ?", value)
        elif wanted is not None:
            self.where(f"{column} = ?", wanted)
        return self

    def where(self, clause: str, *values: Any) -> "Listing":
        """Filter by an SQL condition."""
        self._clauses.append(f"({clause})")
        self._values += values
        return self

    def page(self) -> Body:
        """Return the list object of the asked page.

        Raises ApiError for a limit out of range or a cursor that is not in the list.
        """
        limit = self._limit()
        backwards = "ending_before" in self._params
        self._move_to_cursor(
            "ending_before" if backwards else "starting_after", backwards
        )
        order = "ASC" if backwards else "DESC"
        # Clauses are made of our own names; values are bound.
        query = (
            f"SELECT body FROM objects WHERE {' AND '.join(self._clauses)}"  # noqa: S608 - clauses written here
            f" ORDER BY created {order}, seq {order} LIMIT ?"
        )
        found = self._scope.store.rows(query, *self._values, limit + 1)
        bodies = [json.loads(text) for (text,) in found[:limit]]
        if backwards:
            bodies.reverse()
        return {
            "object": "list",
            "data": [shown(self._scope, body) for body in bodies],
            "has_more": len(found) > limit,
            "url": self._url,
        }

    def _limit(self) -> int:
        limit: int = self._params.get("limit", _DEFAULT_LIMIT)
        if not 1 <= limit <= _MAX_LIMIT:
            raise invalid(
                f"This value must be between 1 and {_MAX_LIMIT} (it currently is "
                f"{limit}).",
                code="parameter_invalid_integer",
                param="limit",
            )
        return limit

    def _move_to_cursor(self, name: str, backwards: bool) -> None:
        cursor = self._params.get(name)
        if not cursor:
            return
        found = self._scope.store.rows(
            "SELECT created, seq FROM objects WHERE id = ? AND kind = ? AND account "
            "= ?",
            cursor,
            self._kind,
            self._scope.account,
        )
        if not found:
            raise invalid(
                f"No such {self._kind}: '{cursor}'", code="resource_missing", param=name
            )
        sign = ">" if backwards else "<"
        self.where(f"(created, seq) {sign} (?, ?)", *found[0])
