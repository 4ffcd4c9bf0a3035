"""What a seller sends to have a product listed."""

from tests.integration.portal.test_offers import OFFER

PRODUCT = {
    **OFFER,
    "title": "Notebook with a linen spine",
    "brand": "Bindery",
    "description": "Sewn by hand.\n\n<b>No</b> glue.",
    "ean": "400 6381 333931",
    "tax_class": "standard",
}

FACTS = {
    "fact_pages": "160",
    "fact_weight": "212.5",
    "fact_ruling": "dotted",
    "fact_signed": "no",
    "fact_paper": "",
}
