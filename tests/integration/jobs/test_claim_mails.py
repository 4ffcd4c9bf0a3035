"""Who hears of disputes and failed refunds, and what each is told."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from marketplace.jobs import tasks
from payouts.models import RefundRequest, Settlement
from payouts.services import dispute, dispute_allocation, refund
from payouts.services.dispute_allocation import propose
from payouts.services.refund_booking import book_failure
from tests.integration.backoffice.conftest import operator
from tests.integration.disputed import charge_back, facts_of
from tests.integration.jobs.letters import BAKER, NOW, Folder, body
from tests.integration.sale import Sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(mail_folder: Path) -> Folder:
    return Folder(mail_folder)


@pytest.fixture
def marc() -> str:
    """Somebody who looks after the money; an administrator is not bothered."""
    operator("administrator")
    return operator("finance").email


def drained(folder: Folder, *topics: str) -> list[EmailMessage]:
    for topic in (*topics, "mail"):
        tasks.drain(topic, NOW + timedelta(minutes=1))
    return folder.letters()


def told(mails: list[EmailMessage]) -> list[tuple[str, str]]:
    return [(mail["To"], mail["Subject"]) for mail in mails]


def test_a_dispute_is_told_to_the_seller_and_to_whoever_answers(
    sale: Sale, folder: Folder, marc: str
):
    charge_back(sale, at=NOW)

    mails = drained(folder, "dispute.opened")

    assert told(mails) == [
        (BAKER, f"The bank questions the payment of order {sale.part.number}"),
        (marc, f"Answer the bank about order {sale.order.number}"),
    ]
    assert "Add what you know" in body(mails[0], "plain")
    assert "Evidence counts until" in body(mails[1], "plain")


def test_hearing_the_same_again_tells_nobody(sale: Sale, folder: Folder, marc: str):
    facts = facts_of(sale, at=NOW)
    for status in ("needs_response", "under_review", "under_review"):
        dispute.apply_facts(replace(facts, status=status), NOW)

    mails = drained(folder, "dispute.opened")

    assert len(mails) == 2
    assert marc in {mail["To"] for mail in mails}


@pytest.mark.parametrize("status", ["won", "warning_closed"])
def test_a_dispute_without_loss_is_told_to_the_seller(
    sale: Sale, folder: Folder, status: str
):
    charge_back(sale, at=NOW, status=status)

    mails = drained(folder, "dispute.won")

    assert told(mails) == [
        (BAKER, f"The bank has decided for you: order {sale.part.number}")
    ]


def test_a_lost_one_asks_for_a_decision_and_tells_what_it_costs(
    sale: Sale, folder: Folder, marc: str
):
    lost = charge_back(sale, at=NOW, status="lost")
    dispute_allocation.allocate(
        dispute_id=lost.pk,
        shares=propose(dispute=lost).shares,
        decision="It was never sent.",
        decided_by=operator("finance").pk,
        now=NOW,
    )

    mails = drained(folder, "dispute.lost", "dispute.allocated")

    subjects = [subject for to, subject in told(mails) if to in {BAKER, marc}]
    assert subjects == [
        f"The bank has decided: order {sale.part.number}",
        f"Lost: who bears order {sale.order.number}?",
        f"What the lost dispute of order {sale.part.number} means for you",
    ]
    last = body(mails[-1], "plain")
    assert "The bank’s fee that you bear: €20.00" in last
    assert "It was never sent." in last


def test_a_refund_that_failed_asks_for_another_way(
    sale: Sale, folder: Folder, marc: str
):
    settlement = Settlement.objects.get(vendor_order=sale.part)
    refund.request_refund_of_vendor_order(
        vendor_order_id=settlement.vendor_order_id, reason="Torn", token="1", now=NOW
    )
    book_failure(request=RefundRequest.objects.get(), why="closed_card", now=NOW)

    mails = drained(folder, "refund.failed")

    assert told(mails) == [(marc, f"A refund failed: order {sale.order.number}")]
    assert "pay the buyer another way" in body(mails[0], "plain")
