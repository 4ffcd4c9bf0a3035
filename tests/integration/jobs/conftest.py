from tests.integration.aftersale.conftest import (
    anna,
    bakery,
    guest_sale,
    mail_folder,
    sale,
)

__all__ = ["anna", "bakery", "guest_sale", "mail_folder", "sale"]
