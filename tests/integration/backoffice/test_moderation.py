"""Listings are decided one by one or many alike, and taken back within seconds."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from frontend.formats import duration
from marketplace.db import clock, outbox
from marketplace.db.decisions import NotUndoableError
from marketplace.db.models import AuditEvent, Decision, Outbox
from marketplace.flows.list_product import decide_product
from marketplace.flows.undo_decision import undo_decisions
from marketplace.shop.catalogue.models import Product
from support.services.listings import report_listing
from tests.factories import NOW, CategoryFactory, OfferFactory, UserFactory, seller
from tests.factories import ProductFactory as Made
from tests.integration.backoffice.conftest import SignedIn, operator
from tests.integration.backoffice.listings import (
    box_of,
    changed,
    decide,
    on_sale,
    page_of,
    proposed,
    send_again,
    states,
    undo,
)

pytestmark = pytest.mark.django_db
LACKS = ["New seller", "First listing", "No picture", "No EAN", "Short text"]
LATE = "It is too late to take this back: it has been told."


def test_the_next_of_the_same_filter_opens_and_the_last_leads_to_the_list(
    as_operator: SignedIn,
) -> None:
    rye, tea, rolls = proposed("Rye"), proposed("Tea", "Tea house"), proposed("Rolls")
    client = as_operator("moderator")
    query = "?seller=bakery"

    first = client.get(reverse("office-products") + query)
    second = decide(client, rye, "approve", query)
    last = decide(client, rolls, "approve", query)

    assert first["Location"] == page_of(rye, query)
    assert second["Location"] == page_of(rolls, query)
    assert last["Location"] == reverse("office-products") + query
    assert states() == {"Rye": "approved", "Rolls": "approved", "Tea": "in_review"}
    assert page_of(tea) in client.get(reverse("office-products"))["Location"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Rye", "Detox tea", "Rolls", "Buns"]),
        ("?q=ro", ["Rolls"]),
        ("?kind=mended", ["Rolls"]),
        ("?kind=change", ["Buns"]),
        ("?kind=new", ["Rye", "Detox tea"]),
        ("?seller=tea-house", ["Detox tea"]),
        ("?sort=risk", ["Detox tea", "Rye", "Rolls", "Buns"]),
        ("?seller=nobody&kind=odd", ["Rye", "Detox tea", "Rolls", "Buns"]),
    ],
)
def test_the_queue_is_narrowed_and_sorted_by_its_address(
    query: str, shown: list[str], as_operator: SignedIn
) -> None:
    rye = proposed("Rye")
    proposed("Detox tea", "Tea house")
    proposed("Rolls", review_reason="Say more.")
    changed(on_sale("Buns"), UserFactory.create(), brand="Bakery")

    page = as_operator("moderator").get(page_of(rye, query))

    assert [entry.title for entry, *_flag in page.context["listed"]] == shown


def test_what_stands_out_is_said_in_words_and_the_riskiest_comes_first(
    as_operator: SignedIn,
) -> None:
    breads, others = CategoryFactory.create(), seller("Mill")
    for _ in range(5):
        public = Made.create(category=breads)
        OfferFactory.create(product=public, partner=others, price=Decimal(10))
    rye, bun = (proposed(title, category=breads) for title in ("Rye", "Bun"))
    for loaf, price in ((rye, "5.00"), (bun, "4.99")):
        OfferFactory.create(product=loaf, partner=loaf.submitted_by, price=price)
    report_listing(
        product_id=rye.pk,
        reporter_id=UserFactory.create().pk,
        kind="fake",
        text="This is no rye.",
        now=clock.now(),
    )

    ines = as_operator("moderator")
    page, oldest_first = (ines.get(page_of(bun, query)) for query in ("?sort=risk", ""))

    assert [
        (entry.title, [str(word) for _tone, word in words])
        for entry, words in page.context["listed"]
    ] == [
        ("Bun", ["Seller was reported", "Price far below the others", *LACKS]),
        ("Rye", ["Seller was reported", *LACKS]),
    ]
    for shown in (page, oldest_first):
        assert "(€10.00 is usual in its category)" in shown.text


@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_a_decision_is_taken_back_before_anybody_is_told(
    decision: str, as_operator: SignedIn
) -> None:
    rye = proposed("Rye")
    client = as_operator("moderator")

    decide(client, rye, decision, reason="Which flour?")
    mail = Outbox.objects.get(topic="mail")
    page = undo(client, here="/office/products/?seller=bakery")

    made = Decision.objects.get()
    assert (
        mail.available_at == made.undo_until == made.decided_at + timedelta(seconds=30)
    )
    assert page.redirect_chain[-1][0] == page_of(rye, "?seller=bakery")
    rye.refresh_from_db()
    assert (rye.review_state, rye.is_public, rye.review_reason) == (
        "in_review",
        False,
        "",
    )
    assert not Outbox.objects.filter(topic="mail").exists()
    done = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    verdict = "product.approved" if decision == "approve" else "product.refused"
    assert done == [verdict, "product.reopened"]


def test_the_bar_to_take_it_back_stands_for_whoever_decided_alone(
    as_operator: SignedIn,
) -> None:
    decides, other = as_operator("moderator"), as_operator("moderator")
    decide(decides, proposed("Rye"), "approve")

    pages = [
        client.get(reverse("office-products")).content.decode()
        for client in (decides, other)
    ]

    assert ["Take it back" in page for page in pages] == [True, False]
    assert undo(other).status_code == 404
    assert states() == {"Rye": "approved"}


def test_the_bar_to_take_it_back_stands_in_its_own_queue_alone(
    as_operator: SignedIn,
) -> None:
    client = as_operator("moderator")
    decide(client, proposed("Rye"), "approve")
    places = ("products", "home", "applications", "reviews", "reports", "sellers")

    pages = [client.get(reverse(f"office-{place}")).text for place in places]

    assert ["Take it back" in page for page in pages] == [True, *[False] * 5]


def test_what_is_too_late_or_done_twice_stays_as_it_is(as_operator: SignedIn) -> None:
    rye, rolls, buns = proposed("Rye"), proposed("Rolls"), proposed("Buns")
    client = as_operator("moderator")

    decide(client, rye, "approve")
    Decision.objects.update(undo_until=clock.now(), decided_at=NOW)
    late = undo(client)
    decide(client, rolls, "approve")
    # A worker has begun to send it.
    Outbox.objects.filter(key__contains=rolls.public_id).update(attempts=1)
    sent = undo(client)
    decide(client, buns, "approve")
    undo(client)
    twice = undo(client)

    assert LATE in late.content.decode()
    assert LATE in sent.content.decode()
    assert "This has been taken back already." in twice.content.decode()
    assert states() == {"Rye": "approved", "Rolls": "approved", "Buns": "in_review"}


def test_the_mail_goes_when_the_time_is_over(as_operator: SignedIn) -> None:
    decide(as_operator("moderator"), proposed("Rye"), "approve")
    sent: list[Outbox] = []
    due = Decision.objects.get().undo_until

    before = outbox.drain(
        topic="mail", send=sent.append, now=due - timedelta(seconds=1)
    )
    after = outbox.drain(topic="mail", send=sent.append, now=due)

    assert (before, after) == (0, 1)
    assert sent[0].payload["kind"] == "product_decided"


def test_who_comes_too_late_reads_who_was_faster(as_operator: SignedIn) -> None:
    rye = proposed("Rye")
    ines = operator("moderator")
    ines.first_name, ines.last_name = "Ines", "Varga"
    ines.save()
    decide_product(
        product=rye,
        seen=rye.version,
        is_approved=True,
        reason="",
        operator_id=ines.pk,
        now=clock.now() - timedelta(minutes=2),
    )

    answer = decide(as_operator("moderator"), rye, "refuse", reason="No.")

    assert answer.status_code == 422
    span = duration(timedelta(minutes=2))
    assert f"Ines Varga published this {span} ago." in answer.content.decode()
    assert states() == {"Rye": "approved"}


def test_several_are_sent_back_with_one_reason_and_taken_back_together(
    as_operator: SignedIn,
) -> None:
    rye, rolls, buns = proposed("Rye"), proposed("Rolls"), proposed("Buns")
    client, where = as_operator("moderator"), reverse("office-products-bulk")
    decide(as_operator("moderator"), buns, "approve")
    chosen = [box_of(each) for each in (rye, rolls, buns)]

    asked = client.post(where, {"product": chosen, "decision": "why"})
    without = client.post(where, {"product": chosen, "decision": "refuse"})
    unchanged = states()
    done = client.post(
        where,
        {"product": chosen, "decision": "refuse", "sentences": ["text"]},
        follow=True,
    )
    decided = states()
    undo(client)

    assert (asked.status_code, without.status_code) == (200, 422)
    assert "Please tell the sellers what to change." in without.content.decode()
    assert unchanged == {"Rye": "in_review", "Rolls": "in_review", "Buns": "approved"}
    assert decided == {"Rye": "refused", "Rolls": "refused", "Buns": "approved"}
    assert "“Buns” was left: Anna Peeters published this" in done.content.decode()
    assert states() == unchanged
    assert Outbox.objects.filter(topic="mail").count() == 1


def test_words_that_a_moderator_has_not_seen_are_not_published(
    as_operator: SignedIn,
) -> None:
    user = UserFactory.create()
    lamp, mug = on_sale("Lamp"), on_sale("Mug")
    seen = [changed(each, user, brand="Brightly") for each in (lamp, mug)]
    later = NOW + timedelta(minutes=5)
    for each in (lamp, mug):
        changed(each, user, now=later, title="Cures cancer")
    client = as_operator("moderator")

    alone = decide(client, seen[0], "approve")
    unsaid = client.post(page_of(lamp), {"decision": "approve"})
    many = client.post(
        reverse("office-products-bulk"),
        {"product": [box_of(each) for each in seen], "decision": "approve"},
        follow=True,
    )

    words = "Its seller has sent other words meanwhile. Please look at them first."
    assert (alone.status_code, unsaid.status_code) == (422, 422)
    for page in (alone, many):
        assert words in page.content.decode()
    assert f'value="{later.isoformat()}"' in alone.content.decode()
    assert set(Product.objects.values_list("title", flat=True)) == {"Lamp", "Mug"}
    assert not Decision.objects.exists()


def test_nothing_chosen_is_said_plainly(as_operator: SignedIn) -> None:
    proposed("Rye")

    page = as_operator("moderator").post(
        reverse("office-products-bulk"), {"decision": "approve"}, follow=True
    )

    assert "Choose at least one listing." in page.content.decode()
    assert states() == {"Rye": "in_review"}


def test_an_undo_waits_for_nobody_who_has_sent_it_again(as_operator: SignedIn) -> None:
    rye, client = proposed("Rye"), as_operator("moderator")
    decide(client, rye, "refuse", reason="Say more.")
    send_again(rye, "Rye bread")

    page = undo(client)

    assert "Its seller has sent it again meanwhile." in page.content.decode()
    assert states() == {"Rye bread": "in_review"}
    assert Decision.objects.get().undone_at is None
    assert Outbox.objects.filter(topic="mail").count() == 1


def test_undo_needs_a_decision_of_ones_own() -> None:
    rye = proposed("Rye")
    decision = decide_product(
        product=rye,
        seen=rye.version,
        is_approved=True,
        reason="",
        operator_id=operator("moderator").pk,
        now=NOW,
    )

    with pytest.raises(Decision.DoesNotExist):
        undo_decisions(
            batch=decision.batch, operator_id=operator("moderator").pk, now=NOW
        )

    assert states() == {"Rye": "approved"}


def test_what_a_press_decides_after_its_undo_can_be_taken_back_too() -> None:
    boss, batch = operator("moderator").pk, uuid4()

    for name in ("Rye", "Oat"):
        made = proposed(name)
        decide_product(
            product=made,
            seen=made.version,
            is_approved=True,
            reason="",
            operator_id=boss,
            now=NOW,
            batch=batch,
        )
        undo_decisions(batch=batch, operator_id=boss, now=NOW)

    assert states() == {"Rye": "in_review", "Oat": "in_review"}
    with pytest.raises(NotUndoableError):
        undo_decisions(batch=batch, operator_id=boss, now=NOW)
