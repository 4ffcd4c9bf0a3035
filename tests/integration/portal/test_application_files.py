"""Papers of an application: its owner adds them, and who decides on it sees them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db import audit
from marketplace.db.models import AuditEvent
from marketplace.db.storage import private_storage
from marketplace.flows.export_sections import SECTIONS
from tests.integration.backoffice.conftest import operator
from tests.integration.portal.conftest import picture
from tests.integration.portal.test_rest import address
from vendors.models import Application, ApplicationFile, Vendor

PDF = b"%PDF-1.7 report %%EOF"


def paper(name: str = "EN 71.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def add(client: Client, *files: Any) -> Any:
    return client.post(address("portal-onboarding"), {"add": "yes", "papers": files})


@pytest.fixture
def sent_back(bindery: Vendor) -> Vendor:
    """A shop whose application was sent back with a question."""
    bindery.state = Vendor.State.APPLYING
    bindery.save()
    Application.objects.update(state="more_wanted", reason="Please send the report.")
    return bindery


def office(role: str) -> Client:
    client = Client()
    client.force_login(operator(role))
    return client


def test_a_file_is_added_and_seen_by_its_owner_and_who_decides(
    owner: Client, sent_back: Vendor
):
    added = add(owner, paper(), picture())

    names = [file.name for file in ApplicationFile.objects.all()]
    first = ApplicationFile.objects.all()[0]
    page = owner.get(added.url).text
    mine = owner.get(address("portal-application-file", public_id=first.public_id))
    theirs = reverse("office-application", args=[sent_back.public_id])
    desk = office("moderator").get(theirs).text
    where = reverse(
        "office-application-file", args=[sent_back.public_id, first.public_id]
    )
    handed = office("moderator").get(where)
    assert len(names) == 2
    assert names[0] in page
    assert where in desk
    for answer in (mine, handed):
        assert b"".join(answer.streaming_content) == PDF
        assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("person", ["orders", "catalogue", "finance", "other seller"])
def test_nobody_else_of_a_shop_opens_its_papers(
    owner: Client, browser_of: Callable[[str], Client], sent_back: Vendor, person: str
):
    add(owner, paper())
    where = address(
        "portal-application-file", public_id=ApplicationFile.objects.get().public_id
    )

    assert browser_of(person).get(where).status_code == 404


def test_the_papers_of_another_shop_are_not_there(owner: Client, sent_back: Vendor):
    add(owner, paper())
    file = ApplicationFile.objects.get()

    where = reverse("office-application-file", args=["sel_none", file.public_id])

    assert office("moderator").get(where).status_code == 404


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "Choose a file."),
        ([("a.exe", b"MZ")], "cannot be sent"),
        ([("a.pdf", b"%PDF-1.7 cut")], "is cut off"),
        ([(f"{n}.pdf", PDF) for n in range(6)], "at most 5 files"),
    ],
)
def test_what_cannot_be_added_says_why_and_keeps_nothing(
    owner: Client, sent_back: Vendor, files: list[tuple[str, bytes]], said: str
):
    answer = add(owner, *(paper(*each) for each in files))

    assert answer.status_code == 422
    assert said in answer.text
    assert not ApplicationFile.objects.exists()


def test_a_second_click_adds_a_file_once(owner: Client, sent_back: Vendor):
    add(owner, paper())
    add(owner, paper())

    assert ApplicationFile.objects.count() == 1


def test_two_equal_files_of_one_request_are_kept_once(owner: Client, sent_back: Vendor):
    add(owner, paper(), paper(), paper(content=PDF.replace(b"report", b"second")))

    assert ApplicationFile.objects.count() == 2


def test_a_file_of_another_size_is_told_apart_without_opening_it(
    owner: Client, sent_back: Vendor
):
    add(owner, paper())
    file = ApplicationFile.objects.get()
    private_storage().delete(str(file.file))

    add(owner, paper(content=PDF + b"\n"))

    assert ApplicationFile.objects.count() == 2


def test_a_paper_whose_row_is_undone_is_not_kept(
    owner: Client, sent_back: Vendor, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_args: object, **_of: object) -> None:
        raise OSError("full")

    add(owner, paper())
    before = private_storage().listdir("applications")
    monkeypatch.setattr(audit, "record", fail)

    with pytest.raises(OSError, match="full"):
        add(owner, paper("VAT.pdf"))

    assert ApplicationFile.objects.count() == 1
    assert private_storage().listdir("applications") == before


def test_papers_that_come_and_go_are_in_the_audit_trail(
    owner: Client, binder: User, sent_back: Vendor
):
    add(owner, paper(), paper("VAT.pdf"))
    add(owner, paper())
    gone = {"remove": ApplicationFile.objects.get(name="VAT.pdf").public_id}
    for _click in range(2):
        owner.post(address("portal-onboarding"), gone)

    told = AuditEvent.objects.filter(action__startswith="application.paper").order_by(
        "pk"
    )
    assert [(each.action, each.details) for each in told] == [
        ("application.papers_added", {"papers": ["EN 71.pdf", "VAT.pdf"]}),
        ("application.papers_removed", {"papers": ["VAT.pdf"]}),
    ]
    assert {(each.subject_label, each.actor_id) for each in told} == {
        ("Bindery", binder.pk)
    }


def test_a_sixth_file_is_refused(owner: Client, sent_back: Vendor):
    add(owner, *(paper(f"{n}.pdf") for n in range(5)))

    answer = add(owner, paper("more.pdf"))

    assert answer.status_code == 422
    assert ApplicationFile.objects.count() == 5


def test_a_file_is_removed_with_what_it_holds(
    owner: Client,
    sent_back: Vendor,
    django_capture_on_commit_callbacks: Callable[..., Any],
):
    add(owner, paper())
    file = ApplicationFile.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        owner.post(address("portal-onboarding"), {"remove": file.public_id})

    assert not ApplicationFile.objects.exists()
    assert not private_storage().exists(str(file.file))


def test_what_waits_for_a_decision_keeps_its_files(owner: Client, sent_back: Vendor):
    add(owner, paper())
    file = ApplicationFile.objects.get()
    Application.objects.update(state="submitted")

    owner.post(address("portal-onboarding"), {"remove": file.public_id})
    answer = add(owner, paper("more.pdf"))

    assert answer.status_code == 422
    assert ApplicationFile.objects.get() == file


def test_the_file_of_somebodys_data_names_the_papers_of_their_shop(
    owner: Client, sent_back: Vendor, binder: User, anna: User
):
    add(owner, paper())

    told = SECTIONS["application-files"]

    assert [row["name"] for row in told(binder)] == ["EN 71.pdf"]
    assert list(told(anna)) == []
