"""What crawlers are told: numbered pages of shelves are pages, questions are none."""

import re

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("all=1", "/c/kitchen?all=1"),
        ("all=1&page=2", "/c/kitchen?all=1&amp;page=2"),
        ("all=1&utm=x", "/c/kitchen?all=1"),
        ("", "/c/kitchen"),
    ],
)
def test_pages_of_a_shelf_are_known_by_their_own_address(
    client, many, settings, query, canonical
):
    html = client.get(f"/c/kitchen?{query}").content.decode()

    address = f"{settings.PUBLIC_URL}{canonical}"
    assert f'<link rel="canonical" href="{address}">' in html
    assert 'name="robots"' not in html


@pytest.mark.parametrize(
    "path",
    [
        "/search",
        "/search?q=teapot",
        "/c/kitchen?q=teapot",
        "/c/kitchen?a.colour=Red",
        "/c/kitchen?all=1&sort=price",
        "/c/kitchen?all=1&max=50",
    ],
)
def test_questions_are_no_pages_for_crawlers(client, many, path):
    html = client.get(path).content.decode()

    assert '<meta name="robots" content="noindex, nofollow">' in html


def test_ways_to_filters_and_orders_are_not_to_be_followed(client, many):
    html = client.get("/c/kitchen?all=1").content.decode()

    asked = re.findall(
        r'<a [^>]*href="[^"]*(?:sort|min|max|days|note)=[^"]*"[^>]*>', html
    )
    assert asked
    assert [link for link in asked if 'rel="nofollow"' not in link] == []
