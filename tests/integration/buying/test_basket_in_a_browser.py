"""The basket as somebody types in it."""

import re

import pytest
from playwright.sync_api import Page, expect

from marketplace.shop.basket.models import Line
from tests.integration.buying.market import Market

pytestmark = pytest.mark.browser


def test_enter_in_a_quantity_changes_it_and_keeps_the_thing(
    page: Page, market: Market
) -> None:
    page.goto(market.loaf.product.get_absolute_url())
    page.get_by_role("button", name="Add to basket").click()
    expect(page.locator("[data-basket] .iconbtn__n")).to_be_visible()
    page.goto("/basket/")

    field = page.get_by_label(re.compile("Quantity of"))
    field.fill("3")
    field.press("Enter")

    expect(page.get_by_text("3 ×")).to_be_visible()
    assert Line.objects.get().quantity == 3
