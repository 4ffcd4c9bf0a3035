"""The buyers' address books."""

from collections.abc import Iterable

from django.apps import apps

from marketplace.demo.content import BuyerSpec
from marketplace.demo.load.people import People


def load_addresses(buyers: Iterable[BuyerSpec], people: People) -> None:
    """Write each buyer's address as the usual one."""
    model = apps.get_model("address", "UserAddress")
    rows = [
        model(
            user=people.by_email[buyer.email],
            first_name=buyer.first_name,
            last_name=buyer.last_name,
            line1=buyer.street,
            line4=buyer.city,
            postcode=buyer.postcode,
            country_id=buyer.country,
            phone_number=buyer.phone,
            is_default_for_shipping=True,
            is_default_for_billing=True,
        )
        for buyer in buyers
    ]
    for row in rows:
        row.hash = row.generate_hash()
    model.objects.bulk_create(rows)
