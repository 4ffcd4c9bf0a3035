from tests.integration.aftersale.conftest import (
    anna,
    bakery,
    guest_sale,
    sale,
)

__all__ = ["anna", "bakery", "guest_sale", "sale"]
