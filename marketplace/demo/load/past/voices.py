"""What people say: notes, messages, reports."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from marketplace.demo.content.designs import chance_of
from marketplace.demo.content.reading import read
from marketplace.flows.resolve_problem import Decision
from reviews.models import ASPECTS

_SHARE_WITH_WORDS = 0.55
_SHARE_WITH_ASPECTS, _SHARE_OF_ASPECTS = 0.7, 0.85
_NOTES = (5, 4, 3, 2, 1)


class Voices:
    """Chooses words from the texts; lists of notes and reviews are gone round."""

    def __init__(self) -> None:
        self.notes, self.reviews = read("notes"), read("reviews")
        self.messages, self.problems = read("messages"), read("problems")
        self.questions = read("questions")
        self._left: dict[tuple[str, ...], list[Any]] = {}

    def note(
        self, mean: float, chance: random.Random, *, is_late: bool = False
    ) -> tuple[int, str]:
        """Return a note and, often, words; who gets it late is stricter."""
        wanted = mean - (1.3 if is_late else 0)
        weights = [_nearness(score, wanted) for score in _NOTES]
        score = chance.choices(_NOTES, weights)[0]
        talkative = chance.random() < _SHARE_WITH_WORDS or score < min(_NOTES[:3])
        if not talkative:
            return score, ""
        return score, self._turn(self.notes[str(score)], "notes", str(score))

    def aspects(
        self, score: int, chance: random.Random, *, is_late: bool = False
    ) -> dict[str, int | None]:
        """Return stars for some aspects, near the note; who gets it late says so."""
        if chance.random() > _SHARE_WITH_ASPECTS:
            return {}
        given: dict[str, int | None] = {
            name: min(5, max(1, score + chance.choice((-1, 0, 0, 0, 1))))
            for name in ASPECTS
            if chance.random() < _SHARE_OF_ASPECTS
        }
        return {**given, "dispatch": max(1, score - 1)} if is_late else given

    def reply(self, score: int, chance: random.Random) -> str:
        """Return what a seller answers to a review of a thing."""
        kind = "replies_good" if score >= _NOTES[1] else "replies_bad"
        return str(chance.choice(self.notes[kind]))

    def answer(self, score: int, chance: random.Random) -> str:
        """Return what a seller answers to a note."""
        kind = "answers_good" if score >= _NOTES[1] else "answers_bad"
        return str(chance.choice(self.notes[kind]))

    def review(
        self, root: str, noun: str, mean: float, chance: random.Random
    ) -> tuple[int, str, str]:
        """Return stars, title and text about a thing."""
        texts = self.reviews[root]
        scores = [int(score) for score in texts]
        weights = [_nearness(score, mean) for score in scores]
        score = chance.choices(scores, weights)[0]
        title, text = self._turn(texts[str(score)], root, str(score))
        return score, title, text.replace("{noun}", noun)

    def _turn(self, texts: Sequence[Any], *key: str) -> Any:
        """Return the next of some texts; none comes again before all the others."""
        left = self._left.setdefault(key, [])
        if not left:
            left += texts
            chance_of("turn", *key).shuffle(left)
        return left.pop()

    def thread(self, chance: random.Random) -> list[tuple[str, float, str]]:
        """Return a conversation: side, hours since the line before, words."""
        chosen: dict[str, Any] = chance.choice(self.messages["thread"])
        return [(side, hours, text) for side, hours, text in chosen["lines"]]

    def question(self, chance: random.Random) -> str:
        """Return something a seller has still to answer."""
        return str(chance.choice(self.messages["waiting"])["text"])

    def asked(
        self, chance: random.Random, *, of_shop: bool = False
    ) -> list[tuple[str, float, str]]:
        """Return what is asked before an order and answered, as `thread` does."""
        kind = "question_shop" if of_shop else "question"
        chosen: dict[str, Any] = chance.choice(self.messages[kind])
        return [(side, hours, text) for side, hours, text in chosen["lines"]]

    def still_asked(self, chance: random.Random) -> str:
        """Return what is asked before an order and waits for its answer."""
        return str(chance.choice(self.messages["question_open"])["text"])

    def public(
        self, root: str, chance: random.Random
    ) -> Iterator[tuple[str, str, str]]:
        """Yield what all may read: a question, an answer, one of a second shop."""
        texts = self.questions[root]["asked"]
        for question, answer in chance.sample(texts, chance.choice((1, 2))):
            yield question, answer, chance.choice(self.questions["more"]["second"])

    def still_open(self, chance: random.Random) -> str:
        """Return what is asked in public and waits for its answer."""
        return str(chance.choice(self.questions["more"]["open"]))

    def report(self, kind: str, chance: random.Random) -> str:
        """Return what a buyer writes of a problem."""
        return str(chance.choice(self.problems[kind]["texts"]))

    def reaction(self, chance: random.Random) -> str:
        """Return what a seller answers to a report."""
        return str(chance.choice(self.problems["answers"]))

    def offer(self, chance: random.Random) -> str:
        """Return what a seller writes who offers a part of the money."""
        return str(chance.choice(self.problems["offers"]))

    def refusal(self, chance: random.Random) -> str:
        """Return what a buyer writes who declines it."""
        return str(chance.choice(self.problems["refusals"]))

    def decision(self, kind: str, outcome: str) -> Decision:
        """Return why an operator decides so, and by which rule."""
        words = self.problems[kind]
        return Decision(str(words[outcome]), str(words["rules"][outcome]))


def _nearness(score: int, mean: float) -> float:
    """Weigh scores so that their mean comes near the wanted one."""
    return float(0.12 ** abs(score - mean) if score < mean else 0.5 ** (score - mean))
