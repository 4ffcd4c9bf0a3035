"""The office answers banks, and says who bears what was lost."""

import pytest
from django.test import Client
from django.urls import reverse

from frontend.templatetags.papers import way
from marketplace.db import clock
from marketplace.db.models import AuditEvent, Outbox
from payouts.models import (
    Dispute,
    DisputeEvidence,
    Document,
    MoneyCommand,
    Settlement,
    SettlementHold,
)
from payouts.services import documents
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.disputed import charge_back
from tests.integration.documents.papers import complete, issue
from tests.integration.enter import enter_in
from tests.integration.portal.conftest import make_member
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for

NOW = moment("2026-11-24 09:12")
pytestmark = pytest.mark.django_db


@pytest.fixture
def sale() -> Sale:
    """A loaf for 9.00 and 4.90 delivery, bought by a guest."""
    bakery = make_seller("Bakery")
    return pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}})


def page_of(told: Dispute) -> str:
    return reverse("office-dispute", args=[told.public_id])


def shares(sale: Sale, **changes: str) -> dict[str, str]:
    key = Settlement.objects.get(vendor_order=sale.part).pk
    return {
        f"amount_{key}": "13.90",
        f"bearer_{key}": "vendor",
        f"fee_{key}": "20.00",
        "decision": "It was never sent.",
        "how": "share",
        **changes,
    }


def test_evidence_is_gathered_from_the_order(sale: Sale, as_operator: SignedIn):
    told = charge_back(sale, at=NOW)

    page = as_operator("finance").get(page_of(told)).text
    hold = SettlementHold.objects.get()

    assert hold.reason == "Disputed at the bank: Not received"
    assert "The bank: it waits for evidence" in page
    assert "needs_response" not in page
    assert "2 × Loaf (Bakery)" in page
    # Enter in a line keeps what was mended.
    assert enter_in(page, "shipping_carrier") == "how=save"
    assert f"Order {sale.order.number}, placed" in page
    assert "Elsensesteenweg 214" in page
    assert "The buyer reported no problem to us." in page


def test_evidence_is_kept_in_versions_and_sent_once(sale: Sale, as_operator: SignedIn):
    told = charge_back(sale, at=NOW)
    client = as_operator("finance")
    texts = {"uncategorized_text": "It was sent."}

    for how in ("save", "send", "send"):
        client.post(page_of(told), {**texts, "how": how})

    version = DisputeEvidence.objects.get()
    command = MoneyCommand.objects.get(kind="dispute_evidence")
    assert (version.texts, version.state) == (texts, "sending")
    assert command.payload["evidence"] == texts
    assert AuditEvent.objects.filter(action="dispute.answered").count() == 2


def test_a_lost_one_is_shared_out_with_its_reason(sale: Sale, as_operator: SignedIn):
    told = charge_back(sale, at=NOW, status="lost")
    client = as_operator("finance")

    asked = client.get(page_of(told)).text
    late = {"how": "save", "uncategorized_text": "It was sent."}
    refused = client.post(page_of(told), late, follow=True)
    answers = [client.post(page_of(told), shares(sale)) for _ in range(2)]

    told.refresh_from_db()
    settlement = Settlement.objects.get()
    vendor = sale.part.vendor
    theirs = Client()
    theirs.force_login(make_member(vendor, "finance"))
    seen = theirs.get(reverse("portal-dispute", args=[vendor.handle, told.public_id]))
    assert "your reserve, if you have one, covers what that does not" in seen.text
    assert "Out of what is held" in asked
    assert "at most €13.90" in asked
    # What cannot be taken back needs its own button.
    assert enter_in(asked, f"amount_{settlement.pk}") == "how=look"
    assert "answered or decided meanwhile" in refused.text
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (told.decision, settlement.state) == ("It was never sent.", "cancelled")
    share = told.allocations.get()
    assert (share.amount_minor, share.fee_minor, share.bearer) == (1390, 2000, "vendor")
    assert Outbox.objects.filter(topic="dispute.allocated").count() == 1


def test_the_credit_note_of_a_lost_one_says_that_the_bank_took_it(
    sale: Sale, as_operator: SignedIn
):
    complete(sale.part.vendor)
    issue(sale.part.settlement, now=NOW)
    told = charge_back(sale, at=NOW, status="lost")

    as_operator("finance").post(page_of(told), shares(sale))
    refund_id = told.allocations.get().refund_id
    documents.want_credit_notes(refund_id=refund_id, now=clock.now())
    documents.issue_due(now=clock.now())

    note = Document.objects.get(kind="credit_note")
    assert note.facts["reason"] == "Disputed at the bank: Not received"
    [back] = note.facts["payments"]
    assert back == {"how": "bank", "amount": 1390}
    assert way(back, note.kind) == "The bank took"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decision": " "}, "every seller of the order reads it"),
        ({"amount": "14.00"}, "less than or equal to 13.90"),
        ({"fee": "20.01"}, "less than or equal to 20.00"),
    ],
)
def test_what_does_not_add_up_is_refused(
    sale: Sale, as_operator: SignedIn, changes: dict[str, str], words: str
):
    told = charge_back(sale, at=NOW, status="lost")
    key = Settlement.objects.get().pk
    sent = {
        f"{name}_{key}" if name in {"amount", "fee"} else name: value
        for name, value in changes.items()
    }

    answer = as_operator("finance").post(page_of(told), shares(sale, **sent))

    assert answer.status_code == 422
    assert words in answer.text
    assert told.allocations.count() == 0


def test_looking_books_nothing(sale: Sale, as_operator: SignedIn):
    told = charge_back(sale, at=NOW, status="lost")

    answer = as_operator("finance").post(page_of(told), shares(sale, how="look"))

    assert answer.status_code == 200
    assert "Commission and VAT, given back" in answer.text
    assert "The bank’s fee, on the seller" in answer.text
    assert "−€20.00" in answer.text
    assert "The bank: decided for the buyer" in answer.text
    assert told.allocations.count() == 0


def test_accepting_one_needs_a_reason(sale: Sale, as_operator: SignedIn):
    told = charge_back(sale, at=NOW)
    client = as_operator("finance")

    without = client.post(page_of(told), {"how": "concede", "why": " "})
    wrong = {"how": "concede", "why": "Our own.", "customer_name": "x" * 501}
    refused = client.post(page_of(told), wrong)
    client.post(page_of(told), {"how": "concede", "why": "Our own fault.\0"})

    assert "Say why you accept it." in without.text
    assert ">Our own.</textarea>" in refused.text
    assert MoneyCommand.objects.filter(kind="dispute_concede").count() == 1
    event = AuditEvent.objects.get(action="dispute.conceded")
    assert event.reason == "Our own fault."


def test_support_looks_and_does_not_touch(sale: Sale, as_operator: SignedIn):
    told = charge_back(sale, at=NOW)
    client = as_operator("support")

    seen = client.get(page_of(told))
    done = client.post(page_of(told), {"uncategorized_text": "x", "how": "send"})

    assert (seen.status_code, done.status_code) == (200, 403)
    assert "Send it to the bank" not in seen.text
    assert DisputeEvidence.objects.count() == 0


def test_the_list_has_what_waits_for_us_first(sale: Sale, as_operator: SignedIn):
    charge_back(sale, at=NOW)

    home = as_operator("finance").get(reverse("office-home")).text
    page = as_operator("finance").get(reverse("office-disputes")).text
    none, some = (
        as_operator("finance").get(reverse("office-disputes"), {"q": words}).text
        for words in ("nobody", "bake")
    )

    assert "<b>Disputed payments</b>" in home
    assert "No dispute is like that" in none
    assert sale.order.number in some
    assert "One waits for us" in page
    assert "Answer the bank" in page
    assert sale.order.number in page
