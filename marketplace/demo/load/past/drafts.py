"""Orders worked out as far as they have got before anything is written.

Most of the past is plain: ordered, sent, arrived, received. Such orders are written in
bulk; those with a story are lived one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from marketplace.core.money import Money, from_decimal
from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.moments import between, evening_after
from marketplace.demo.load.past.plans import Fate, OrderPlan, Wish
from marketplace.demo.load.past.world import World
from marketplace.shop.basket.assembling import assemble
from marketplace.shop.basket.contents import Contents, Group, Line
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.partner.selectors import dispatch_on_of, seller_of
from marketplace.shop.shipping.dates import local_day
from marketplace.shop.shipping.selectors import Tariffs, tariffs_to
from marketplace.shop.tax.selectors import TaxRates, rates_in
from vendors.deadlines import ship_by
from vendors.models import VendorOrder

_SHARE_CONFIRMED = 0.58
_PLENTY = 1_000_000


@dataclass(frozen=True, slots=True)
class Journey:
    """When a part of an order was due, left, arrived and was received.

    What has not happened yet is None.
    """

    ship_by: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    received_at: datetime | None
    by_timer: bool

    @property
    def state(self) -> VendorOrder.State:
        """Return how far the part has got."""
        if self.received_at:
            return VendorOrder.State.RECEIVED
        if self.delivered_at:
            return VendorOrder.State.DELIVERED
        return (
            VendorOrder.State.SHIPPED if self.shipped_at else VendorOrder.State.TO_SHIP
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A plain order; `journeys` are by seller."""

    plan: OrderPlan
    contents: Contents
    paid_at: datetime
    journeys: dict[str, Journey]


class Drafting:
    """Works plans out against the catalogue as it is, without a query for each."""

    def __init__(self, world: World) -> None:
        self.world = world
        records = StockRecord.objects.select_related("product", "partner")
        self.records = {record.partner_sku: record for record in records}
        country = settings.BUYER_COUNTRY
        partners = {record.partner_id for record in self.records.values()}
        self.tariffs: Tariffs = tariffs_to(country, partner_ids=partners)
        self.rates: TaxRates = rates_in(country, on=world.diary.until.date())

    def plain(self, plans: Sequence[OrderPlan]) -> Iterator[Draft]:
        """Yield the orders that have no story."""
        for plan in plans:
            draft = self._draft(plan)
            if draft is not None:
                yield draft

    def _draft(self, plan: OrderPlan) -> Draft | None:
        fates = self._fates(plan)
        if plan.fates or set(fates.values()) - {Fate.USUAL, Fate.LATE}:
            return None
        paid_at = plan.placed_at + timedelta(seconds=plan.chance.randint(50, 400))
        if paid_at > self.world.diary.until:
            return None
        contents = self._contents(plan)
        self.world.gifts.count(contents)
        journeys = {
            group.seller.handle: self._journey(
                plan, group, paid_at, fates[group.seller.handle]
            )
            for group in contents.groups
        }
        return Draft(plan, contents, paid_at, journeys)

    def _fates(self, plan: OrderPlan) -> dict[str, Fate]:
        handles = {wish.offer.seller for wish in plan.wishes}
        sellers = self.world.sellers
        return {
            handle: plan.fate_of(handle, sellers[handle].on_time) for handle in handles
        }

    def _contents(self, plan: OrderPlan) -> Contents:
        lines = [
            self._line(number, wish, self.records[wish.offer.sku], plan.placed_at)
            for number, wish in enumerate(plan.wishes, start=1)
        ]
        return assemble(
            lines,
            currency=settings.CURRENCY,
            tariffs=self.tariffs,
            tax_rates=self.rates,
            choices={},
            offered=self.world.gifts.offered(plan, {line.seller.id for line in lines}),
        )

    def _line(
        self, number: int, wish: Wish, record: StockRecord, moment: datetime
    ) -> Line:
        product, currency = record.product, record.price_currency
        price = Money(from_decimal(record.price, currency), currency)
        return Line(
            id=number,
            offer_id=record.pk,
            offer_public_id=record.public_id,
            product_id=product.pk,
            product_public_id=product.public_id,
            slug=product.slug,
            title=product.title,
            upc=product.upc or "",
            sku=record.partner_sku,
            seller=seller_of(record.partner),
            quantity=wish.quantity,
            price=price,
            added_at=price,
            available=_PLENTY,
            min_quantity=record.min_quantity,
            max_quantity=record.max_quantity,
            condition=record.condition,
            condition_label=record.get_condition_display(),
            tax_class=product.tax_class,
            dispatch_on=dispatch_on_of(record, today=local_day(moment)),
            is_listed=True,
            is_seller_open=True,
        )

    def _journey(
        self, plan: OrderPlan, group: Group, paid_at: datetime, fate: Fate
    ) -> Journey:
        chance = chance_of("part", str(plan.number), group.seller.handle)
        days = max(self.records[line.sku].handling_days for line in group.lines)
        due = ship_by(
            paid_at=paid_at, handling_days=days, zone=timezone.get_default_timezone()
        )
        late = fate == Fate.LATE
        hours = chance.uniform(6, 40) if late else -chance.uniform(0.5, 8)
        shipped_at = max(due + timedelta(hours=hours), paid_at + timedelta(hours=2))
        soonest = timezone.localtime(shipped_at).date() + timedelta(days=1)
        method = group.chosen
        first = max(method.arrives_from, soonest) if method else soonest
        last = max(method.arrives_until, first) if method else first
        delivered_at = max(
            between(first, last, chance), shipped_at + timedelta(hours=15)
        )
        confirms = chance.random() < _SHARE_CONFIRMED
        if confirms:
            after = chance.choice((0, 0, 1, 1, 3, 5))
            received_at = evening_after(delivered_at, after, chance)
        else:
            wait = timedelta(days=settings.RELEASE_DAYS_AFTER_DELIVERY, minutes=1)
            received_at = delivered_at + wait
        return Journey(
            ship_by=due,
            shipped_at=self._if_past(shipped_at),
            delivered_at=self._if_past(delivered_at),
            received_at=self._if_past(received_at),
            by_timer=not confirms,
        )

    def _if_past(self, moment: datetime) -> datetime | None:
        return moment if moment <= self.world.diary.until else None
