import pytest

from marketplace.accounts.models import User
from tests.integration.vendors.sheets import NOW
from vendors.models import Vendor
from vendors.services.application import begin_application


@pytest.fixture
def bakery() -> Vendor:
    user = User.objects.create_user("bakery@example.com")
    return begin_application(user=user, name="Bakery", country="BE", now=NOW)
