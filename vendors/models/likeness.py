from django.db import models

from vendors.models.shop import Vendor

# Columns in the order in which they are told, each of them indexed.
COMPARED = (
    *("vat_number", "registration_number", "legal_name"),
    *("contact_phone", "contact_email", "address"),
)


class Likeness(models.Model):
    """What of a trader is compared with others, written as it is compared.

    Kept by whoever writes the trader's identity; empty is what is not stated.
    """

    vendor = models.OneToOneField(
        Vendor, on_delete=models.CASCADE, primary_key=True, related_name="likeness"
    )
    vat_number = models.TextField(blank=True)
    registration_number = models.TextField(blank=True)
    legal_name = models.TextField(blank=True)
    contact_phone = models.TextField(blank=True)
    contact_email = models.TextField(blank=True)
    address = models.TextField(blank=True)
    # Its check digits, or its country: what SQL cannot tell.
    has_wrong_vat = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=[name], name=f"alike_{name}", condition=~models.Q(**{name: ""})
            )
            for name in COMPARED
        ]

    def __str__(self) -> str:
        return f"Likeness of {self.vendor}"
