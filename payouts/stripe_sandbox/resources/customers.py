"""`/v1/customers`: just enough to name a payer."""

from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.identifiers import make_id
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import fetch, metadata_of


@route(
    "POST",
    "/v1/customers",
    ":CustomerCreateParams",
    "address description email metadata name phone preferred_locales shipping",
)
def create(scope: Scope, params: Params) -> Body:
    """Make a customer."""
    identifier = make_id("cus")
    body: Body = {
        "id": identifier,
        "object": "customer",
        "address": params.get("address"),
        "balance": 0,
        "created": scope.at,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": params.get("description"),
        "discount": None,
        "email": params.get("email"),
        "invoice_prefix": identifier[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": metadata_of(params),
        "name": params.get("name"),
        "next_invoice_sequence": 1,
        "phone": params.get("phone"),
        "preferred_locales": params.get("preferred_locales", []),
        "shipping": params.get("shipping"),
        "tax_exempt": "none",
        "test_clock": None,
    }
    scope.store.insert(body, account=scope.account)
    emit(scope, "customer.created", body)
    return shown(scope, body)


@route("GET", "/v1/customers/<id>", ":CustomerRetrieveParams")
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one customer."""
    return shown(scope, fetch(scope, "customer", identifier))
