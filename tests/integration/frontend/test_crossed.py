"""Two requests that waited for each other: one goes on, the other may try again."""

from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from psycopg.errors import DeadlockDetected

from frontend.middleware import CrossedMiddleware
from marketplace.api.problems import problem_response
from marketplace.shop.partner.models import StockRecord
from tests.integration.beside import Beside
from tests.integration.sale import make_offer, make_seller

pytestmark = pytest.mark.usefixtures("committing_db")


def lock(offer: StockRecord) -> None:
    StockRecord.objects.select_for_update().get(pk=offer.pk)


def answer_of(step: Callable[[], None]) -> HttpResponse | None:
    """Return what the middleware makes of the fault that a page ends with."""
    middleware = CrossedMiddleware(lambda _: HttpResponse())
    try:
        step()
    except OperationalError as error:
        request = RequestFactory().post("/basket/")
        return middleware.process_exception(request, error)
    return HttpResponse()


def test_who_is_given_up_for_the_other_is_asked_to_try_again():
    bakery = make_seller("Bakery")
    loaf, jam = (make_offer(bakery, name, cents=450) for name in ("Loaf", "Jam"))

    others = []

    @transaction.atomic
    def jam_then_loaf() -> None:
        lock(jam)
        lock(loaf)

    @transaction.atomic
    def loaf_then_jam() -> None:
        lock(loaf)
        others.append(Beside(lambda: answer_of(jam_then_loaf)))
        assert others[0].waits()
        lock(jam)

    answers = [answer_of(loaf_then_jam), others[0].result()]

    # PostgreSQL chooses which of the two goes on.
    done, crossed = sorted(answers, key=lambda answer: answer.status_code)
    assert done.status_code == 200
    assert (crossed.status_code, crossed["Retry-After"]) == (503, "1")
    assert b"Please try again" in crossed.content


def test_a_program_is_told_in_its_own_format():
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected()

    answer = problem_response(error, {})

    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.content_type == "application/problem+json"
    assert answer.data["code"] == "crossed"


def test_another_fault_of_the_database_is_reported_as_any():
    def break_it() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    answer = answer_of(break_it)

    connection.close()
    assert answer is None
