"""Somebody takes home what we keep of them: all of it, and nobody else."""

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.flows import login as records
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import DataExport, User
from marketplace.db import clock
from marketplace.db.models import AuditEvent, Outbox
from marketplace.flows import erase_person, export_person, export_sections
from marketplace.jobs import sweeps
from marketplace.jobs.mails import letters_about
from marketplace.jobs.topics import MESSAGES
from tests.integration.sale import (
    Sale,
    confirm_address,
    make_offer,
    make_seller,
    make_user,
    pay_for,
)

NOW = datetime.fromisoformat("2026-11-25T10:00:00+00:00")

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    anna = make_user("anna", first_name="Anna")
    confirm_address(anna)
    return anna


@pytest.fixture
def sale(anna: User) -> Sale:
    bakery = make_seller("Bakery")
    boris = make_user("boris")
    jam = make_offer(bakery, "Jam", cents=300)
    pay_for({bakery: {jam: 1}}, user=boris)
    return pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}}, user=anna)


def made(anna: User) -> DataExport:
    export = export_person.ask_export(user=anna, now=NOW)
    [message] = Outbox.objects.filter(topic=export_person.TOPIC)
    MESSAGES[export_person.TOPIC](message)
    export.refresh_from_db()
    return export


def opened(export: DataExport) -> dict[str, str]:
    with zipfile.ZipFile(export.file.path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def with_password(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    session = client.session
    shown = {"method": "password", "reauthenticated": True}
    shown["at"] = clock.now().timestamp()
    session[records.AUTHENTICATION_METHODS_SESSION_KEY] = [shown]
    session["account_authentication_methods_user"] = str(anna.pk)
    session.save()
    return client


def test_every_table_that_names_a_person_is_in_the_file_or_says_why_not() -> None:
    tables = {
        model._meta.label_lower
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.remote_field and field.remote_field.model is User
    }

    known = {*export_sections.EXPORTED, *export_sections.NOT_EXPORTED}
    # What operators did with money stands in the audit section.
    assert {name for name in tables if not name.startswith("payouts.")} == known
    assert set(export_sections.EXPORTED.values()) <= set(export_sections.SECTIONS)
    assert set(export_sections.TITLES) == set(export_sections.SECTIONS)


def test_the_file_has_what_is_theirs_and_nothing_of_others(
    anna: User, sale: Sale
) -> None:
    apps.get_model("address.useraddress").objects.create(
        user=anna, line1="1 Quay", country_id="BE", phone_number="+3225550123"
    )

    files = opened(made(anna))

    [order] = json.loads(files["orders.json"])
    assert order["number"] == sale.order.number
    assert [thing["title"] for thing in order["things"]] == ["Loaf"]
    assert json.loads(files["account.json"])[0]["email"] == "anna@example.org"
    assert "Loaf" in files["index.html"]
    assert json.loads(files["addresses.json"])[0]["phone_number"] == "+3225550123"
    assert "boris" not in "".join(files.values())
    assert "Jam" not in "".join(files.values())
    assert "password" not in files["account.json"].replace("has_password", "")


def test_its_page_is_in_the_language_of_its_owner(anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(language="fr")
    anna.refresh_from_db()

    export = made(anna)

    page = opened(export)["index.html"]
    assert export.made_at
    assert '<html lang="fr">' in page
    assert "Vos données" in page
    assert f"{export.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" in page


def test_its_owner_is_told_and_downloads_it_with_their_password(anna: User) -> None:
    export = made(anna)
    where = reverse("account-export-file", kwargs={"public_id": export.public_id})
    unsure = Client()
    unsure.force_login(anna)

    door = unsure.get(where)
    file = with_password(anna).get(where)
    content = b"".join(file.streaming_content)

    told = Outbox.objects.get(topic="mail")
    assert told.payload["kind"] == "export_ready"
    assert door["Location"].startswith(reverse("account_reauthenticate"))
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert content[:2] == b"PK"
    assert AuditEvent.objects.get().action == "account.export_asked"


def test_nobody_else_gets_it(anna: User) -> None:
    where = reverse("account-export-file", kwargs={"public_id": made(anna).public_id})

    assert with_password(make_user("boris")).get(where).status_code == 404
    assert Client().get(where)["Location"].startswith(reverse("account_login"))


def test_one_a_day_is_made(anna: User) -> None:
    client = Client()
    client.force_login(anna)

    for _ in "12":
        client.post(reverse("account-export"))
    page = client.get(reverse("account-data")).content.decode()

    assert DataExport.objects.count() == 1
    assert "One file a day can be made." in page
    assert "It is being made." in page


def test_the_file_is_deleted_when_its_days_are_over(anna: User) -> None:
    export = made(anna)
    file = Path(export.file.path)

    over = export.expires_at
    assert over is not None
    sweeps.erasures(over - timedelta(seconds=1))
    kept = file.exists()
    sweeps.erasures(over)

    assert (kept, file.exists()) == (True, False)


def test_a_file_goes_with_its_owner_but_not_before_the_commit(
    anna: User, django_capture_on_commit_callbacks: Callable[[], Any]
) -> None:
    file = Path(made(anna).file.path)
    erasure = erase_person.ask_erasure(user=anna, grace_days=0, now=NOW)

    with django_capture_on_commit_callbacks() as after:
        erase_person.erase(erasure_id=erasure.pk, now=NOW)
    kept = file.exists()
    for step in after:
        step()

    assert (kept, file.exists()) == (True, False)


def test_what_is_gone_or_called_off_is_no_mail(anna: User) -> None:
    export = made(anna)
    erasure = erase_person.ask_erasure(user=anna, grace_days=14, now=NOW)
    erase_person.cancel_erasure(erasure=erasure, now=NOW)
    export.delete()

    letters = [
        letters_about(message.payload)
        for message in Outbox.objects.filter(topic="mail").order_by("pk")
    ]

    assert letters == [[], []]


def test_a_run_that_dies_leaves_no_second_file(anna: User) -> None:
    export = export_person.ask_export(user=anna, now=NOW)
    before = transaction.savepoint()
    export_person.make_export(export_id=export.pk, keep_days=7, now=NOW)
    transaction.savepoint_rollback(before)

    export_person.make_export(export_id=export.pk, keep_days=7, now=NOW)

    export.refresh_from_db()
    file = Path(export.file.path)
    assert export.file.name == export.stored_as
    assert list(file.parent.glob(f"{export.public_id}*")) == [file]


def test_a_message_that_comes_twice_makes_one_file(anna: User) -> None:
    export = made(anna)
    name = export.file.name

    export_person.make_export(export_id=export.pk, keep_days=7, now=NOW)

    export.refresh_from_db()
    assert export.file.name == name
    assert Outbox.objects.filter(topic="mail").count() == 1
