"""When a failing engine is left alone."""

from search.backends.breaker import Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_failures_in_a_row_and_closes_after_the_pause():
    clock = Clock()
    breaker = Breaker(failures=2, pause=10, clock=clock)
    breaker.failed()
    assert not breaker.is_open

    breaker.failed()

    assert breaker.is_open
    clock.now += 10
    assert not breaker.is_open


def test_a_success_between_forgives():
    breaker = Breaker(failures=2, pause=10, clock=Clock())
    breaker.failed()
    breaker.succeeded()
    breaker.failed()

    assert not breaker.is_open


def test_one_failure_after_the_pause_opens_it_again():
    clock = Clock()
    breaker = Breaker(failures=2, pause=10, clock=clock)
    breaker.failed()
    breaker.failed()
    clock.now += 10

    breaker.failed()

    assert breaker.is_open


def test_a_success_closes_it_at_once():
    breaker = Breaker(failures=1, pause=10, clock=Clock())
    breaker.failed()

    breaker.succeeded()

    assert not breaker.is_open
