"""Oscar's tables; its app is not forked, so there is nothing to add."""

from oscar.apps.address.models import Country, UserAddress
