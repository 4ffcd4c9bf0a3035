from pathlib import Path

import pytest
from django.conf import LazySettings

from marketplace.accounts.models import User
from tests.integration.sale import Sale, make_offer, make_seller, make_user, pay_for
from vendors.models import Vendor


@pytest.fixture
def anna(db: None) -> User:
    """A buyer with an account."""
    return make_user("anna", first_name="Anna")


@pytest.fixture
def bakery(db: None) -> Vendor:
    """A shop."""
    return make_seller("Bakery", owner=make_user("baker"))


@pytest.fixture
def sale(anna: User, bakery: Vendor) -> Sale:
    """Two loaves and a jar of the bakery, paid by anna."""
    loaf = make_offer(bakery, "Loaf", cents=450)
    jam = make_offer(bakery, "Jam", cents=720)
    return pay_for({bakery: {loaf: 2, jam: 1}}, user=anna)


@pytest.fixture
def guest_sale(bakery: Vendor) -> Sale:
    """A loaf, paid by somebody without an account."""
    return pay_for({bakery: {make_offer(bakery, "Baguette", cents=280): 1}})


@pytest.fixture(autouse=True)
def mail_folder(settings: LazySettings, tmp_path: Path) -> Path:
    """Write mails into a folder of the test, as the demo does."""
    settings.EMAIL_BACKEND = "marketplace.config.mail_folder.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path
