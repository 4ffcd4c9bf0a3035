"""Oscar's own dashboard writes past our services: no address leads to it."""

from collections.abc import Iterator

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.integration.backoffice.conftest import operator


def addresses(resolver: URLResolver) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each)
        else:
            yield f"{resolver.pattern}{each.pattern}", each


def test_no_address_leads_to_a_page_of_oscars_dashboard() -> None:
    found = list(addresses(get_resolver()))

    assert len(found) > 200
    assert [
        address
        for address, pattern in found
        if "dashboard" in address or "dashboard" in pattern.callback.__module__
    ] == []


def test_operators_find_nothing_where_oscar_has_its_dashboard(db: None) -> None:
    staff, stranger = Client(), Client()
    staff.force_login(operator("administrator"))

    answers = [
        desk.get(f"/{place}")
        for desk in (staff, stranger)
        for place in ("dashboard/", "oscar/dashboard/", "dashboard/orders/")
    ]

    assert {answer.status_code for answer in answers} == {404}
