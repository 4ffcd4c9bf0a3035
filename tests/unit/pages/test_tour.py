"""The tour finds one or two pages of each kind by their links."""

from collections import Counter

from tests.pages.tour import MOST_OF_A_KIND, links_of, walk

HOME = """<a href="/terms/">Terms</a> <a class="x" href="/c/a?sort=new&amp;page=2#up">
</a><a href="https://elsewhere.example/">Out</a><a href="mailto:a@b.example">Us</a>"""


def test_links_within_the_site_are_found_as_addresses():
    assert list(links_of(HOME, "/")) == ["/terms/", "/c/a?sort=new&page=2"]


def test_relative_links_start_from_their_page():
    assert list(links_of('<a href="?page=2">2</a>', "/search?q=a")) == [
        "/search?page=2"
    ]


def test_so_many_pages_of_a_kind_are_visited_and_no_more():
    shelves = [f"/c/{letter}" for letter in "abcde"]
    links = " ".join(f'<a href="{path}">Shelf</a>' for path in shelves)

    kinds = Counter(stop.kind for stop in walk(lambda _path: links, ["/"]))

    assert kinds == {"home": 1, "category": MOST_OF_A_KIND}


def test_what_is_no_page_is_passed_over():
    pages = {"/": '<a href="/terms/">T</a><a href="/imprint/">I</a>', "/imprint/": ""}

    found = [stop.path for stop in walk(pages.get, ["/"])]

    assert found == ["/", "/imprint/"]


def test_links_stay_in_one_world():
    links = '<a href="/terms/">T</a><a href="/sellers/">S</a><a href="/basket/">B</a>'

    found = walk(lambda _path: links, ["/"], world="basket|sellers")

    assert [stop.path for stop in found] == ["/", "/sellers/", "/basket/"]


def test_the_rooms_of_the_admin_are_not_visited():
    links = '<a href="/admin/">Admin</a><a href="/accounts/logout/">Out</a>'

    assert [stop.path for stop in walk(lambda _path: links, ["/"])] == ["/"]
