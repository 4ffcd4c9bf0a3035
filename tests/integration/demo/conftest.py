from tests.integration.aftersale.conftest import anna, bakery, sale

__all__ = ["anna", "bakery", "sale"]
