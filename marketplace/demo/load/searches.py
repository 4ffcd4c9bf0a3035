"""Weeks of searches: what was asked, found, opened, and what operators made of it."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from marketplace.demo.content import Market
from marketplace.demo.content.designs import chance_of
from marketplace.demo.content.reading import read
from marketplace.demo.load.people import People
from search import saved, selectors
from search.backends.base import PAGE_SIZE, ProductQuery, ResultPage, Sort, Step
from search.backends.postgres import PostgresBackend
from search.models import QueryLog
from search.weights import publish, weights_in_force
from search.wording import keep_correction, keep_synonym

_DAYS = 56
_ASKED = 2600
_KINDS, _MISSPELT = 60, 18
_SHORTEST_TO_MISSPELL = 5
_ELSEWHERE = 0.1  # how often somebody sorts, or turns to the second page
_OPENED, _OPENED_OF_SOME, _AGAIN = 0.62, 0.3, 0.25
_NEXT_PLACE = 0.35
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class _Habit:
    """A query, how often it is asked, and whether anybody opens what it finds."""

    text: str
    often: int
    is_ignored: bool = False


def write_searches(
    market: Market, people: People, *, currency: str, now: datetime
) -> int:
    """Write what operators decided, then what was asked; return how many askings.

    Each query is answered by the search itself, so what is told of it is true.
    """
    texts = read("search")
    _decide(texts, people, now)
    _save(texts, currency, now)
    chance = chance_of(market.seed, "searches")
    habits = list(_habits(texts, market, chance))
    pages = {each.text: _found(each.text, currency) for each in habits}
    asked = chance.choices(habits, [each.often for each in habits], k=_ASKED)
    rows = [_row(each, pages[each.text], chance, now) for each in asked]
    QueryLog.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows)


def _decide(texts: Mapping[str, Any], people: People, now: datetime) -> None:
    actor = people.operator.pk
    for each in texts["synonym"]:
        keep_synonym(
            phrase=each["phrase"],
            others=each["others"],
            is_mutual=each.get("mutual", True),
            actor_id=actor,
            now=now - timedelta(days=each["ago"]),
        )
    for each in texts["correction"]:
        keep_correction(
            typed=each["typed"],
            meant=each["meant"],
            actor_id=actor,
            now=now - timedelta(days=each["ago"]),
        )
    for each in texts["ranking"]:
        publish(
            weights=each["weights"],
            reason=each["reason"],
            chosen_by=actor,
            now=now - timedelta(days=each["ago"]),
        )


def _save(texts: Mapping[str, Any], currency: str, now: datetime) -> None:
    for each in texts["saved"]:
        row = saved.save(
            ProductQuery(text=each["text"], currency=currency),
            path=f"/search?{urlencode({'q': each['text']})}",
            email=each["email"],
            is_confirmed=False,
            now=now - timedelta(days=each["ago"]),
        )
        if row is None:
            continue
        if "yes" in each:
            saved.confirm(key=row.pk, now=now - timedelta(days=each["yes"]))
        if "told" in each:
            saved.mark_told(key=row.pk, now=now - timedelta(days=each["told"]))


def _habits(
    texts: Mapping[str, Any], market: Market, chance: random.Random
) -> Iterator[_Habit]:
    """Yield each query once: those of the texts, kinds of the catalogue, slips."""
    found = {text: _Habit(text, often) for text, often in texts["often"].items()}
    for group in ("limits", "nothing"):
        found |= {text: _Habit(text, often) for text, often in texts[group].items()}
    found |= {
        text: _Habit(text, often, is_ignored=True)
        for text, often in texts["ignored"].items()
    }
    for each in (*texts["synonym"], *texts["correction"]):
        text = each.get("phrase") or each["typed"]
        found[text] = _Habit(text, chance.randint(2, 6))
    nouns = sorted({each.noun.lower() for each in market.products})
    for noun in chance.sample(nouns, min(_KINDS, len(nouns))):
        found.setdefault(noun, _Habit(noun, chance.randint(1, 6)))
    for text in chance.sample(sorted(found), min(_MISSPELT, len(found))):
        slip = _misspelt(text, chance)
        found.setdefault(slip, _Habit(slip, chance.randint(1, 2)))
    yield from found.values()


def _misspelt(text: str, chance: random.Random) -> str:
    """Return a text with two letters swapped, or one left out, in its longest word."""
    word = max(text.split(), key=len)
    if len(word) < _SHORTEST_TO_MISSPELL:
        return text
    place = chance.randrange(1, len(word) - 2)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    slip = chance.choice((swapped, word[:place] + word[place + 1 :]))
    return text.replace(word, slip, 1)


def _found(text: str, currency: str) -> ResultPage:
    # What is loaded is not committed yet: the engine beside the database lacks it.
    return selectors.find_weighed(
        ProductQuery(text=text, currency=currency),
        weights_in_force(),
        ask=PostgresBackend().search,
    )


def _row(
    habit: _Habit, page: ResultPage, chance: random.Random, now: datetime
) -> QueryLog:
    # More and more people come: the later days are likelier.
    ago = int(_DAYS * (1 - chance.random() ** 0.6))
    is_second = page.total > PAGE_SIZE and chance.random() < _ELSEWHERE
    return QueryLog(
        text=habit.text,
        sort=Sort.PRICE if chance.random() < _ELSEWHERE else Sort.RELEVANCE,
        page=2 if is_second else 1,
        results=page.total,
        corrected=page.corrected,
        engine=page.engine,
        clicks=list(_clicks(habit, page, chance, first=PAGE_SIZE if is_second else 0)),
        asked_on=(now - timedelta(days=ago)).date(),
    )


def _clicks(
    habit: _Habit, page: ResultPage, chance: random.Random, *, first: int
) -> Iterator[int]:
    shown = min(page.total - first, PAGE_SIZE)
    likely = _OPENED if page.step is Step.ALL else _OPENED_OF_SOME
    if habit.is_ignored or shown < 1 or chance.random() > likely:
        return
    place = _place(chance, shown)
    yield first + place
    other = _place(chance, shown)
    if other != place and chance.random() < _AGAIN:
        yield first + other


def _place(chance: random.Random, shown: int) -> int:
    """Return which of the results is opened: mostly one of the first."""
    place = 1
    while place < shown and chance.random() > _NEXT_PLACE:
        place += 1
    return place
