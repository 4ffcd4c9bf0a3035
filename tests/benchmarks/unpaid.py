"""The site for gunicorn, its buyers sent on before the payment page is opened.

What placing an order costs, with the question to Stripe apart.
"""

from marketplace.config.wsgi import application  # isort: skip (sets Django up)

from unittest.mock import Mock

from frontend.storefront import paying

__all__ = ["application"]


paying._opened_page = Mock(return_value="")
