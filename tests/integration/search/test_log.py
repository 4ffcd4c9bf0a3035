"""What is remembered of searches: words, results, what was opened; never a person."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.urls import reverse

from marketplace.db import daily
from search import log, selectors
from search.backends.base import ProductQuery
from search.log import Report
from search.models import QueryLog
from tests.integration.search.market import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def asked(text, *, results=5, clicks=(), day=TODAY, page=1, is_asking=True):
    return QueryLog.objects.create(
        text=text,
        is_asking=is_asking,
        results=results,
        clicks=list(clicks),
        page=page,
        sort="relevance",
        engine="postgresql",
        asked_on=day,
    )


def test_the_log_keeps_the_query_and_no_person(market):
    query = ProductQuery(
        text="  TEAPOT ", currency="EUR", filters={"a.colour": frozenset({"Red"})}
    )

    log.note_query(query, selectors.find(query), who="192.0.2.7", now=NOW)

    (row,) = QueryLog.objects.values()
    row.pop("id")
    assert row == {
        "text": "teapot",
        "scope": "",
        "filters": {"a.colour": ["Red"]},
        "sort": "relevance",
        "page": 1,
        "is_asking": False,
        "results": 0,
        "corrected": "",
        "engine": "postgresql",
        "clicks": [],
        "asked_on": NOW.date(),
    }


def test_browsing_is_not_logged(market):
    query = ProductQuery(currency="EUR")

    log.note_query(query, selectors.find(query), who="192.0.2.7", now=NOW)

    assert not QueryLog.objects.exists()


def token_for(market):
    query = ProductQuery(text="teapot", currency="EUR")
    return log.note_query(query, selectors.find(query), who="192.0.2.7", now=NOW)


def counted():
    """Return which words were counted how often."""
    return {one.text: one.times for one in log.report(Report.ALL, since=TODAY)}


def test_a_visitor_asks_the_same_once_a_day(market):
    def ask(who, *, days=0, **fields):
        query = ProductQuery(**{"text": "teapot", "currency": "EUR", **fields})
        now = NOW + timedelta(days=days)
        token = log.note_query(query, selectors.find(query), who=who, now=now)
        # The token itself bears the second at which it was signed.
        return token.partition(":")[0]

    red = {"a.colour": frozenset({"Red"})}
    askings = {
        ask("192.0.2.7"),
        ask("192.0.2.7", text="  Teapot!"),
        ask("192.0.2.7", filters=red),
        ask("192.0.2.7", price_to_minor=900),
        ask("::ffff:192.0.2.7", page=2),
    }
    ask("2001:db8::1", page=2)
    ask("2001:db8::1", filters=red)
    ask("2001:db8::1")
    ask("2001:db8::ffff")
    ask("2001:db8:1::1")
    ask("192.0.2.7", days=1)

    assert len(askings) == 1
    assert counted() == {"teapot": 4}


def test_the_day_is_that_of_the_shops_clock(market):
    evening = datetime.fromisoformat("2026-11-24T22:30:00+00:00")

    marks = [
        daily.mark_of(who="192.0.2.7", did="x", now=evening + timedelta(hours=hours))
        for hours in range(3)
    ]

    assert marks[0] != marks[1] == marks[2]


def test_nothing_that_is_kept_tells_who_asked(market):
    token_for(market)

    secret = caches["pages"].get(f"day-secret:{TODAY}")
    mark = daily.mark_of(who="192.0.2.7", did="teapot", now=NOW)
    caches["pages"].delete(f"day-secret:{TODAY}")

    assert len(secret) == 32
    assert daily.known(mark) == QueryLog.objects.get().pk
    assert mark != daily.mark_of(who="192.0.2.7", did="teapot", now=NOW)


def test_while_nothing_is_remembered_nothing_is_counted(market, monkeypatch):
    monkeypatch.setattr(daily, "caches", {"pages": DummyCache("", {})})

    for _ in range(3):
        assert token_for(market)

    assert counted() == {}


def test_looking_without_reading_is_no_asking(client, market):
    client.head(reverse("search"), {"q": "teapot"})

    assert not QueryLog.objects.exists()


def test_what_is_opened_is_noted_once_for_each_place(client, market):
    token = token_for(market)
    QueryLog.objects.update(results=5)

    answers = [
        client.post(reverse("search-opened"), {"asked": token, "place": place})
        for place in (3, 1, 3, 6)
    ]

    assert [each.status_code for each in answers] == [204, 204, 204, 204]
    # There were five results.
    assert QueryLog.objects.get().clicks == [3, 1]


@pytest.mark.parametrize("place", ["", "0", "-1", "1201", "٣", "1e3", "x" * 9999])
def test_a_place_that_is_none_is_refused(client, market, place):
    token = token_for(market)

    answer = client.post(reverse("search-opened"), {"asked": token, "place": place})

    assert answer.status_code == 400
    assert QueryLog.objects.get().clicks == []


@pytest.mark.parametrize("token", ["", "1", "1:abc", "\0", "é" * 5000])
def test_a_token_that_is_not_ours_is_refused(client, token):
    answer = client.post(reverse("search-opened"), {"asked": token, "place": "1"})

    assert answer.status_code == 400


def test_the_page_of_results_says_how_to_tell_what_was_opened(client, market):
    page = client.get(reverse("search"), {"q": "teapot"}).content.decode()
    browsing = client.get(reverse("search")).content.decode()

    assert 'data-from="1"' in page
    assert "data-asked" not in browsing


def test_reports_tell_what_is_asked_often_found_never_and_opened_never():
    for clicks in ([2, 1], [], [4]):
        asked("teapot", results=6, clicks=clicks)
    for _ in range(4):
        asked("samovar", results=0)
    for _ in range(2):
        asked("cup", results=3)
    asked("a name somebody typed once")
    asked("teapot", page=2, clicks=[30])
    asked("teapot", is_asking=False, clicks=[7])
    asked("teapot", day=TODAY - timedelta(days=8))

    found = {
        kind: [(one.text, one.times) for one in log.report(kind, since=TODAY)]
        for kind in Report
    }

    assert found == {
        Report.ALL: [("samovar", 4), ("teapot", 3), ("cup", 2)],
        Report.NOTHING: [("samovar", 4)],
        Report.IGNORED: [("cup", 2)],
    }
    (teapot,) = [one for one in log.report(Report.ALL, since=TODAY) if one.results == 6]
    assert (teapot.opened, teapot.place) == (2 / 3, 3)


def test_totals_say_how_well_it_goes():
    asked("teapot", clicks=[1])
    asked("teapot", clicks=[3])
    asked("samovar", results=0)
    asked("cup")

    found = log.totals(since=TODAY)

    assert (found.times, found.nothing, found.opened, found.place) == (4, 0.25, 0.5, 2)


def test_of_no_search_at_all_the_totals_are_none():
    found = log.totals(since=TODAY)

    assert (found.times, found.nothing, found.opened, found.place) == (0, 0, 0, None)


def test_what_is_older_than_its_days_is_forgotten():
    asked("old", day=TODAY - timedelta(days=91))
    kept = asked("new", day=TODAY - timedelta(days=90))

    log.forget_old(NOW)

    assert list(QueryLog.objects.all()) == [kept]
