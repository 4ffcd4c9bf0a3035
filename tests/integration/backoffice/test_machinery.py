"""The page of the system: what does not run is said here as on the overview."""

import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from frontend.backoffice.switches import switches
from marketplace.db import clock
from marketplace.db.models import NightlyRun, Outbox
from marketplace.db.nights import NIGHTLY, NightState, night_of
from search.backends import engines
from search.backends.breaker import Breaker
from tests.factories import WebhookFactory, seller
from tests.integration.backoffice.conftest import SignedIn
from vendors.models import ImportJob
from vendors.services.webhook_news import send_test

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "configuration.md"
VARIABLES = re.findall(r"^\| `([A-Z_]+)` \|", GUIDE.read_text(), re.MULTILINE)
# What the page says as it is set: nothing in it can be a secret.
SAID = {"CURRENCY", "TIME_ZONE"}


def message(topic: str, *, due: timedelta, error: str = "") -> None:
    Outbox.objects.create(
        topic=topic,
        key=f"{topic}:{due}",
        payload={"kind": "message"} if topic == "mail" else {},
        created_at=clock.now(),
        available_at=clock.now() + due,
        attempts=int(bool(error)),
        error=error,
    )


def night(job: str, *, ago: int, is_done: bool) -> None:
    """Let a job have been begun so many nights ago."""
    now = clock.now()
    NightlyRun.objects.create(
        job=job,
        night=night_of(job, now) - timedelta(days=ago),
        tried_at=now,
        done_at=now if is_done else None,
    )


def test_all_is_well_where_nothing_waits(as_operator: SignedIn):
    page = as_operator("support").get(reverse("office-system"))

    assert {row.title: list(row.faults) for row in page.context["rows"]} == {
        "Database": [],
        "Valkey": [],
        "Search engine": [],
        "Workers": [],
        "Payment provider": [],
        "Mail": [],
    }
    assert "Everything is running" in page.text
    assert "Nothing: every mail" in page.text
    assert {each.state for _name, each in page.context["nights"]} == {NightState.NEW}


def test_what_waits_in_tables_of_its_own_is_counted(as_operator: SignedIn):
    now, shop = clock.now(), seller("Bakery").vendor
    for is_on in (True, False):
        webhook = WebhookFactory.create(vendor=shop, is_on=is_on)
        for hours in (-2, -1, 1):
            test = send_test(webhook=webhook, now=now)
            test.next_try_at = now + timedelta(hours=hours)
            test.save()
    # Left in peace: what waits for it is not due, however long ago it would have been.
    resting = WebhookFactory.create(vendor=shop)
    send_test(webhook=resting, now=now - timedelta(days=1))
    resting.rests_until = now + timedelta(hours=1)
    resting.save()
    since = now - timedelta(hours=3)
    for state in ("waiting", "planned", "finished"):
        ImportJob.objects.create(vendor=shop, state=state, created_at=since)

    page = as_operator("support").get(reverse("office-system"))

    assert [
        (name, each.due, each.later, each.oldest)
        for name, each in page.context["waiting"]
    ] == [
        ("What sellers’ webhooks are told", 2, 2, now - timedelta(hours=2)),
        ("Imports of sellers", 1, 0, since),
    ]
    told = [fault.words for fault in page.context["faults"]]
    assert told == ["2 webhook messages wait for 2 h"]


def test_what_is_not_well_is_said_as_on_the_overview(
    as_operator: SignedIn, settings, monkeypatch
):
    settings.ELASTICSEARCH_URL = "http://hush:hush@127.0.0.1:1"
    monkeypatch.setattr(engines, "breaker", Breaker(failures=sys.maxsize))
    client, late, failed = as_operator("support"), *list(NIGHTLY)[:2]
    with clock.stopped_at(clock.now().replace(hour=12)):
        message("mail", due=timedelta(hours=1), error="SMTPError('key=hush')")
        message("payment.succeeded", due=-timedelta(hours=2))
        message("payment.succeeded", due=timedelta(hours=2))
        for job in (late, failed):
            night(job, ago=3, is_done=True)
            night(job, ago=2, is_done=True)
        night(failed, ago=0, is_done=False)

        page = client.get(reverse("office-system"))
        overview = client.get(reverse("office-home"))

    faults = page.context["faults"]
    assert [(fault.words, fault.route) for fault in faults] == [
        ("1 mail not sent", "office-failures"),
        ("1 job waits for 2 h", "office-system"),
        ("2 jobs of the night are not done", "office-system"),
        ("The search engine does not answer", "office-system"),
    ]
    assert overview.context["faults"] == faults
    assert all(fault.words in page.text for fault in faults)
    assert "last to fail: somebody has written" in page.text
    assert "hush" not in page.text
    assert [each.state for _name, each in page.context["nights"]][:2] == [
        *("late", "failed")
    ]
    assert [
        (name, each.due, each.later, each.failed)
        for name, each in page.context["waiting"]
    ] == [("A paid order", 1, 1, 0), ("Mail", 0, 1, 1)]


def test_switches_name_variables_and_hold_no_secret(settings):
    hushed = [name for name in VARIABLES if name not in SAID]
    for name in [*hushed, "EMAIL_HOST", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"]:
        if isinstance(getattr(settings, name, None), str):
            setattr(settings, name, f"hush-{name}")

    told = switches(ahead_seconds=0)

    assert len(hushed) > 50
    assert "hush" not in " ".join(f"{each.title} {each.says}" for each in told)
    assert {name for each in told for name in each.names} <= set(VARIABLES)
