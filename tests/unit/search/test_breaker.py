"""When a failing engine is left alone."""

from search.backends.breaker import Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_failures_in_a_row_and_closes_with_a_success():
    breaker = Breaker(failures=2, pause=10, clock=Clock())
    breaker.failed()
    assert not breaker.is_open

    breaker.failed()
    assert breaker.is_open
    breaker.succeeded()

    assert not breaker.is_open


def test_time_alone_does_not_close_it():
    clock = Clock()
    breaker = Breaker(failures=1, pause=10, clock=clock)
    breaker.failed()

    clock.now += 1000

    assert breaker.is_open


def test_a_success_between_forgives():
    breaker = Breaker(failures=2, pause=10, clock=Clock())
    breaker.failed()
    breaker.succeeded()
    breaker.failed()

    assert not breaker.is_open


def test_one_may_look_after_each_pause():
    clock = Clock()
    breaker = Breaker(failures=1, pause=10, clock=clock)
    breaker.failed()

    looks = []
    for _ in range(3):
        looks.append([breaker.takes_a_look(), breaker.takes_a_look()])
        clock.now += 10

    assert looks == [[False, False], [True, False], [True, False]]


def test_a_look_that_failed_is_followed_by_a_pause():
    clock = Clock()
    breaker = Breaker(failures=1, pause=10, clock=clock)
    breaker.failed()
    clock.now += 10
    breaker.takes_a_look()
    clock.now += 9

    breaker.failed()

    clock.now += 9
    assert not breaker.takes_a_look()
    clock.now += 1
    assert breaker.takes_a_look()


def test_nobody_looks_while_it_is_closed():
    assert not Breaker(clock=Clock()).takes_a_look()
