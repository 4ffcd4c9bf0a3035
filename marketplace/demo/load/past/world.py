"""What every event of the past needs at hand."""

import random
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.accounts.models import User
from marketplace.core.words import short_name
from marketplace.db.models import Outbox
from marketplace.demo.content import BuyerSpec, Market, SellerSpec
from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.diary import Diary
from marketplace.demo.load.past.giving import Gifts
from marketplace.demo.load.past.plans import Fate, OrderPlan
from marketplace.demo.load.past.stripe import PastStripe
from marketplace.demo.load.past.voices import Voices
from marketplace.demo.load.people import People, owner_email
from marketplace.flows.after_payment import settle_refund
from payouts.services import commands
from vendors.models import VendorOrder


@dataclass(frozen=True, slots=True)
class World:
    """The market, its people, Stripe, and the diary of what is to come.

    `offer_ids` maps the references of offers to their rows, `gifts` knows the vouchers
    and campaigns, `claimed` are the parts for which a carrier was asked to pay.
    """

    market: Market
    people: People
    stripe: PastStripe
    diary: Diary
    voices: Voices
    sellers: dict[str, SellerSpec]
    offer_ids: dict[str, int]
    gifts: Gifts
    claimed: list[int] = field(default_factory=list)

    def owner_of(self, handle: str) -> User:
        """Return the owner of a shop."""
        return self.people.by_email[owner_email(handle)]

    def user_of(self, plan: OrderPlan) -> User | None:
        """Return the buyer's account; guests have none."""
        return None if plan.is_guest else self.people.by_email[plan.buyer.email]

    def settle(self, moment: datetime) -> None:
        """Let Stripe answer what was asked, and points follow refunds."""
        self.stripe.at = moment
        commands.run_due_commands(now=moment)
        for message in Outbox.objects.filter(topic="refund.succeeded"):
            settle_refund(
                refund_id=int(message.key),
                order_id=message.payload["order"],
                cash_minor=message.payload["cash_minor"],
                points_minor=message.payload["points_minor"],
                part_ids=message.payload["vendor_orders"],
                now=moment,
            )
            message.delete()


@dataclass(frozen=True, slots=True)
class PartStory:
    """One seller's part of an order: its rows, its plan, its fate."""

    part_id: int
    seller: SellerSpec
    plan: OrderPlan
    fate: Fate

    @property
    def chance(self) -> random.Random:
        """Return the chance that belongs to this part."""
        return chance_of("part", str(self.plan.number), self.seller.handle)

    @property
    def part(self) -> VendorOrder:
        """Read the part as it stands."""
        return VendorOrder.objects.select_related("vendor", "order").get(
            pk=self.part_id
        )


def signature(buyer: BuyerSpec) -> str:
    """Return how a buyer signs in public."""
    return short_name(f"{buyer.first_name} {buyer.last_name}")
