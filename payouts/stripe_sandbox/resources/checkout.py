"""`/v1/checkout/sessions`."""

from typing import Any

from payouts.stripe_sandbox.clock import DAY
from payouts.stripe_sandbox.errors import ApiError, invalid
from payouts.stripe_sandbox.identifiers import make_id
from payouts.stripe_sandbox.listing import Listing
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import check_charge, check_currency, fetch, metadata_of, new_id
from .paying import expire, watch_expiry

_LEAST_SECONDS, _MOST_SECONDS = 30 * 60, DAY
_INTENT_FIELDS = frozenset(
    [
        "capture_method",
        "description",
        "metadata",
        "receipt_email",
        "shipping",
        "transfer_group",
    ]
)


@route(
    "POST",
    "/v1/checkout/sessions",
    "checkout:SessionCreateParams",
    "mode ui_mode line_items success_url cancel_url client_reference_id customer "
    "customer_email expires_at metadata payment_intent_data currency locale "
    "submit_type "
    "allowed_payment_method_types",
)
def create(scope: Scope, params: Params) -> Body:
    """Make a checkout session with a hosted page."""
    _check_mode(params)
    items = _line_items(scope, params)
    currency = items[0]["currency"]
    total = check_charge(sum(item["amount_total"] for item in items), currency)
    session = make_session(scope, params, items=items, total=total, currency=currency)
    watch_expiry(scope, session)
    return shown(scope, session)


def _check_mode(params: Params) -> None:
    if params.get("mode") != "payment":
        raise invalid("The sandbox knows the mode payment only.", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The sandbox serves ui_mode hosted_page only.", param="ui_mode")
    for name in ("line_items", "success_url"):
        if not params.get(name):
            raise invalid(
                f"Missing required param: {name}.", code="parameter_missing", param=name
            )
    for name in ("success_url", "cancel_url"):
        if not params.get(name, "http://").startswith(("http://", "https://")):
            raise invalid("Not a valid URL", code="url_invalid", param=name)
    unknown = set(params.get("payment_intent_data", {})) - _INTENT_FIELDS
    if unknown:
        name = f"payment_intent_data[{min(unknown)}]"
        raise invalid(f"The sandbox does not act on {name}.", param=name)


def _line_items(scope: Scope, params: Params) -> list[Body]:
    items = [
        _line_item(scope, given, f"line_items[{index}]")
        for index, given in enumerate(params["line_items"])
    ]
    if len({item["currency"] for item in items}) > 1:
        raise invalid("All line items must have the same currency.", param="line_items")
    return items


def _line_item(scope: Scope, given: dict[str, Any], path: str) -> Body:
    price = given.get("price_data")
    if not price or "product_data" not in price:
        raise invalid(
            "The sandbox has no products: give price_data with product_data.",
            param=f"{path}[price_data]",
        )
    amount, quantity = price.get("unit_amount"), given.get("quantity", 1)
    if amount is None or amount < 0 or quantity < 1:
        raise invalid(
            "A line needs a unit_amount of 0 or more and a quantity of at least 1.",
            param=f"{path}[price_data][unit_amount]",
        )
    currency = check_currency(price["currency"], param=f"{path}[price_data][currency]")
    total = amount * quantity
    return {
        "id": make_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": currency,
        "description": price["product_data"]["name"],
        "metadata": {},
        "price": _price(scope, amount, currency),
        "quantity": quantity,
    }


def _price(scope: Scope, amount: int, currency: str) -> Body:
    return {
        "id": make_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": scope.at,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": make_id("prod"),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def make_session(
    scope: Scope, params: Params, *, items: list[Body], total: int, currency: str
) -> Body:
    """Add an open session and return it.

    Raises ApiError if `expires_at` is not between 30 minutes and 24 hours ahead.
    """
    identifier = new_id(scope, "cs_test", params.get("id"))
    details = params.get("payment_intent_data", {})
    session: Body = _EMPTY | {
        "id": identifier,
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": scope.at,
        "currency": currency,
        "customer": params.get("customer"),
        "customer_creation": None if params.get("customer") else "if_required",
        "customer_email": params.get("customer_email"),
        "expires_at": _expiry(scope, params),
        "locale": params.get("locale"),
        "metadata": metadata_of(params),
        "submit_type": params.get("submit_type"),
        "success_url": params.get("success_url"),
        "url": f"{scope.world.base_url}/c/pay/{identifier}",
        "_line_items": items,
        "_intent": details | {"metadata": metadata_of(details)},
    }
    return scope.store.insert(session, account=scope.account)


def _expiry(scope: Scope, params: Params) -> int:
    expires_at: int = params.get("expires_at", scope.at + _MOST_SECONDS)
    # Clocks differ by a little: half a minute less than the minimum is let pass.
    if (
        not scope.at + _LEAST_SECONDS - 30
        <= expires_at
        <= scope.at + _MOST_SECONDS + 30
    ):
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes and at most 24 "
            "hours "
            "from Checkout Session creation.",
            param="expires_at",
        )
    return expires_at


_EMPTY: Body = {
    "object": "checkout.session",
    "adaptive_pricing": {"enabled": False},
    "after_expiration": None,
    "allow_promotion_codes": None,
    "automatic_tax": {
        "enabled": False,
        "liability": None,
        "provider": None,
        "status": None,
    },
    "billing_address_collection": None,
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "customer_account": None,
    "customer_details": None,
    "discounts": [],
    "integration_identifier": None,
    "invoice": None,
    "invoice_creation": {
        "enabled": False,
        "invoice_data": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": None,
            "metadata": {},
            "rendering_options": None,
        },
    },
    "livemode": False,
    "mode": "payment",
    "origin_context": None,
    "payment_intent": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_method_configuration_details": None,
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"],
    "payment_status": "unpaid",
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "status": "open",
    "subscription": None,
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
    "wallet_options": None,
}


@route("GET", "/v1/checkout/sessions/<id>", "checkout:SessionRetrieveParams")
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one session."""
    return shown(scope, fetch(scope, "checkout.session", identifier, param="session"))


@route(
    "GET",
    "/v1/checkout/sessions",
    "checkout:SessionListParams",
    "created customer payment_intent status",
)
def search(scope: Scope, params: Params) -> Body:
    """List sessions."""
    listing = Listing(scope, "checkout.session", params, "/v1/checkout/sessions")
    return listing.equal("customer", "payment_intent", "status").ranged().page()


@route(
    "GET", "/v1/checkout/sessions/<id>/line_items", "checkout:SessionLineItemListParams"
)
def line_items(scope: Scope, params: Params, identifier: str) -> Body:
    """List the lines of a session."""
    session = fetch(scope, "checkout.session", identifier, param="session")
    limit = params.get("limit", 10)
    items = session["_line_items"]
    return {
        "object": "list",
        "data": items[:limit],
        "has_more": len(items) > limit,
        "url": f"/v1/checkout/sessions/{identifier}/line_items",
    }


@route("POST", "/v1/checkout/sessions/<id>/expire", "checkout:SessionExpireParams")
def expire_session(scope: Scope, _params: Params, identifier: str) -> Body:
    """Expire an open session at once."""
    session = fetch(scope, "checkout.session", identifier, param="session")
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This '
            f"Checkout Session has a status of `{session['status']}`."
        )
    return shown(scope, expire(scope, session))
