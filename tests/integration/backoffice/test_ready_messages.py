"""Messages to whoever applies that need not be written anew."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from marketplace.db.models import AuditEvent
from marketplace.flows.keep_office_answers import (
    remove_office_answer,
    save_office_answer,
)
from tests.factories import NOW, UserFactory, seller
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.beside import Beside
from vendors.models import Application, Member, OfficeAnswer, Vendor
from vendors.services import office_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def applicant() -> Vendor:
    """A shop that applies; its owner reads German."""
    vendor: Vendor = seller("Bakery").vendor
    Vendor.objects.filter(pk=vendor.pk).update(contact_name="Anna")
    Member.objects.filter(vendor=vendor).delete()
    Member.objects.create(
        vendor=vendor, user=UserFactory.create(language="de"), role="owner", since=NOW
    )
    Application.objects.create(vendor=vendor, state="submitted", submitted_at=NOW)
    return vendor


@pytest.fixture
def client(as_operator: SignedIn) -> Client:
    return as_operator("moderator")


def page_of(vendor: Vendor) -> str:
    return reverse("office-application", args=[vendor.public_id])


def keep(client: Client, answer: OfficeAnswer | None = None, **said: str):
    where = reverse("office-answers")
    if answer is not None:
        where = reverse("office-answer", args=[answer.pk])
    return client.post(where, said)


def test_a_message_of_ours_is_in_the_language_of_whoever_applies(
    applicant: Vendor, client: Client
) -> None:
    page = client.get(page_of(applicant))

    welcome, again, refused = page.context["ready"]
    assert welcome.title == "Welcome, with first steps"
    assert welcome.text.startswith("Guten Tag Anna, willkommen auf dem Marktplatz.")
    assert "Bakery ist offen" in welcome.text
    # A shop that is paid at the bank has nothing to tell Stripe.
    assert "Stripe" not in welcome.text
    assert [each.text[:15] for each in (again, refused)] == ["Guten Tag Anna,"] * 2


def test_a_message_is_put_below_what_was_typed_and_ticks_stay(
    applicant: Vendor, client: Client
) -> None:
    kept = OfficeAnswer.objects.create(
        title="Soon", text="{shop}: soon, {name}.", changed_at=NOW
    )
    typed = {"reason": "Dear baker", "sentences": ["page"], "ready": "yes"} | {
        "which": str(kept.pk)
    }

    once = client.post(page_of(applicant), typed)
    text = once.context["form"]["reason"].value()
    twice = client.post(page_of(applicant), typed | {"reason": text})

    assert text == "Dear baker\n\nBakery: soon, Anna."
    assert once.context["form"]["sentences"].value() == ["page"]
    assert twice.context["form"]["reason"].value() == text
    assert Application.objects.get().state == "submitted"


def test_a_message_that_nobody_keeps_changes_nothing(
    applicant: Vendor, client: Client
) -> None:
    page = client.post(
        page_of(applicant), {"reason": "Hello", "ready": "yes", "which": "no\0"}
    )

    assert page.context["form"]["reason"].value() == "Hello"


def test_messages_are_kept_changed_and_taken_away_and_the_log_says_so(
    client: Client,
) -> None:
    keep(client, title="Soon", text="Today.")
    kept = OfficeAnswer.objects.get()
    keep(client, kept, title="Soon", text="Tomorrow.")
    kept.refresh_from_db()
    listed = client.get(reverse("office-answers")).text
    gone = reverse("office-answer-remove", args=[kept.pk])
    for _click in range(2):
        client.post(gone)

    assert kept.text == "Tomorrow."
    assert "Tomorrow." in listed
    assert not OfficeAnswer.objects.exists()
    assert client.get(reverse("office-answer", args=[kept.pk])).status_code == 404
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        *["office_answer.saved"] * 2,
        "office_answer.removed",
    ]


def test_two_messages_have_no_name_in_common_and_nothing_is_lost(
    client: Client,
) -> None:
    keep(client, title="Soon", text="Today.")

    answer = keep(client, title="SOON", text="Tomorrow.")

    assert answer.status_code == 422
    assert "Another message has this name." in answer.text
    assert "Tomorrow.</textarea>" in answer.text
    assert OfficeAnswer.objects.get().text == "Today."


def test_there_are_only_so_many(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_answers, "MOST_ANSWERS", 1)
    keep(client, title="Soon", text="Today.")

    answer = keep(client, title="Later", text="Tomorrow.")

    assert "take one away first" in answer.text
    assert OfficeAnswer.objects.count() == 1


def test_a_message_that_was_taken_away_does_not_come_back() -> None:
    stale = OfficeAnswer.objects.create(title="Soon", text="Today.", changed_at=NOW)
    operator = UserFactory.create(is_staff=True)
    remove_office_answer(answer=stale, operator_id=operator.pk, now=NOW)

    with pytest.raises(office_answers.OfficeAnswerGoneError):
        save_office_answer(
            title="Soon", text="Now.", answer=stale, operator_id=operator.pk, now=NOW
        )

    assert not OfficeAnswer.objects.exists()
    assert AuditEvent.objects.count() == 1


def test_a_row_that_the_database_refuses_is_not_told_as_a_name() -> None:
    with pytest.raises(IntegrityError):
        office_answers.save_answer(title="Soon", text="", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_pass_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_answers, "MOST_ANSWERS", 1)
    with transaction.atomic():
        office_answers.save_answer(title="Soon", text="Today.", now=NOW)
        second = Beside(
            lambda: office_answers.save_answer(title="Later", text="No.", now=NOW)
        )
        assert second.waits()

    with pytest.raises(office_answers.OfficeAnswerError):
        second.result()
    assert OfficeAnswer.objects.get().title == "Soon"


@pytest.mark.parametrize("role", ["finance", "support"])
def test_only_who_decides_keeps_them(role: str, as_operator: SignedIn) -> None:
    answer = keep(as_operator(role), title="Soon", text="Today.")

    assert answer.status_code == 403
    assert not OfficeAnswer.objects.exists()
