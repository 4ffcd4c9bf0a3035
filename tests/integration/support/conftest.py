from tests.integration.aftersale.conftest import (  # noqa: F401 (fixtures)
    anna,
    bakery,
    guest_sale,
    sale,
)
