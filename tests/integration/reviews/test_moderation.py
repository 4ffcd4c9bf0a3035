"""What is reported stays until a moderator hides it; then it counts nowhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from frontend import reporting
from marketplace.accounts.models import User
from marketplace.db.limits import Limit
from marketplace.db.models import AuditEvent, Decision, Outbox
from marketplace.flows.confirm_receipt import give_note
from reviews.models import ModerationCase, SellerNote
from reviews.services import Note
from tests.integration.backoffice.conftest import operator
from tests.integration.sale import Sale, make_user, moment
from vendors.models import Vendor, VendorOrder

NOW = moment("2026-11-25 10:00")


@pytest.fixture
def note(sale: Sale) -> SellerNote:
    VendorOrder.objects.update(state=VendorOrder.State.RECEIVED)
    said = Note(score=1, text="A thief.", aspects={"packing": 2}, author_name="Anna P.")
    return give_note(part=sale.part, note=said, now=NOW)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def owner_of(vendor: Vendor) -> Client:
    return signed_in(vendor.members.get(role="owner").user)


def report(client: Client, note: SellerNote, **form: str):
    where = reverse("portal-note-report", args=["bakery", note.public_id])
    return client.post(where, {"kind": "abuse", "text": "An insult.", **form})


def waits_of_mails() -> list[timedelta]:
    mails = Outbox.objects.filter(payload__kind="words_decided")
    return [mail.available_at - mail.created_at for mail in mails]


def take_back(client: Client):
    batch = Decision.objects.latest("pk").batch
    return client.post(reverse("office-undo"), {"batch": str(batch)}, follow=True)


def counted(vendor: Vendor) -> tuple[str, int, int]:
    vendor.partner.refresh_from_db()
    partner = vendor.partner
    return str(partner.note_mean), partner.note_count, partner.score


def ratings_page() -> str:
    where = reverse("seller", args=["bakery"])
    return Client().get(where, {"tab": "ratings"}).content.decode()


def test_a_reported_note_is_hidden_and_taken_back(note: SellerNote, bakery: Vendor):
    shop, moderator = owner_of(bakery), signed_in(operator("moderator"))
    before = counted(bakery)
    report(shop, note)
    report(shop, note)
    case = ModerationCase.objects.get()
    where = reverse("office-review", args=[case.public_id])
    queue = moderator.get(reverse("office-reviews"))
    page = moderator.get(where).content.decode()
    still = ratings_page()

    unfounded = moderator.post(where, {"decision": "hide"})
    done = moderator.post(where, {"decision": "hide", "sentences": "abuse"})

    assert (queue.url, case.reports.count()) == (where, 1)
    assert "An insult." in page
    assert "A thief." in still
    assert unfounded.status_code == 422
    assert "Say why: it is kept with the decision." in unfounded.content.decode()
    case.refresh_from_db()
    assert (case.state, case.reason) == ("hidden", "It insults or threatens a person.")
    assert counted(bakery) == ("None", 0, 50)
    hidden = ratings_page()
    assert ("A thief." in hidden, "Nobody has rated this" in hidden) == (False, True)
    assert "is hidden." in moderator.get(done.url).content.decode()
    assert waits_of_mails() == [timedelta(seconds=30)]

    take_back(moderator)

    case.refresh_from_db()
    assert (case.state, case.reason, counted(bakery)) == ("open", "", before)
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    told = [each for each in actions if each.startswith("review.")]
    assert told == [
        *("review.reported", "review.reported"),
        *("review.hidden", "review.taken_back"),
    ]
    assert waits_of_mails() == []


def test_what_was_hidden_long_ago_is_decided_again_and_both_are_kept(
    note: SellerNote, bakery: Vendor
):
    moderator = signed_in(operator("moderator"))
    before = counted(bakery)
    report(owner_of(bakery), note)
    first = ModerationCase.objects.get()
    where = reverse("office-review", args=[first.public_id])
    again = reverse("office-review-again", args=[first.public_id])
    early = moderator.post(again, follow=True).content.decode()
    moderator.post(where, {"decision": "hide", "sentences": "abuse"})
    Decision.objects.all().delete()  # its time is over

    waits = moderator.post(again)
    twice = moderator.post(again)
    page = moderator.get(waits.url).content.decode()
    still = counted(bakery)
    moderator.post(waits.url, {"decision": "keep", "reason": "Harsh, no more."})

    assert "This waits for a decision already." in early
    assert waits.url == twice.url != where
    assert ("It insults or threatens a person." in page, where in page) == (True, True)
    assert (still, counted(bakery)) == (("None", 0, 50), before)
    states = ModerationCase.objects.order_by("pk").values_list("state", "reason")
    assert list(states) == [
        ("hidden", "It insults or threatens a person."),
        ("kept", "Harsh, no more."),
    ]
    assert len(waits_of_mails()) == 2


def test_a_kept_note_stays_and_a_newer_report_bars_the_undoing(
    note: SellerNote, bakery: Vendor
):
    shop, moderator = owner_of(bakery), signed_in(operator("moderator"))
    before = counted(bakery)
    report(shop, note)
    first = ModerationCase.objects.get()
    where = reverse("office-review", args=[first.public_id])

    moderator.post(where, {"decision": "keep", "reason": "Harsh, no more."})
    report(shop, note, kind="false")
    undone = take_back(moderator)

    assert counted(bakery) == before
    assert waits_of_mails() == []
    assert "It was reported again since: decide that." in undone.content.decode()
    assert set(ModerationCase.objects.values_list("state", flat=True)) == {
        *("kept", "open")
    }


def test_a_report_needs_a_kind_and_a_shop_reports_its_own_notes_alone(
    note: SellerNote, bakery: Vendor
):
    stranger = signed_in(make_user("boris"))

    asked = report(owner_of(bakery), note, kind="")
    refused = report(stranger, note)

    assert "Choose what is wrong with it." in asked.content.decode()
    assert refused.status_code == 404
    assert not ModerationCase.objects.exists()


def test_nobody_reports_without_end(
    note: SellerNote, bakery: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reporting, "REPORTS", Limit(most=1, seconds=3600))
    shop = owner_of(bakery)
    report(shop, note)

    answer = report(shop, note, kind="false")

    assert "You have reported a lot." in answer.content.decode()
    assert ModerationCase.objects.get().reports.count() == 1


def test_what_leads_elsewhere_is_published_by_a_moderator(sale: Sale, bakery: Vendor):
    VendorOrder.objects.update(state=VendorOrder.State.RECEIVED)
    give_note(part=sale.part, note=Note(score=5, text="Ask +32 475 12 34 56"), now=NOW)
    assert counted(bakery)[:2] == ("None", 0)
    moderator = signed_in(operator("moderator"))
    case = ModerationCase.objects.get()

    moderator.post(
        reverse("office-review", args=[case.public_id]),
        {"decision": "keep", "sentences": "fine"},
    )

    assert counted(bakery)[:2] == ("4.17", 1)
    sent = Outbox.objects.get(payload__kind="words_decided")
    assert sent.payload["case"] == case.pk


def test_several_are_hidden_with_one_reason_and_taken_back_together(
    note: SellerNote, bakery: Vendor
):
    shop, moderator = owner_of(bakery), signed_in(operator("moderator"))
    report(shop, note)
    decided = ModerationCase.objects.get()
    signed_in(operator("moderator")).post(
        reverse("office-review", args=[decided.public_id]),
        {"decision": "keep", "reason": "Harsh."},
    )
    report(shop, note, kind="false")
    waiting = ModerationCase.objects.get(state="open")
    where = reverse("office-reviews-bulk")
    both = [decided.public_id, waiting.public_id]

    foreign = signed_in(operator("finance")).post(where, {"case": both})
    nothing = moderator.post(where, {"case": ["\0"], "decision": "hide"}, follow=True)
    asked = moderator.post(where, {"case": both, "decision": "hide"})
    without = moderator.post(where, {"case": both, "decision": "hide", "said": "yes"})
    unchanged = set(ModerationCase.objects.values_list("state", flat=True))
    given = {"case": both, "decision": "hide", "said": "yes", "sentences": "abuse"}
    done = moderator.post(where, given, follow=True)
    again = moderator.post(where, given, follow=True)

    assert (foreign.status_code, asked.status_code, without.status_code) == (
        *(403, 200, 422),
    )
    assert "Choose at least one of them." in nothing.content.decode()
    assert "Say why: it is kept with the decision." in without.content.decode()
    assert unchanged == {"kept", "open"}
    assert "let this stand" in done.content.decode()
    assert "hid this" in again.content.decode()
    assert counted(bakery) == ("None", 0, 50)

    take_back(moderator)

    waiting.refresh_from_db()
    assert (waiting.state, counted(bakery)[1]) == ("open", 1)


def test_a_reason_is_said_to_be_needed_before_it_is(note: SellerNote, bakery: Vendor):
    report(owner_of(bakery), note)
    moderator = signed_in(operator("moderator"))
    where = reverse("office-review", args=[ModerationCase.objects.get().public_id])

    before = moderator.get(where)
    refused = moderator.post(where, {"decision": "keep"})

    assert "needed if nothing above is ticked" in before.text
    assert refused.status_code == 422
    assert ModerationCase.objects.get().state == "open"


def test_a_stale_page_says_who_has_decided(note: SellerNote, bakery: Vendor):
    report(owner_of(bakery), note)
    case = ModerationCase.objects.get()
    where = reverse("office-review", args=[case.public_id])
    first, second = (signed_in(operator("moderator")) for _ in range(2))
    first.post(where, {"decision": "keep", "reason": "Harsh, no more."})

    late = second.post(where, {"decision": "hide", "reason": "An insult."})

    case.refresh_from_db()
    assert (late.status_code, case.state) == (422, "kept")
    assert "let this stand" in late.content.decode()
    assert "What you chose was not done." in late.content.decode()
