"""What the bank is told: in versions, sent once, and never after its time."""

import pytest

from payouts.models import DisputeEvidence, DisputeStatement, MoneyCommand
from payouts.services import dispute_evidence
from payouts.services.dispute_evidence import EvidenceRefusedError
from tests.integration.payouts.claims import charge_back, hear, lose
from tests.integration.payouts.wire import Wire

pytestmark = pytest.mark.live


def write(wire: Wire, dispute_id: int, words: str) -> DisputeEvidence:
    return dispute_evidence.save_evidence(
        dispute_id=dispute_id,
        texts={"uncategorized_text": words, "product_description": " "},
        author_id=None,
        now=wire.now(),
    )


def test_versions_are_kept_and_the_same_words_make_none(wire: Wire) -> None:
    told = charge_back(wire, wire.sell(wire.seller()))

    for words in ("It was sent.", "It was sent.", "It was sent and signed for."):
        write(wire, told.pk, words)

    versions = DisputeEvidence.objects.order_by("pk")
    assert [row.texts for row in versions] == [
        {"uncategorized_text": "It was sent."},
        {"uncategorized_text": "It was sent and signed for."},
    ]


def test_the_newest_version_is_sent_once_even_if_the_answer_is_lost(wire: Wire) -> None:
    told = charge_back(wire, wire.sell(wire.seller()))
    write(wire, told.pk, "It was sent.")
    wire.sandbox.post("faults", kind="drop_after", path="/v1/disputes", method="POST")

    for _ in range(2):
        dispute_evidence.submit_evidence(dispute_id=told.pk, now=wire.now())
    wire.work()
    wire.advance(minutes=5)
    wire.work()

    told = hear(wire, told.stripe_id)
    at_stripe = wire.client().v1.disputes.retrieve(told.stripe_id)
    assert (told.state, told.takes_evidence) == ("submitted", False)
    assert DisputeEvidence.objects.get().state == "sent"
    assert at_stripe.evidence.uncategorized_text == "It was sent."
    assert at_stripe.evidence_details.submission_count == 1
    assert MoneyCommand.objects.get(kind="dispute_evidence").state == "done"


def test_one_that_stripe_refuses_can_be_written_anew(wire: Wire) -> None:
    told = charge_back(wire, wire.sell(wire.seller()))
    write(wire, told.pk, "It was sent.")
    wire.client().v1.disputes.update(
        told.stripe_id, {"evidence": {"uncategorized_text": "By hand"}, "submit": True}
    )
    dispute_evidence.submit_evidence(dispute_id=told.pk, now=wire.now())
    wire.work()

    refused = DisputeEvidence.objects.get()
    again = write(wire, told.pk, "It was sent.")

    assert refused.state == "refused"
    assert "takes no evidence" in refused.failure
    assert again.pk != refused.pk


def test_nothing_is_taken_after_the_bank_has_decided(wire: Wire) -> None:
    vendor = wire.seller()
    told = lose(wire, charge_back(wire, wire.sell(vendor)))

    with pytest.raises(EvidenceRefusedError, match="Lost"):
        write(wire, told.pk, "Too late.")
    with pytest.raises(EvidenceRefusedError, match="Lost"):
        dispute_evidence.add_statement(
            dispute_id=told.pk,
            vendor_id=vendor.pk,
            text="Too late.",
            author_id=None,
            now=wire.now(),
        )

    assert DisputeEvidence.objects.count() == 1
    assert DisputeStatement.objects.count() == 0


def test_nothing_written_is_not_sent(wire: Wire) -> None:
    told = charge_back(wire, wire.sell(wire.seller()))
    write(wire, told.pk, "  ")

    with pytest.raises(EvidenceRefusedError, match="Nothing is written"):
        dispute_evidence.submit_evidence(dispute_id=told.pk, now=wire.now())

    assert MoneyCommand.objects.filter(kind="dispute_evidence").count() == 0


def test_more_than_the_bank_takes_is_refused(wire: Wire) -> None:
    told = charge_back(wire, wire.sell(wire.seller()))

    with pytest.raises(EvidenceRefusedError, match="at most 150000 characters"):
        write(wire, told.pk, "x" * 150_001)

    assert DisputeEvidence.objects.count() == 0


def test_a_dispute_that_we_accept_is_lost(wire: Wire) -> None:
    told = charge_back(wire, wire.sell(wire.seller()))

    for _ in range(2):
        dispute_evidence.concede(dispute_id=told.pk, now=wire.now())
    wire.work()

    told = hear(wire, told.stripe_id)
    assert (told.state, told.waits_for_allocation) == ("lost", True)
    assert MoneyCommand.objects.filter(kind="dispute_concede").count() == 1


def test_an_inquiry_is_ended_by_a_refund_and_not_accepted(wire: Wire) -> None:
    told = charge_back(wire, wire.sell(wire.seller()), inquiry=True)

    with pytest.raises(EvidenceRefusedError, match="refund the buyer"):
        dispute_evidence.concede(dispute_id=told.pk, now=wire.now())

    assert MoneyCommand.objects.filter(kind="dispute_concede").count() == 0
