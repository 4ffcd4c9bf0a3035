"""The API tells of itself: its calls, a first answer, what is used of the limit."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from marketplace.api.authentication import System
from marketplace.api.orders import OrdersView
from marketplace.api.permissions import OPEN
from marketplace.api.sample import sample_of
from marketplace.api.schema import SCOPE
from marketplace.api.serializers import OrderSerializer
from marketplace.api.throttling import PER_TOKEN, used_by
from vendors.gateway.api import Call, FirstCall, Use
from vendors.models import ApiToken, Vendor

# What waits is what a program asks for; a shop where nothing does sees its last order.
_ASKED = ("state=to_ship&limit=1", "limit=1")
COVERED = "…"


class Guide:
    """What the portal asks the API about itself."""

    most_a_minute = PER_TOKEN.most

    def calls(self) -> Sequence[Call]:
        """Return all calls of the schema, in its order."""
        return _calls()

    def first_call(self, vendor: Vendor) -> FirstCall:
        """Return the list of orders as the shop is answered, the newest alone.

        Where a buyer lives is covered: the page is about the shape. A shop without an
        order gets an example from the same serializer.
        """
        for query in _ASKED:
            answer = _answer(vendor, query)
            if answer["results"]:
                return _first(query, _without_people(answer), is_own=True)
        results = [{**sample_of(OrderSerializer()), "state": "to_ship"}]
        return _first(_ASKED[0], {**answer, "results": results}, is_own=False)

    def uses(self, tokens: Iterable[ApiToken], *, now: datetime) -> list[Use]:
        """Return what tokens have used of the minute that runs, the busiest first."""
        known = list(tokens)
        used = used_by([str(token.public_id) for token in known], now=now)
        uses = [Use(token=token, used=used[str(token.public_id)]) for token in known]
        return sorted(uses, key=lambda use: -use.used)


@cache
def _calls() -> tuple[Call, ...]:
    make: Any = SchemaGenerator  # it is untyped
    schema = make().get_schema(public=True)
    return tuple(
        Call(
            method=method.upper(),
            path=path,
            summary=operation["summary"],
            scope="" if operation[SCOPE] == OPEN else operation[SCOPE],
        )
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    )


def _first(query: str, answer: dict[str, Any], *, is_own: bool) -> FirstCall:
    return FirstCall(
        address=f"{settings.PUBLIC_URL}{reverse('api:orders')}?{query}",
        status=f"{HTTPStatus.OK.value} {HTTPStatus.OK.phrase}",
        answer=answer,
        is_own=is_own,
    )


def _answer(vendor: Vendor, query: str) -> dict[str, Any]:
    """Return what the view itself answers to a system of the shop's."""
    view = OrdersView()
    request: Any = Request(_request(reverse("api:orders"), query))
    request.auth = ApiToken(vendor=vendor)
    request.user = System(request.auth)
    view.request = request
    written = JSONRenderer().render(view.get(request).data)
    answer: dict[str, Any] = json.loads(written)
    return answer


def _request(path: str, query: str) -> WSGIRequest:
    """Return a request to our public address, so that links in the answer are true."""
    public = urlsplit(settings.PUBLIC_URL)
    return WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": public.netloc,
            "HTTP_X_FORWARDED_PROTO": public.scheme,
            "wsgi.url_scheme": public.scheme,
            "wsgi.input": BytesIO(),
        }
    )


def _without_people(answer: dict[str, Any]) -> dict[str, Any]:
    orders = answer["results"]
    for order in orders:
        order["ship_to"] = order["ship_to"] and dict.fromkeys(order["ship_to"], COVERED)
    return {**answer, "results": orders}
