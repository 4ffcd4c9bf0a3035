"""Documents that do not say what the database says are found, and written anew."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from marketplace.db.alone import BusyError
from marketplace.db.models import Outbox
from search import drift, services
from search.models import SearchDocument
from search.services import index_changed, mark_changed
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def checked():
    (found,) = drift.check(NOW)
    return found


def test_true_documents_show_no_drift(market):
    found = checked()

    assert found.is_true
    assert (found.engine, found.count, found.sampled) == ("postgresql", 3, 3)


def test_what_is_missing_too_much_or_out_of_date_is_found_and_mended(market):
    SearchDocument.objects.filter(product_id=market.cup.pk).update(is_listed=False)
    market.kettle.is_public = False
    market.kettle.save()
    SearchDocument.objects.filter(product_id=market.teapot.pk).update(
        card={"title": "Old"}
    )
    Outbox.objects.all().delete()

    found = checked()
    index_changed(NOW)

    assert (found.missing, found.extra, found.stale) == (
        (market.cup.pk,),
        (market.kettle.pk,),
        (market.teapot.pk,),
    )
    assert checked().is_true


def test_what_waits_to_be_written_is_no_drift(market):
    market.teapot.title = "Silver teapot"
    market.teapot.save()
    mark_changed([market.teapot.pk], NOW)

    found = checked()

    assert (found.is_true, found.sampled) == (True, 2)


def test_the_command_says_what_differs_and_fails(market, capsys):
    call_command("search_check")
    SearchDocument.objects.filter(product_id=market.cup.pk).update(card={})

    with pytest.raises(SystemExit) as ended:
        call_command("search_check")

    assert ended.value.code == 1
    assert "0 missing, 0 too many, 1 out of date" in capsys.readouterr().out


@pytest.fixture
def elsewhere():
    """Another connection to the same database."""
    other = connections["default"].copy()
    yield other
    with other.cursor() as cursor:
        # The server may see only later that somebody has hung up.
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()


def test_two_do_not_rebuild_at_once(market, elsewhere):
    with elsewhere.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_lock(hashtextextended(%s, 0))",
            [f"comptoir.alone:{services.REBUILD}"],
        )

    with pytest.raises(BusyError):
        services.rebuild(NOW)
    with pytest.raises(CommandError, match="already"):
        call_command("search_rebuild")
