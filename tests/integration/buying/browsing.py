"""What a browser does on the buying pages, without one."""

import re

from django.http import HttpResponse
from django.test import Client

from marketplace.shop.partner.models import StockRecord
from payouts.gateway.facts import SessionFacts

ADDRESS = {
    "email": "anna@example.org",
    "name": "Anna Peeters",
    "street": "Elsensesteenweg 214",
    "postcode": "1050",
    "city": "Elsene",
    "country": "BE",
}


def add(client: Client, offer: StockRecord, quantity: int = 1) -> HttpResponse:
    """Press the button of an offer and look at the basket."""
    return client.post(
        "/basket/add/", {"offer": offer.public_id, "quantity": quantity}, follow=True
    )


def form_of(response: HttpResponse) -> dict[str, str]:
    """Return the hidden fields of the checkout, as a browser would send them."""
    page = response.content.decode()
    fields = re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', page)
    kept = ("basket", "seen", "returns-")
    return {name: value for name, value in fields if name.startswith(kept)}


def order(client: Client, **changes: object) -> HttpResponse:
    """Open the checkout and place the order."""
    form = form_of(client.get("/checkout/"))
    return client.post("/checkout/", {**ADDRESS, **form, **changes})


class OnePage:
    """A gateway whose payment page is always the same."""

    def open_session(self, *_payload, **_key):
        return SessionFacts(
            session_id="cs_1", url="http://pay.example/", status="open", is_paid=False
        )
