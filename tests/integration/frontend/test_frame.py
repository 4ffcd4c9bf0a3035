"""The frame of a page: what it shows to whom, and what it asks the database."""

from typing import Any

import pytest
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.shortcuts import render
from django.test import RequestFactory

from frontend.templatetags.comptoir import maybe_url
from marketplace.core.viewer import ANONYMOUS, Viewer
from marketplace.db.models import ClockOffset
from tests import factories

pytestmark = pytest.mark.django_db
needs_category_page = pytest.mark.skipif(
    not maybe_url("category", path="kitchen"), reason="categories have no page yet"
)

BUYER = Viewer(user_id=7, email="anna@example.org")
OPERATOR = Viewer(
    user_id=7, email="ines@example.org", operator_permissions=frozenset({"finance"})
)


def draw(template: str, *, viewer: Viewer = ANONYMOUS, told=(), cookies=None) -> str:
    request: Any = RequestFactory().get("/terms/")
    request.COOKIES.update(cookies or {})
    request.session = {}
    request.user = AnonymousUser()
    request.viewer = viewer
    request._messages = FallbackStorage(request)
    for level, words in told:
        messages.add_message(request, level, words)
    return render(request, template, {"version": "1"}).content.decode()


@pytest.mark.parametrize(
    ("viewer", "seen", "unseen"),
    [
        (ANONYMOUS, ["Sign in"], ["Sign out", "Office"]),
        (BUYER, ["Sign out", "anna@example.org"], ["Office"]),
        (OPERATOR, ["Sign out", "ines@example.org"], []),
    ],
)
def test_the_head_offers_what_the_viewer_may_open(viewer, seen, unseen):
    page = draw("pages/terms.html", viewer=viewer)

    assert [words for words in seen if words not in page] == []
    assert [words for words in unseen if f"{words}</a>" in page] == []


def test_a_warning_stands_in_the_page_and_a_confirmation_floats_above_it():
    told = [(messages.ERROR, "The card was refused."), (messages.SUCCESS, "Saved.")]

    page = draw("pages/terms.html", told=told)

    main, toasts = page.split("</main>")
    assert "The card was refused." in main
    assert 'class="notice notice--bad' in main
    assert "Saved." in toasts
    assert "Saved." not in main


@pytest.mark.parametrize(
    ("cookie", "root"),
    [
        ("dark", '<html lang="en" dir="ltr" data-theme="dark">'),
        ("light", '<html lang="en" dir="ltr" data-theme="light">'),
        ("", '<html lang="en" dir="ltr">'),
        ('"><script>', '<html lang="en" dir="ltr">'),
    ],
)
def test_the_chosen_colours_come_with_the_page(cookie, root):
    assert root in draw("pages/terms.html", cookies={"theme": cookie})


@needs_category_page
def test_only_shelves_of_the_first_level_that_are_public_stand_in_the_head():
    kitchen = factories.CategoryFactory(name="Kitchen")
    factories.CategoryFactory(name="Teapots", parent=kitchen)
    factories.CategoryFactory(name="Hidden", is_public=False)

    page = draw("pages/terms.html")

    assert "Kitchen</a>" in page
    assert "Teapots" not in page
    assert "Hidden" not in page


@pytest.mark.parametrize("shelves", [1, 20])
def test_the_frame_costs_the_same_however_many_shelves_there_are(
    client, shelves, django_assert_max_num_queries
):
    factories.CategoryFactory.create_batch(shelves)

    with django_assert_max_num_queries(2):
        answer = client.get("/terms/")

    assert answer.status_code == 200


def test_a_page_that_is_not_there_says_so_in_our_words(client):
    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert "This page has left the counter" in answer.content.decode()


def test_crawlers_are_kept_from_what_is_private(client):
    answer = client.get("/robots.txt")

    assert answer["Content-Type"] == "text/plain"
    lines = answer.content.decode().splitlines()
    assert {"Disallow: /seller/", "Disallow: /office/", "Disallow: /order/"} <= set(
        lines
    )
    assert lines[-1].endswith("/sitemap.xml")


@pytest.mark.parametrize(("allowed", "status"), [(True, 200), (False, 404)])
def test_the_parts_are_shown_outside_production_only(client, settings, allowed, status):
    settings.ALLOW_SANDBOX = allowed

    assert client.get("/styleguide/").status_code == status


@pytest.mark.parametrize(
    ("days", "words"), [(0, "no real money</span>"), (22, "its clock is 22 days ahead")]
)
def test_a_trial_shop_says_how_far_its_clock_is_ahead(days: int, words: str) -> None:
    ClockOffset.objects.update_or_create(id=1, defaults={"seconds": days * 86_400})

    page = draw("pages/terms.html")

    assert words in page
