"""Stripe's API over HTTP: who asks, for what, whether it was asked before."""

import time
from collections import deque
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from .authorization import account_of, check_key
from .decoding import decode_json, decode_pairs
from .due import run_due
from .errors import ApiError, invalid
from .faults import API_FAULTS, Fault, Faults
from .identifiers import make_id
from .json_answers import answer
from .keys import Keys, Stored, digest_of
from .parameters import check, shape_of
from .presenting import expanded
from .routing import ROUTES, Route
from .store import Body
from .terms import API_VERSION, PLATFORM
from .world import Scope, World

_REMEMBERED = 10_000
_PAGING = frozenset(["expand", "limit", "starting_after", "ending_before", "page"])


class LineCutError(ConnectionError):
    """The answer is not to be sent: the caller sees a broken connection."""


@dataclass(frozen=True)
class Call:
    """One request to the API, understood."""

    route: Route
    ids: tuple[str, ...]
    params: dict[str, Any]
    account: str
    request_id: str
    key: str | None
    method: str
    path: str


class Api:
    """Everything under `/v1/` and `/v2/`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults = Faults(API_FAULTS)
        self.keys = Keys(world.store)
        self.requests: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED)
        self._routes = Map(
            [Rule(r.path, methods=[r.method], endpoint=r) for r in ROUTES],
            strict_slashes=False,
        )

    def answer(self, request: Request) -> Response:
        """Answer one request, and note it for the panel and for replays."""
        request_id = make_id("req")
        note: dict[str, Any] = {"note": "", "params": {}}
        headers = {
            "Request-Id": request_id,
            "Stripe-Version": request.headers.get("Stripe-Version", API_VERSION),
        }
        try:
            stored, more = self._run(request, request_id, note)
            response = answer(stored.body, status=stored.status, headers=headers | more)
        except ApiError as error:
            note["note"] = note["note"] or error.message
            response = answer(error.body(), status=error.status, headers=headers)
        except LineCutError:
            self._note(request, note, 0)
            raise
        key = request.headers.get("Idempotency-Key")
        if key:
            response.headers["Idempotency-Key"] = key
        self._note(request, note, response.status_code)
        return response

    def _note(self, request: Request, note: dict[str, Any], status: int) -> None:
        self.requests.append(
            {
                "at": self.world.now(),
                "method": request.method,
                "path": request.path,
                "account": request.headers.get("Stripe-Account"),
                "params": note["params"],
                "status": status,
                "idempotency_key": request.headers.get("Idempotency-Key"),
                "note": note["note"],
            }
        )

    def _run(
        self, request: Request, request_id: str, note: dict[str, Any]
    ) -> tuple[Stored, dict[str, str]]:
        check_key(request)
        call = self._understand(request, request_id)
        note["params"] = _without_numbers(call.params)
        fault = self.faults.strike_request(call.method, call.path)
        if fault:
            note["note"] = f"fault {fault.kind}"
        with self.keys.hold(call.account, call.key):
            _strike_before(fault)
            stored, is_replayed = self._once(call, fault)
        if is_replayed:
            note["note"] = "replayed from store"
            return stored, {"Idempotent-Replayed": "true"}
        if fault and fault.kind == "drop_after":
            raise LineCutError
        if fault and fault.kind == "500_after":
            return Stored(500, _broken().body()), {}
        return stored, {}

    def _understand(self, request: Request, request_id: str) -> Call:
        try:
            route, ids = self._routes.bind("", path_info=request.path).match(
                method=request.method
            )
        except HTTPException:
            raise ApiError(
                f"Unrecognized request URL ({request.method}: {request.path}). The "
                "sandbox "
                "does not serve it; see https://docs.stripe.com/api.",
                status=404,
            ) from None
        names = [part[1:-1] for part in route.path.split("/") if part.startswith("<")]
        is_post = request.method == "POST"
        return Call(
            route=route,
            ids=tuple(ids[name] for name in names),
            params=_decode(request),
            account=account_of(request),
            request_id=request_id,
            key=request.headers.get("Idempotency-Key") if is_post else None,
            method=request.method,
            path=request.path,
        )

    def _once(self, call: Call, fault: Fault | None) -> tuple[Stored, bool]:
        """Run a call, unless its key has an answer already; tell which it was."""
        digest = digest_of(call.method, call.path, call.params)
        with self.world.store.transaction():
            at = self.world.now()
            run_due(self.world, until=at)
            if call.key:
                found = self.keys.stored(call.account, call.key, digest, at=at)
                if found:
                    return found, True
            scope = Scope(
                world=self.world,
                at=at,
                account=call.account,
                request_id=call.request_id,
                key=call.key,
            )
            stored, is_kept = _execute(scope, call)
            if fault and fault.kind == "500_sticky":
                stored, is_kept = Stored(500, _broken().body()), True
            if call.key and is_kept:
                self.keys.keep(call.account, call.key, digest, stored, at=at)
            return stored, False


def _without_numbers(params: dict[str, Any]) -> dict[str, Any]:
    """Return parameters fit to be shown: of a card number only its end is kept."""
    card = params.get("card")
    if not isinstance(card, dict) or "number" not in card:
        return params
    return params | {"card": card | {"number": f"…{str(card['number'])[-4:]}"}}


def _decode(request: Request) -> dict[str, Any]:
    if request.method == "POST" and request.path.startswith("/v2/"):
        return decode_json(request.get_data())
    if request.method == "POST":
        text = request.get_data(as_text=True)
    else:
        text = request.query_string.decode()
    return decode_pairs(parse_qsl(text, keep_blank_values=True))


def _strike_before(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.kind == "slow":
        time.sleep(fault.seconds)
    elif fault.kind == "500_before":
        raise _broken()
    elif fault.kind == "429":
        raise ApiError(
            "Request rate limit exceeded. Learn more about rate limits here "
            "https://docs.stripe.com/rate-limits.",
            status=429,
            code="rate_limit",
        )


def _broken() -> ApiError:
    return ApiError("An unknown error occurred", status=500, kind="api_error")


def _execute(scope: Scope, call: Call) -> tuple[Stored, bool]:
    """Run the handler; tell whether a key may keep the answer."""
    try:
        _check_account(scope)
        params = _checked(call)
    except ApiError as error:
        return Stored(error.status, error.body()), False
    kept: ApiError | None = None
    try:
        with scope.store.transaction():
            try:
                body = call.route.handler(scope, params, *call.ids)
                body = expanded(scope, body, params.get("expand", []))
            except ApiError as error:
                if not error.keeps_work:
                    raise
                kept = error
    except ApiError as error:
        return Stored(error.status, error.body()), error.is_stored
    if kept:
        return Stored(kept.status, kept.body()), True
    return Stored(200, body), True


def _check_account(scope: Scope) -> None:
    if not scope.is_platform and not scope.store.get("v2.core.account", scope.account):
        raise ApiError(
            "The provided key does not have access to account "
            f"'{scope.account}' (or that account does not exist). Application access "
            "may "
            "have been revoked.",
            status=403,
            code="account_invalid",
        )


def _checked(call: Call) -> Body:
    if not call.route.shape:
        return call.params
    given, page = call.params, {}
    # The SDK follows a v2 list's `next_page_url`: its types do not name `page`.
    if call.path.startswith("/v2/") and "page" in given:
        page = {"page": given["page"]}
        given = {name: given[name] for name in given if name != "page"}
    params = check(given, shape_of(call.route.shape)) | page
    for name in sorted(set(params) - call.route.acts_on - _PAGING):
        raise invalid(
            f"The sandbox knows the parameter {name}, but does not act on it.",
            param=name,
        )
    return params


def scope_of(world: World, *, account: str = PLATFORM) -> Scope:
    """Return a unit of work for a page or a control call: no API request asked."""
    return replace(Scope(world=world, at=world.now()), account=account)
