import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_the_browser_sees_the_site_and_what_the_test_wrote(page: Page):
    answer = page.goto("/health/")

    assert answer is not None
    assert answer.json() == {"ok": True, "database": True, "cache": True}


def test_the_sandbox_starts_empty_and_knows_where_webhooks_go(sandbox, settings):
    endpoints = sandbox.get("webhooks")["data"]

    assert {(one["kind"], one["url"]) for one in endpoints} == {
        ("platform", f"{settings.PUBLIC_URL}/webhooks/stripe/"),
        ("connect", f"{settings.PUBLIC_URL}/webhooks/stripe/connect/"),
        ("thin", f"{settings.PUBLIC_URL}/webhooks/stripe/thin/"),
    }
    assert sandbox.get("accounts")["data"] == []
