"""Which vouchers and campaigns the orders of the past had."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.plans import OrderPlan
from marketplace.demo.load.promotions import stops_at
from marketplace.shop.basket.assembling import Offered
from marketplace.shop.basket.contents import Contents
from marketplace.shop.promotions.models import Promotion
from marketplace.shop.promotions.selectors.applying import shelves_of, terms_as_made
from marketplace.shop.promotions.terms import Terms

_SHARE_WITH_VOUCHER = 0.3


@dataclass
class Gifts:
    """Promotions by moment; the uses of those with limits are counted along."""

    until: datetime
    product_ids: Iterable[int]
    rows: dict[int, Promotion] = field(init=False)
    terms: dict[int, Terms] = field(init=False)
    shelves: dict[int, frozenset[int]] = field(init=False)
    uses: dict[int, int] = field(default_factory=dict)
    first_orders: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rows = {row.pk: row for row in Promotion.objects.order_by("pk")}
        self.terms = {one.id: one for one in terms_as_made(self.rows)}
        self.shelves = shelves_of(list(self.product_ids), list(self.terms.values()))

    def offered(self, plan: OrderPlan, partner_ids: Collection[int]) -> Offered:
        """Return what an order of a plan could have: campaigns, perhaps a voucher."""
        found = [
            self.terms[row.pk]
            for row in self.rows.values()
            if not row.code and self._runs(row, plan.placed_at)
        ]
        voucher = self.voucher_of(plan, partner_ids)
        if voucher is not None:
            found.append(self.terms[voucher.pk])
        return Offered(terms=found, shelves=self.shelves)

    def voucher_of(
        self, plan: OrderPlan, partner_ids: Collection[int]
    ) -> Promotion | None:
        """Return the voucher that the buyer has at hand; most have none."""
        chance = chance_of("voucher", str(plan.number))
        if chance.random() > _SHARE_WITH_VOUCHER:
            return None
        known = [
            row
            for row in self.rows.values()
            if row.code
            and (not row.is_first_order or plan.number in self.first_orders)
            and self._runs(row, plan.placed_at)
            and self._is_left(row)
            and (row.owner_id is None or row.owner_id in partner_ids)
        ]
        return chance.choice(known) if known else None

    def know(self, plans: Iterable[OrderPlan]) -> None:
        """Note which of all orders is the first of its buyer."""
        seen: set[str] = set()
        for plan in sorted(plans, key=lambda plan: plan.placed_at):
            if plan.buyer.email not in seen:
                self.first_orders.add(plan.number)
            seen.add(plan.buyer.email)

    def count(self, contents: Contents) -> None:
        """Count what an order has taken."""
        for discount in contents.discounts:
            number = discount.terms.id
            self.uses[number] = self.uses.get(number, 0) + 1

    def _runs(self, row: Promotion, moment: datetime) -> bool:
        stops = stops_at(row.code, now=self.until) if row.code else None
        ends: Iterable[datetime] = (end for end in (row.ends_at, stops) if end)
        return row.starts_at <= moment and all(moment < end for end in ends)

    def _is_left(self, row: Promotion) -> bool:
        limit = row.uses_total
        return limit is None or self.uses.get(row.pk, 0) < limit
