"""News of a dispute in any order, twice, or not at all: the same in the end."""

import random

import pytest

from payouts.models import Dispute, Settlement, StripeEvent
from payouts.services import inbox
from tests.integration.payouts.claims import charge_back, lose, win
from tests.integration.payouts.market import books
from tests.integration.payouts.wire import Wire

pytestmark = pytest.mark.live


def deliver(wire: Wire, seed: int) -> None:
    """Put all of Stripe's news before the inbox, shuffled, some of it twice."""
    events = list(wire.client().v1.events.list({"limit": 100}).auto_paging_iter())
    news = [each for each in events if each.type.startswith("charge.dispute.")]
    assert len(news) >= 3
    shuffled = random.Random(seed).sample([*news, *news], k=2 * len(news))
    for number, event in enumerate(shuffled):
        StripeEvent.objects.create(
            event_id=f"{event.id}_{seed}_{number}",
            endpoint="platform",
            type=event.type,
            object_id=event.data.object["id"],
            is_live=False,
            created_at=wire.now(),
            payload={},
            received_at=wire.now(),
            due_at=wire.now(),
        )
    inbox.process_inbox(now=wire.now(), limit=1000)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("end", "held"), [(win, "held"), (lose, "frozen")])
def test_the_order_of_news_changes_nothing(
    wire: Wire, seed: int, end: object, held: str
) -> None:
    row = wire.sell(wire.seller())
    told = charge_back(wire, row, reason="product_not_received")
    assert callable(end)
    told = end(wire, told)
    before = books()

    deliver(wire, seed)

    told.refresh_from_db()
    assert Dispute.objects.count() == 1
    assert Settlement.objects.get().state == held
    assert books() == before
    assert not StripeEvent.objects.filter(processed_at=None).exists()
