"""Two tabs of one address book."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from marketplace.shop.addresses import services
from tests.integration.access.keeping import HOME
from tests.integration.beside import Beside
from tests.integration.sale import Country, make_user


@pytest.mark.parametrize("do", ["account-address-remove", "account-address-usual"])
def test_an_address_that_another_tab_removes_meanwhile_is_not_there(
    committing_db: None, do: str
) -> None:
    Country.objects.get_or_create(iso_3166_1_a2="BE")
    anna = make_user("anna")
    home = services.keep(user_id=anna.pk, address=HOME)
    browser = Client()
    browser.force_login(anna)

    with transaction.atomic():
        services.remove(user_id=anna.pk, key=home.pk)
        other = Beside(lambda: browser.post(reverse(do, args=[home.pk])).status_code)
        assert other.waits()

    assert other.result() == 404
