"""The reference of the API is a page of the shop, with a way back."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from vendors.models import Vendor

HERE = "/api-reference/"


def test_an_owner_is_led_back_to_the_keys_of_their_shop(
    owner: Client, bindery: Vendor
) -> None:
    page = owner.get(HERE).content.decode()

    assert reverse("portal-tokens", kwargs={"handle": "bindery"}) in page
    assert 'data-reference="/api/schema/?format=json"' in page


@pytest.mark.django_db
def test_anybody_reads_it_in_the_frame_of_the_shop_under_the_policy() -> None:
    answer = Client().get(HERE)

    policy = answer["Content-Security-Policy"]
    assert answer.status_code == 200
    assert f'href="{reverse("sell")}"' in answer.content.decode()
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "default-src 'self'" in policy
    assert "script-src" not in policy


@pytest.mark.django_db
def test_its_old_address_leads_there_in_the_readers_language() -> None:
    answer = Client().get("/api/docs/", HTTP_ACCEPT_LANGUAGE="fr")

    assert (answer.status_code, answer["Location"]) == (302, f"/fr{HERE}")


@pytest.mark.browser
def test_it_is_drawn_light_and_dark_and_fits_a_phone(site: str, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.emulate_media(color_scheme="dark")

    page.goto(site + HERE)
    page.get_by_text("/api/v1/balance/").wait_for()

    root = page.locator("html")
    is_dark = root.evaluate("root => root.classList.contains('dark-mode')")
    assert is_dark
    assert root.evaluate("root => root.scrollWidth") <= 360
