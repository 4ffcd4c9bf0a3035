"""The commission plans of the demo, and a draft that waits for its second person."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from marketplace.db import outbox
from marketplace.demo.load.people import FINANCE, People
from marketplace.demo.load.shops import Shops
from marketplace.shop.catalogue.models import Category
from payouts.plans import PriceBand
from payouts.services.commission import PlanInput, add_plan
from payouts.services.drafts import Schedule, add_to_draft, open_draft, schedule_draft
from payouts.services.publishing import ask_to_publish
from payouts.services.replay import request_replay, run_replay
from payouts.terms import Terms

_CAP_MINOR, _LARGE_MINOR, _PIECE_MINOR = 3000, 9000, 50
_NOTICE = timedelta(days=16)


def write_plans(shops: Shops, people: People, *, currency: str, now: datetime) -> None:
    """Write commission plans: one for a seller, two for categories, in order."""
    shelves = dict(Category.objects.values_list("full_slug", "pk"))
    plans = (
        PlanInput(
            name="Agreement with Fratelli Orsini",
            terms={
                "": Terms(bps=850),
                currency: Terms(bps=850, max_minor=_CAP_MINOR),
            },
            vendors=[shops["orsini"].pk],
            categories=[shelves["kitchen"], shelves["coffee-and-tea"]],
            reason="Agreed in March for two years.",
        ),
        PlanInput(
            name="Books and paper",
            terms={"": Terms(bps=900)},
            categories=[shelves["books-and-paper"]],
            reason="Prices of books are fixed in many countries.",
        ),
        PlanInput(
            name="Ceramics",
            terms={"": Terms(bps=1100)},
            categories=[shelves["ceramics"]],
            reason="Breakage is the seller's: one point less.",
        ),
    )
    for plan in plans:
        add_plan(plan=plan, actor_id=people.operator.pk, now=now)


def write_draft(people: People, *, currency: str, now: datetime) -> None:
    """Draft two more plans, replay the draft, and ask a second person to publish it."""
    marc = people.by_email[FINANCE]
    draft = open_draft(actor_id=marc.pk, now=now)
    for plan in _drafted(currency):
        add_to_draft(draft_id=draft.pk, plan=plan, actor_id=marc.pk, now=now)
    draft.refresh_from_db()
    schedule_draft(
        draft_id=draft.pk,
        schedule=Schedule(
            in_force_from=localtime(now + _NOTICE).replace(
                hour=0, minute=0, second=0, microsecond=0
            ),
            note="Large lamps cost us no more to place than small ones: from €90 the"
            " share falls to 10 % and €0.50. Plants rise to 13 %, for the parcels that"
            " freeze.",
        ),
        seen=draft.revision,
        actor_id=marc.pk,
        now=now,
    )
    with outbox.muted("commission.replay"):
        replay = request_replay(
            draft_id=draft.pk, seen=draft.revision, actor_id=marc.pk, now=now
        )
    run_replay(replay_id=replay.pk, now=now)
    ask_to_publish(draft_id=draft.pk, seen=draft.revision, actor_id=marc.pk, now=now)


def _drafted(currency: str) -> tuple[PlanInput, ...]:
    shelves = dict(Category.objects.values_list("full_slug", "pk"))
    return (
        PlanInput(
            name="Large lamps",
            terms={
                "": Terms(bps=1000),
                currency: Terms(bps=1000, fixed_minor=_PIECE_MINOR),
            },
            categories=[shelves["lighting"]],
            prices={currency: PriceBand(from_minor=_LARGE_MINOR)},
            reason="They cost no more to place than small ones.",
        ),
        PlanInput(
            name="Plants",
            terms={"": Terms(bps=1300)},
            categories=[shelves["plants"]],
            reason="Every fourth parcel with a plant is claimed.",
        ),
    )
