"""Shops are found and added with keys alone, and none is lost without a word."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from tests.integration.backoffice.conftest import operator
from tests.integration.sale import make_seller

pytestmark = pytest.mark.browser


@pytest.fixture
def promotion(page: Page, site: str) -> Page:
    client = Client()
    client.force_login(operator("finance"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}]
    )
    page.goto(reverse("office-promotion-new"), wait_until="networkidle")
    return page


def test_enter_waits_for_the_answer_under_way(promotion: Page):
    make_seller("Brume")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    asking = f"**{reverse('office-shops')}*"
    promotion.route(asking, hold)
    search = promotion.get_by_label("Find a shop")

    with promotion.expect_request(asking):
        search.press_sequentially("brume")
    search.press("Enter")
    held.pop().continue_()

    expect(promotion.locator("[name=sellers]")).to_have_value("Brume (brume)")


def test_what_is_typed_becomes_a_line_or_is_asked_about(promotion: Page):
    make_seller("Brume")
    make_seller("Brunel")
    page = promotion
    lines, search = page.locator("[name=sellers]"), page.get_by_label("Find a shop")

    search.press_sequentially("bru")
    search.press("Enter")
    of_two = search.evaluate_handle("it => it").as_element()
    page.wait_for_function("it => it.validationMessage", arg=of_two)
    expect(lines).to_have_value("")

    search.press_sequentially("me")
    search.press("Enter")
    expect(lines).to_have_value("Brume (brume)")
    expect(search).to_have_value("")

    search.press_sequentially("brunel")
    search.press("Tab")
    expect(lines).to_have_value("Brume (brume)\nBrunel (brunel)")

    search.fill("nowhere")
    page.get_by_role("button", name="Save").click()
    expect(search).to_be_focused()
    assert page.url.endswith(reverse("office-promotion-new"))
