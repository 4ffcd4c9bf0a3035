"""Papers of an application are decided one by one, beside the word on all of it."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from marketplace.db import clock
from marketplace.db.models import AuditEvent
from marketplace.jobs.mails.sellers import application_decided
from tests.factories import NOW, seller
from tests.integration.backoffice.conftest import SignedIn
from vendors.models import Application, ApplicationFile, Vendor
from vendors.services.application_files import add_files

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 report %%EOF"


@pytest.fixture
def applicant() -> Vendor:
    """A shop whose application waits with two papers."""
    vendor: Vendor = seller("Bakery").vendor
    Vendor.objects.filter(pk=vendor.pk).update(state="applying")
    asked = Application.objects.create(vendor=vendor)
    files = [
        (name, ContentFile(PDF + name.encode() + b"%%EOF", name=name))
        for name in ("oven.pdf", "flour.pdf")
    ]
    add_files(vendor=vendor, files=files, now=NOW, stored=[])
    asked.state, asked.submitted_at = Application.State.SUBMITTED, NOW
    asked.save()
    return vendor


def page_of(vendor: Vendor) -> str:
    return reverse("office-application", args=[vendor.public_id])


def paper(name: str = "oven.pdf") -> ApplicationFile:
    return ApplicationFile.objects.get(name=name)


def press(client: Client, vendor: Vendor, state: str, seen: str = "", **typed: str):
    found = paper()
    why = {f"why-{found.public_id}": typed.pop("why")} if "why" in typed else {}
    chosen = f"{found.public_id}:{seen or found.state}:{state}"
    given = {"paper": chosen, **why, **typed}
    return client.post(page_of(vendor), given)


def test_a_paper_is_accepted_by_itself_and_put_back_to_decide(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    client = as_operator("moderator")

    answer = press(client, applicant, "accepted")
    accepted = (paper().state, paper("flour.pdf").state)
    shown = client.get(page_of(applicant)).text
    press(client, applicant, "waiting")

    assert answer.url == f"{page_of(applicant)}#papers"
    assert accepted == ("accepted", "waiting")
    assert "Decide anew" in shown
    assert (paper().state, paper().decided_at, paper().decided_by) == (
        "waiting",
        None,
        None,
    )
    told = AuditEvent.objects.order_by("pk").values_list("action", "details")
    assert list(told) == [
        ("application.paper_accepted", {"papers": ["oven.pdf"]}),
        ("application.paper_waiting", {"papers": ["oven.pdf"]}),
    ]


def test_a_paper_is_refused_for_a_reason_that_its_sender_reads_in_the_mail(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    client = as_operator("moderator")

    without = press(client, applicant, "refused")
    before = paper().state
    press(client, applicant, "refused", why="Page two is cut off.")
    Application.objects.update(state="more_wanted", reason="See there.")

    (letter,) = application_decided(vendor=applicant.pk)
    assert without.status_code == 302
    assert before == "waiting"
    assert (paper().state, paper().reason) == ("refused", "Page two is cut off.")
    assert list(letter.context["refused"]) == [paper()]


def test_a_message_that_was_begun_stands_while_papers_are_decided(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    other = paper("flour.pdf").public_id

    answer = press(
        as_operator("moderator"),
        applicant,
        "accepted",
        reason="Dear baker",
        sentences="page",
        **{f"why-{other}": "Too dark"},
    )

    assert answer.status_code == 200
    assert paper().state == "accepted"
    assert "Dear baker</textarea>" in answer.text
    assert "Too dark</textarea>" in answer.text
    assert answer.context["form"]["sentences"].value() == ["page"]


@pytest.mark.parametrize("state", ["burnt", "", "refused:accepted"])
def test_what_no_button_says_is_not_there(
    state: str, applicant: Vendor, as_operator: SignedIn
) -> None:
    answer = press(as_operator("moderator"), applicant, state, why="No.")

    assert answer.status_code == 404
    assert paper().state == "waiting"


def test_the_paper_of_another_application_is_not_there(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    other = seller("Mill").vendor
    Application.objects.create(vendor=other, state="submitted", submitted_at=NOW)

    answer = press(as_operator("moderator"), other, "accepted")

    assert answer.status_code == 404
    assert paper().state == "waiting"


def test_once_the_application_is_decided_its_papers_stay(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    Application.objects.update(
        state="approved", decided_at=NOW + timedelta(hours=1), reason=""
    )

    client = as_operator("moderator")
    answer = press(client, applicant, "accepted")

    assert paper().state == "waiting"
    assert "while their application waits" in client.get(answer.url).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "accepted"},
        {"state": "waiting", "decided_at": NOW},
        {"state": "refused", "decided_at": NOW},
    ],
)
def test_the_database_keeps_no_paper_half_decided(
    wrong: dict[str, object], applicant: Vendor
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationFile.objects.update(**wrong)


def test_who_comes_back_is_marked_with_what_they_bring_anew(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    client = as_operator("moderator")
    first = client.get(page_of(applicant)).context["came_back"]
    client.post(page_of(applicant), {"decision": "ask", "sentences": ["page"]})
    later = clock.now() + timedelta(hours=1)
    file = ContentFile(PDF, name="bill.pdf")
    add_files(vendor=applicant, files=[("bill.pdf", file)], now=later, stored=[])
    Application.objects.update(state="submitted", submitted_at=later)

    again = client.get(page_of(applicant)).context["came_back"]

    assert (first, again) == ("", "Came back with 1 new document")


def test_a_paper_bears_the_digest_of_what_it_says(applicant: Vendor) -> None:
    digests = {each.digest for each in ApplicationFile.objects.all()}

    assert len(digests) == 2
    assert all(len(each) == 64 for each in digests)


@pytest.mark.parametrize("first", ["accepted", "refused"])
def test_who_decides_a_paper_second_is_told_and_changes_nothing(
    first: str, applicant: Vendor, as_operator: SignedIn
) -> None:
    press(as_operator("moderator"), applicant, first, why="Cut off.")
    other = "refused" if first == "accepted" else "accepted"

    client = as_operator("moderator")
    answer = press(client, applicant, other, seen="waiting", why="Too dark.")

    assert paper().state == first
    assert paper().reason == ("Cut off." if first == "refused" else "")
    shown = client.get(page_of(applicant)) if answer.status_code == 302 else answer
    assert "was decided meanwhile" in shown.text
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize("why", ["\u200b", "\u2800 \u2800", "\u3164"])
def test_a_reason_that_nobody_sees_refuses_no_paper(
    why: str, applicant: Vendor, as_operator: SignedIn
) -> None:
    press(as_operator("moderator"), applicant, "refused", why=why)

    assert paper().state == "waiting"
